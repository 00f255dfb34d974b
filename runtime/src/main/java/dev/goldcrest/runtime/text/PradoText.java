package dev.goldcrest.runtime.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PRADO's projection of a whole text, as the TensorFlow operation {@code SequenceStringProjection}
 * computes it: tokens between spaces, each lower-cased code point by code point, reduced to a
 * vocabulary of characters and hashed by {@link PradoHash}; optionally tokens for begin and end,
 * the novelty of a token and the size of the text as last features.
 *
 * <p>Source: TensorFlow models, research/seq_flow_lite/tf_ops/sequence_string_projection.cc. Text
 * distortion and capitalisation features are left out.
 *
 * @param featureSize values per token
 * @param vocabulary characters to keep; empty keeps all
 * @param bos whether a token {@code <BOS>} comes first
 * @param eos whether a token {@code <EOS>} comes last
 * @param noveltyBits 0 for none; otherwise the last value of a token is the number of times it was
 *     seen before in the text over 2^noveltyBits, at most 1, scaled to [-1, 1]
 * @param docSizeLevels 0 for none; otherwise the value before the last is log2 of the number of
 *     tokens over docSizeLevels, within 0 and 1, scaled to [-1, 1] (the original gives minus
 *     infinity for a text without tokens, this gives -1)
 * @param unsignedBytes see {@link PradoHash}
 */
public record PradoText(
    int featureSize,
    String vocabulary,
    boolean bos,
    boolean eos,
    int noveltyBits,
    int docSizeLevels,
    boolean unsignedBytes) {

  public PradoText {
    if (featureSize < 2) {
      throw new IllegalArgumentException(
          "PRADO feature size must be at least 2 for whole texts, is " + featureSize);
    }
    if (noveltyBits < 0 || noveltyBits > 7) {
      throw new IllegalArgumentException(
          "PRADO novelty bits must be between 0 and 7, is " + noveltyBits);
    }
    if (docSizeLevels < 0 || docSizeLevels > 16) {
      throw new IllegalArgumentException(
          "PRADO document size levels must be between 0 and 16, is " + docSizeLevels);
    }
  }

  /** One row of {@code featureSize} values for each token, begin and end included. */
  public float[][] project(String text) {
    List<String> tokens = tokens(text);
    PradoHash hash = new PradoHash(featureSize, unsignedBytes);
    float docSize = docSize(tokens.size() - (bos ? 1 : 0) - (eos ? 1 : 0));
    Map<Long, Integer> seen = new HashMap<>();
    float[][] rows = new float[tokens.size()][featureSize];
    for (int t = 0; t < rows.length; t++) {
      long[] codes = hash.codes(tokens.get(t));
      hash.read(codes, rows[t], 0);
      if (noveltyBits > 0) {
        int before = seen.merge(codes[0], 1, Integer::sum) - 1;
        rows[t][featureSize - 1] = Math.min(before / (float) (1 << noveltyBits), 1f) * 2f - 1f;
      }
      if (docSizeLevels > 0) {
        rows[t][featureSize - 2] = docSize;
      }
    }
    return rows;
  }

  private List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    if (bos) {
      tokens.add("<BOS>");
    }
    for (int start = 0; start < text.length(); ) {
      int space = text.indexOf(' ', start);
      int end = space < 0 ? text.length() : space;
      if (end > start) {
        tokens.add(reduce(text.substring(start, end)));
      }
      start = end + 1;
    }
    if (eos) {
      tokens.add("<EOS>");
    }
    return tokens;
  }

  private String reduce(String token) {
    StringBuilder kept = new StringBuilder(token.length());
    for (int i = 0; i < token.length(); ) {
      int codePoint = token.codePointAt(i);
      int lower = Character.toLowerCase(codePoint);
      if (vocabulary.isEmpty() || vocabulary.indexOf(lower) >= 0) {
        kept.appendCodePoint(lower);
      }
      i += Character.charCount(codePoint);
    }
    return kept.toString();
  }

  private float docSize(int tokens) {
    if (docSizeLevels == 0 || tokens <= 1) {
      return -1f;
    }
    double levels = Math.log(tokens) / Math.log(2) / docSizeLevels;
    return (float) Math.min(levels, 1.0) * 2f - 1f;
  }
}
