package dev.goldcrest.conformance.golden;

import dev.goldcrest.compress.pretrained.Pretrained;
import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.TextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** all-MiniLM-L6-v2, imported from the file that the golden numbers were computed with. */
public final class MiniLmRunners {
  private static final double SAME_DIRECTION = 0.99999;

  private MiniLmRunners() {}

  /** The pretrained model, from the Maven artifact on the test class path. */
  public static EmbeddingModel model(Pretrained.Options options) throws IOException {
    return Pretrained.onnx(
        ByteBuffer.wrap(resource("/all-minilm-l6-v2.onnx")),
        null,
        resource("/all-minilm-l6-v2-tokenizer.json"),
        "all-minilm-l6-v2.onnx",
        options);
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = MiniLmRunners.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  static void sentences(GoldenCase golden) throws IOException {
    List<String> sentences = golden.texts("sentences");
    EmbeddingModel whole = model(Pretrained.Options.NONE);
    EmbeddingModel model = with(whole, golden.integer("max_tokens"), true);
    for (int i = 0; i < sentences.size(); i++) {
      String output = String.format("ids.%02d", i);
      int[] ids = model.text().wordPiece().ids(sentences.get(i));
      golden.requireOutput(
          output, Arrays.stream(ids).asDoubleStream().toArray(), "runtime.text", 0, 0);
    }
    for (Kernels kernels : List.of(new ScalarKernels(), KernelsProvider.kernels())) {
      try (TextEmbedder embedder = new TextEmbedder(model, kernels)) {
        embeddings(golden, sentences, embedder, kernels.getClass().getSimpleName());
      }
    }
    golden.requireOutput(
        "norm", norms(with(model, golden.integer("max_tokens"), false), sentences), "runtime");
    lastHidden(golden, model);
    for (int most : new int[] {128, 512}) {
      List<String> long17 = List.of(sentences.get(17));
      String output = "long17.max" + most;
      try (TextEmbedder embedder = new TextEmbedder(with(whole, most, true))) {
        float[] vector = embedder.embed(long17.get(0));
        golden.requireOutput(output + ".embedding", Arguments.doubles(vector), "runtime");
      }
      golden.requireOutput(output + ".norm", norms(with(whole, most, false), long17), "runtime");
    }
  }

  private static EmbeddingModel with(EmbeddingModel model, int maxTokens, boolean normalize) {
    TextConfig text = TextConfig.pieces(model.text().wordPiece().withMaxTokens(maxTokens));
    return new EmbeddingModel(
        model.architecture(), text, normalize, model.provenance(), model.weights());
  }

  private static void embeddings(
      GoldenCase golden, List<String> sentences, TextEmbedder embedder, String by)
      throws IOException {
    int dimension = embedder.dimension();
    double[] all = new double[sentences.size() * dimension];
    double[] cosines = new double[sentences.size() * sentences.size()];
    double[] used = new double[sentences.size()];
    double[] expected = golden.array("out.embedding");
    for (int i = 0; i < sentences.size(); i++) {
      float[] vector = new float[dimension];
      boolean cut = embedder.embed(sentences.get(i), vector);
      int count = embedder.model().text().wordPiece().ids(sentences.get(i)).length;
      used[i] = cut ? embedder.model().text().wordPiece().maxTokens() : count;
      System.arraycopy(Arguments.doubles(vector), 0, all, i * dimension, dimension);
      double cosine = dot(all, i * dimension, expected, i * dimension, dimension);
      if (!(cosine >= SAME_DIRECTION)) {
        throw new AssertionError("sentence " + i + " on " + by + ": cosine " + cosine);
      }
    }
    for (int i = 0; i < sentences.size(); i++) {
      for (int j = 0; j < sentences.size(); j++) {
        cosines[i * sentences.size() + j] = dot(all, i * dimension, all, j * dimension, dimension);
      }
    }
    golden.requireOutput("embedding", all, by);
    golden.requireOutput("cosine", cosines, by);
    golden.requireOutput("tokens_used", used, by, 0, 0);
  }

  private static double dot(double[] a, int aAt, double[] b, int bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[aAt + i] * b[bAt + i];
    }
    return sum;
  }

