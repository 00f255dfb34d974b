package dev.goldcrest.runtime.text;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Words and feature vectors for tests. */
final class Words {

  private Words() {}

  static String random(Random random, int length) {
    return of(random, length, "abcdefghijklmnopqrstuvwxyz");
  }

  /** A word of so many code points, each drawn from those of the alphabet. */
  static String of(Random random, int length, String alphabet) {
    int[] letters = alphabet.codePoints().toArray();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return word.toString();
  }

  static Map<Long, Integer> counts(LshFeatures features) {
    Map<Long, Integer> counts = new HashMap<>();
    for (int k = 0; k < features.count(); k++) {
      counts.merge(features.keys()[k], 1, Integer::sum);
    }
    return counts;
  }

  /** The angle between two count vectors, in radians. */
  static double angle(Map<Long, Integer> one, Map<Long, Integer> two) {
    double dot = 0;
    for (Map.Entry<Long, Integer> entry : one.entrySet()) {
      dot += entry.getValue() * two.getOrDefault(entry.getKey(), 0);
    }
    return Math.acos(Math.min(1, dot / Math.sqrt(square(one) * square(two))));
  }

  /** The share of positions where two vectors differ. */
  static double share(float[] one, float[] two) {
    int different = 0;
    for (int i = 0; i < one.length; i++) {
      different += one[i] != two[i] ? 1 : 0;
    }
    return (double) different / one.length;
  }

  private static double square(Map<Long, Integer> counts) {
    double sum = 0;
    for (int count : counts.values()) {
      sum += (double) count * count;
    }
    return sum;
  }
}
