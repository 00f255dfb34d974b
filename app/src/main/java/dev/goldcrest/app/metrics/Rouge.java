package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * ROUGE (Lin, ACL 2004 workshop) as Google's rouge_scorer and ROUGE-1.5.5 define it: lower case,
 * and everything but a-z and 0-9 separates words, so that it is a measure for English.
 *
 * @param rouge1 words in common
 * @param rouge2 pairs of neighbouring words in common
 * @param rougeL longest common subsequence, line breaks being blanks
 * @param rougeLsum longest common subsequences by line, united; ROUGE-1.5.5 calls this ROUGE-L, and
 *     for texts of one line it is
 */
public record Rouge(Score rouge1, Score rouge2, Score rougeL, Score rougeLsum) {
  private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");

  /** Stems are taken of words longer than this. */
  private static final int SHORT_WORD = 3;

  /**
   * One kind of ROUGE, each number 0-1 and 0 where there is nothing to divide by.
   *
   * @param precision of what was written
   * @param recall of the reference
   * @param f1 harmonic mean of the two
   */
  public record Score(double precision, double recall, double f1) {
    static Score of(long matched, long written, long expected) {
      double precision = written == 0 ? 0 : (double) matched / written;
      double recall = expected == 0 ? 0 : (double) matched / expected;
      double sum = precision + recall;
      return new Score(precision, recall, sum == 0 ? 0 : 2 * precision * recall / sum);
    }
  }

  /**
   * Of one text.
   *
   * @param stem whether words that share Porter's stem are the same word
   */
  public static Rouge of(String hypothesis, String reference, boolean stem) {
    List<List<String>> written = lines(hypothesis, stem);
    List<List<String>> expected = lines(reference, stem);
    List<String> writtenWords = joined(written);
    List<String> expectedWords = joined(expected);
    return new Rouge(
        ngrams(1, writtenWords, expectedWords),
        ngrams(2, writtenWords, expectedWords),
        Score.of(
            common(expectedWords, writtenWords).cardinality(),
            writtenWords.size(),
            expectedWords.size()),
        Score.of(
            unitedCommon(written, expected, writtenWords, expectedWords),
            writtenWords.size(),
            expectedWords.size()));
  }

  /** Means over a corpus, one reference each. */
  public static Rouge mean(List<String> hypotheses, List<String> references, boolean stem) {
    if (hypotheses.size() != references.size() || hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "ROUGE: %d texts and %d references".formatted(hypotheses.size(), references.size()));
    }
    List<Rouge> all = new ArrayList<>();
    for (int i = 0; i < hypotheses.size(); i++) {
      all.add(of(hypotheses.get(i), references.get(i), stem));
    }
    return new Rouge(
        mean(all, Rouge::rouge1),
        mean(all, Rouge::rouge2),
        mean(all, Rouge::rougeL),
        mean(all, Rouge::rougeLsum));
  }

  private static Score mean(List<Rouge> all, Function<Rouge, Score> kind) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (Rouge one : all) {
      precision += kind.apply(one).precision();
      recall += kind.apply(one).recall();
      f1 += kind.apply(one).f1();
    }
    return new Score(precision / all.size(), recall / all.size(), f1 / all.size());
  }

  private static List<List<String>> lines(String text, boolean stem) {
    List<List<String>> lines = new ArrayList<>();
    for (String line : text.split("\n")) {
      List<String> words = BleuStyle.split(SEPARATORS, line.toLowerCase(Locale.ROOT));
      if (stem) {
        words.replaceAll(word -> word.length() > SHORT_WORD ? PorterStemmer.stem(word) : word);
      }
      lines.add(words);
    }
    return lines;
  }

  private static List<String> joined(List<List<String>> lines) {
    return lines.stream().flatMap(List::stream).toList();
  }

  private static Score ngrams(int order, List<String> written, List<String> expected) {
    Map<List<String>, Integer> known = BleuCounts.ngrams(order, expected);
    long matched = 0;
    for (Map.Entry<List<String>, Integer> ngram : BleuCounts.ngrams(order, written).entrySet()) {
      matched += Math.min(ngram.getValue(), known.getOrDefault(ngram.getKey(), 0));
    }
    return Score.of(
        matched, Math.max(0, written.size() - order + 1), Math.max(0, expected.size() - order + 1));
  }

  /** Places in {@code first} of one longest common subsequence with {@code second}. */
  private static BitSet common(List<String> first, List<String> second) {
    int[][] lengths = new int[first.size() + 1][second.size() + 1];
    for (int i = 1; i <= first.size(); i++) {
      for (int j = 1; j <= second.size(); j++) {
        lengths[i][j] =
            first.get(i - 1).equals(second.get(j - 1))
                ? lengths[i - 1][j - 1] + 1
                : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
      }
    }
    BitSet places = new BitSet();
    int i = first.size();
    int j = second.size();
    while (i > 0 && j > 0) {
      if (first.get(i - 1).equals(second.get(j - 1))) {
        places.set(--i);
        j--;
      } else if (lengths[i][j - 1] > lengths[i - 1][j]) {
        j--;
      } else {
        i--;
      }
    }
    return places;
  }

  /**
   * Words of each reference line that lie on its common subsequence with any written line, none
   * counted more often than either text has it.
   */
  private static long unitedCommon(
      List<List<String>> written,
      List<List<String>> expected,
      List<String> writtenWords,
      List<String> expectedWords) {
    Map<String, Integer> left = new HashMap<>();
    Map<String, Integer> writtenLeft = new HashMap<>();
    expectedWords.forEach(word -> left.merge(word, 1, Integer::sum));
    writtenWords.forEach(word -> writtenLeft.merge(word, 1, Integer::sum));
    long hits = 0;
    for (List<String> line : expected) {
      BitSet united = new BitSet();
      for (List<String> other : written) {
        united.or(common(line, other));
      }
      for (int at = united.nextSetBit(0); at >= 0; at = united.nextSetBit(at + 1)) {
        String word = line.get(at);
        if (left.get(word) > 0 && writtenLeft.getOrDefault(word, 0) > 0) {
          left.merge(word, -1, Integer::sum);
          writtenLeft.merge(word, -1, Integer::sum);
          hits++;
        }
      }
    }
    return hits;
  }
}