  private static double[] norms(EmbeddingModel model, List<String> sentences) {
    double[] norms = new double[sentences.size()];
    try (TextEmbedder embedder = new TextEmbedder(model)) {
      for (int i = 0; i < norms.length; i++) {
        norms[i] = norm(embedder.embed(sentences.get(i)));
      }
    }
    return norms;
  }

  private static double norm(float[] vector) {
    double[] values = Arguments.doubles(vector);
    return Math.sqrt(dot(values, 0, values, 0, values.length));
  }

  private static void lastHidden(GoldenCase golden, EmbeddingModel model) throws IOException {
    int[] ids = Arrays.stream(golden.longs("out.ids.00")).mapToInt(Math::toIntExact).toArray();
    Map<String, double[]> states = states(model, ids, ids.length, Interpreter.SIMD);
    golden.requireOutput("last_hidden.00", states.get("encoder.layer.5.norm2"), "simd");
  }

  static void intermediate(GoldenCase golden) throws IOException {
    EmbeddingModel model = model(new Pretrained.Options(Bert.Readout.POOLER, false, null));
    int[] ids = Arrays.stream(golden.longs("in.input_ids")).mapToInt(Math::toIntExact).toArray();
    for (Interpreter interpreter :
        List.of(Interpreter.REFERENCE, Interpreter.SCALAR, Interpreter.SIMD, Interpreter.TORCH)) {
      if (interpreter.unavailable() == null) {
        String by = interpreter.name();
        Map<String, double[]> states = states(model, ids, ids.length, interpreter);
        golden.requireOutput("embeddings", states.get("embeddingNorm"), by);
        for (int layer = 0; layer < 5; layer++) {
          String path = "encoder.layer." + layer + ".norm2";
          golden.requireOutput("layer" + layer, states.get(path), by);
        }
        golden.requireOutput("last_hidden", states.get("encoder.layer.5.norm2"), by);
        golden.requireOutput("pooler_tanh", states.get("embedding"), by);
        Map<String, double[]> padded =
            states(model, Arrays.copyOf(ids, ids.length + 3), ids.length, interpreter);
        int real = states.get("encoder.layer.5.norm2").length;
        requireRealRows(golden, padded.get("encoder.layer.5.norm2"), real, by);
      }
    }
  }

  /** Rows at pads are what each implementation makes of them; those of real tokens must agree. */
  private static void requireRealRows(GoldenCase golden, double[] padded, int real, String by)
      throws IOException {
    double[] expected = golden.array("out.last_hidden_with_3_pads");
    System.arraycopy(expected, real, padded, real, expected.length - real);
    golden.requireOutput("last_hidden_with_3_pads", padded, by);
  }

  /** The output and every layer norm's, by path. */
  private static Map<String, double[]> states(
      EmbeddingModel model, int[] ids, int real, Interpreter interpreter) {
    Graph graph =
        Graph.trace(
            scope -> {
              Map<String, Value> outputs =
                  new LinkedHashMap<>(
                      model
                          .architecture()
                          .build(scope, Architecture.WHOLE, Sizes.single(ids.length)));
              collect(outputs.get("embedding"), outputs);
              return outputs;
            });
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (String path : graph.parameters().keySet()) {
      parameters.put(path, Arguments.doubles(model.weights().get(path)));
    }
    double[] mask = new double[ids.length];
    Arrays.fill(mask, 0, real, 1);
    Map<String, double[]> inputs = new LinkedHashMap<>();
    inputs.put("ids", Arrays.stream(ids).asDoubleStream().toArray());
    inputs.put("mask", mask);
    return interpreter.run(graph, new Arguments(parameters, inputs));
  }

  private static void collect(Value value, Map<String, Value> into) {
    if (value.op() instanceof Op.LayerNorm && into.put(value.path(), value) != null) {
      return;
    }
    for (Value input : value.inputs()) {
      collect(input, into);
    }
  }
}
