package dev.goldcrest.app.metrics;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What BLEU needs to know of one sentence, or of several added up: matched and written n-grams of
 * orders 1 to 4, length and reference length in tokens. Sums of these, not means of scores, make
 * the BLEU of a corpus.
 */
public final class BleuCounts {
  static final int ORDERS = 4;
  private static final int HYPOTHESIS = 2 * ORDERS;
  private static final int REFERENCE = HYPOTHESIS + 1;
  private static final int PACKED = 2 + ORDERS;

  private final long[] counts;

  private BleuCounts(long[] counts) {
    this.counts = counts;
  }

  /** Of a sentence and its references, of which there is at least one. */
  public static BleuCounts of(BleuStyle style, String hypothesis, List<String> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("BLEU needs a reference for \"" + hypothesis + "\"");
    }
    List<String> tokens = style.tokens(hypothesis);
    List<List<String>> expected = new ArrayList<>();
    for (String reference : style == BleuStyle.FAIRSEQ ? references.subList(0, 1) : references) {
      expected.add(style.referenceTokens(reference));
    }
    long[] counts = new long[REFERENCE + 1];
    counts[HYPOTHESIS] = tokens.size();
    counts[REFERENCE] = closestLength(tokens.size(), expected);
    for (int order = 1; order <= ORDERS; order++) {
      counts[order - 1] = matches(order, tokens, expected);
      counts[ORDERS + order - 1] = Math.max(0, tokens.size() - order + 1);
    }
    return new BleuCounts(counts);
  }

  /** Of sentences with one reference each, in their order. */
  public static List<BleuCounts> ofSingle(
      BleuStyle style, List<String> hypotheses, List<String> references) {
    return of(style, hypotheses, references.stream().map(List::of).toList());
  }

  /** Of sentences, in their order, and the references of each. */
  public static List<BleuCounts> of(
      BleuStyle style, List<String> hypotheses, List<List<String>> references) {
    if (hypotheses.size() != references.size() || hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "BLEU: %d sentences and references for %d"
              .formatted(hypotheses.size(), references.size()));
    }
    List<BleuCounts> all = new ArrayList<>();
    for (int i = 0; i < hypotheses.size(); i++) {
      all.add(of(style, hypotheses.get(i), references.get(i)));
    }
    return all;
  }

  /** The sum, which belongs to the whole corpus. */
  public static BleuCounts sum(Iterable<BleuCounts> parts) {
    BleuCounts sum = new BleuCounts(new long[REFERENCE + 1]);
    for (BleuCounts part : parts) {
      sum.add(part);
    }
    return sum;
  }

  static BleuCounts none() {
    return sum(List.of());
  }

  /** Changes this sum, which must be the caller's own. */
  void add(BleuCounts other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  private static int closestLength(int length, List<List<String>> references) {
    int closest = references.get(0).size();
    for (List<String> reference : references) {
      int nearer = Math.abs(closest - length) - Math.abs(reference.size() - length);
      if (nearer > 0 || nearer == 0 && reference.size() < closest) {
        closest = reference.size();
      }
    }
    return closest;
  }

  /** How many n-grams are in a reference too, each as often at most as in the one with most. */
  private static long matches(int order, List<String> tokens, List<List<String>> references) {
    Map<List<String>, Integer> most = new HashMap<>();
    for (List<String> reference : references) {
      ngrams(order, reference).forEach((ngram, count) -> most.merge(ngram, count, Math::max));
    }
    long matches = 0;
    for (Map.Entry<List<String>, Integer> ngram : ngrams(order, tokens).entrySet()) {
      matches += Math.min(ngram.getValue(), most.getOrDefault(ngram.getKey(), 0));
    }
    return matches;
  }

  static Map<List<String>, Integer> ngrams(int order, List<String> tokens) {
    Map<List<String>, Integer> ngrams = new HashMap<>();
    for (int i = 0; i + order <= tokens.size(); i++) {
      ngrams.merge(tokens.subList(i, i + order), 1, Integer::sum);
    }
    return ngrams;
  }

  /**
   * Sentences as a line of text from which {@link #unpack} gets them back: of each the two lengths
   * and the matches, 16 bits each, deflated, in base 64.
   */
  public static String pack(List<BleuCounts> sentences) {
    ByteBuffer raw = ByteBuffer.allocate(sentences.size() * PACKED * Short.BYTES);
    for (BleuCounts sentence : sentences) {
      raw.putShort(unsigned(sentence.hypothesisLength()));
      raw.putShort(unsigned(sentence.referenceLength()));
      for (int order = 1; order <= ORDERS; order++) {
        raw.putShort(unsigned(sentence.matched(order)));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(raw.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }

  /**
   * What {@link #pack} was given.
   *
   * @throws IllegalArgumentException if the line is damaged
   */
  public static List<BleuCounts> unpack(String line) {
    ByteBuffer raw;
    try (InflaterInputStream inflater =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(line)))) {
      raw = ByteBuffer.wrap(inflater.readAllBytes());
    } catch (IOException e) {
      throw new IllegalArgumentException("packed sentences are damaged: " + e.getMessage(), e);
    }
    if (raw.capacity() % (PACKED * Short.BYTES) != 0) {
      throw new IllegalArgumentException("packed sentences end within one");
    }
    List<BleuCounts> sentences = new ArrayList<>();
    while (raw.hasRemaining()) {
      long[] counts = new long[REFERENCE + 1];
      counts[HYPOTHESIS] = Short.toUnsignedLong(raw.getShort());
      counts[REFERENCE] = Short.toUnsignedLong(raw.getShort());
      for (int order = 1; order <= ORDERS; order++) {
        counts[order - 1] = Short.toUnsignedLong(raw.getShort());
        counts[ORDERS + order - 1] = Math.max(0, counts[HYPOTHESIS] - order + 1);
      }
      sentences.add(new BleuCounts(counts));
    }
    return sentences;
  }

  private static short unsigned(long count) {
    if (count >= 1 << Short.SIZE) {
      throw new IllegalArgumentException("a sentence of " + count + " tokens cannot be packed");
    }
    return (short) count;
  }

  /** Matched n-grams of an order from 1 to 4. */
  public long matched(int order) {
    return counts[order - 1];
  }

  /** All n-grams of an order from 1 to 4 in the hypotheses. */
  public long written(int order) {
    return counts[ORDERS + order - 1];
  }

  /** Tokens of the hypotheses. */
  public long hypothesisLength() {
    return counts[HYPOTHESIS];
  }

  /** Tokens of the references, of each sentence the one closest in length. */
  public long referenceLength() {
    return counts[REFERENCE];
  }
}
