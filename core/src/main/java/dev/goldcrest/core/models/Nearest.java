package dev.goldcrest.core.models;

import java.util.Collection;
import java.util.Locale;

/** Finds what a misspelt name probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * {@code "; did you mean x?"} for the nearest candidate, or the list of all when none is near.
   */
  public static String hint(String name, Collection<String> candidates) {
    String best = of(name, candidates);
    return best == null
        ? "; known are " + String.join(", ", candidates)
        : "; did you mean " + best + "?";
  }

  /**
   * The candidate that is at most a third of its length away, in any case of letters, or null.
   * Hyphens do not count as length, and names of one or two characters are never guessed.
   */
  public static String of(String name, Collection<String> candidates) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      int allowed = Math.max(1, candidate.replace("-", "").length() / 3);
      if (distance <= allowed && distance < least && candidate.length() > 2) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Edits, a swap of neighbours counting as one (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int substituted = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(substituted, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
