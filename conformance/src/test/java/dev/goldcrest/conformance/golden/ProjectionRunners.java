package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Compare;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.text.FarmHash;
import dev.goldcrest.runtime.text.PradoHash;
import dev.goldcrest.runtime.text.PradoText;
import dev.goldcrest.runtime.text.SgnnText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The projections of PRADO and SGNN. */
final class ProjectionRunners {
  private static final String RUNTIME = "runtime.text";

  /** Document size is a logarithm; everything else is exact. */
  private static final double DOCUMENT_SIZE_TOLERANCE = 1e-6;

  private ProjectionRunners() {}

  static void pradoWords(GoldenCase golden) throws IOException {
    List<String> words = golden.texts("words");
    for (Object feature : Json.array(golden.config().get("feature_sizes"), "feature_sizes")) {
      int size = Math.toIntExact((Long) feature);
      for (boolean unsigned : new boolean[] {false, true}) {
        String prefix = "f" + size + (unsigned ? ".unsigned_char" : "");
        if (golden.has("out." + prefix + ".codes")) {
          pradoWords(golden, prefix, words, new PradoHash(size, unsigned));
        }
      }
    }
  }

  private static void pradoWords(
      GoldenCase golden, String prefix, List<String> words, PradoHash hash) throws IOException {
    long[] codes = golden.longs("out." + prefix + ".codes");
    int width = codes.length / words.size();
    float[] ternary = new float[words.size() * hash.size()];
    for (int i = 0; i < words.size(); i++) {
      long[] expected = Arrays.copyOfRange(codes, i * width, (i + 1) * width);
      if (!Arrays.equals(hash.codes(words.get(i)), expected)) {
        throw new AssertionError(
            prefix
                + " codes of '"
                + words.get(i)
                + "' are "
                + Arrays.toString(hash.codes(words.get(i)))
                + ", expected "
                + Arrays.toString(expected));
      }
      hash.ternary(words.get(i), ternary, i * hash.size());
    }
    golden.requireOutput(prefix + ".ternary", Arguments.doubles(ternary), RUNTIME);
  }

  static void pradoTexts(GoldenCase golden) throws IOException {
    int size = golden.integer("feature_size");
    String letters = (String) golden.config().get("vocabulary");
    pradoTexts(golden, "eos", "texts", new PradoText(size, letters, false, true, 0, 0, false), 0);
    pradoTexts(
        golden, "bos-eos", "texts", new PradoText(size, letters, true, true, 0, 0, false), 0);
    pradoTexts(golden, "none", "texts", new PradoText(size, letters, false, false, 0, 0, false), 0);
    pradoTexts(
        golden,
        "novelty3",
        "texts_novelty",
        new PradoText(size, letters, false, true, 3, 0, false),
        0);
    PradoText withSize = new PradoText(size, letters, false, true, 0, 4, false);
    pradoTexts(golden, "docsize4", "texts_docsize", withSize, DOCUMENT_SIZE_TOLERANCE);
    pradoTexts(
        golden, "novocab.eos", "texts_novocab", new PradoText(64, "", false, true, 0, 0, false), 0);
  }

  private static void pradoTexts(
      GoldenCase golden, String output, String texts, PradoText projection, double tolerance)
      throws IOException {
    int[] shape =
        golden.shape("out." + output + ".projection"); // (B, T, C), zeros past a text's end
    List<String> inputs = golden.texts(texts);
    double[] actual = new double[shape[0] * shape[1] * shape[2]];
    double[] lengths = new double[inputs.size()];
    for (int b = 0; b < inputs.size(); b++) {
      float[][] rows = projection.project(inputs.get(b));
      lengths[b] = rows.length;
      for (int t = 0; t < rows.length; t++) {
        System.arraycopy(
            Arguments.doubles(rows[t]), 0, actual, (b * shape[1] + t) * shape[2], shape[2]);
      }
    }
    golden.requireOutput(output + ".projection", actual, RUNTIME, tolerance, 0);
    if (golden.has("out." + output + ".sequence_length")) {
      golden.requireOutput(output + ".sequence_length", lengths, RUNTIME);
    }
  }

  static void sgnn(GoldenCase golden) throws IOException {
    SgnnText projection = new SgnnText(golden.longs("in.hash_seed"), golden.integer("ngram_size"));
    List<String> texts = golden.texts("texts");
    double[] actual = new double[0];
    for (String text : texts) {
      double[] values = Arguments.doubles(projection.project(text));
      int at = actual.length;
      actual = Arrays.copyOf(actual, at + values.length);
      System.arraycopy(values, 0, actual, at, values.length);
    }
    golden.requireOutput("projection", actual, RUNTIME);
    List<String> words = golden.texts("words");
    long[] prints = golden.longs("out.word_fingerprints");
    Compare.close("fingerprints", new double[] {prints.length}, new double[] {words.size()}, 0, 0);
    for (int i = 0; i < prints.length; i++) {
      long print = FarmHash.fingerprint64(words.get(i).getBytes(StandardCharsets.UTF_8));
      if (print != prints[i]) {
        throw new AssertionError(
            "fingerprint of '" + words.get(i) + "' is " + print + ", expected " + prints[i]);
      }
    }
  }
}
