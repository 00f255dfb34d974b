package dev.goldcrest.compress;

/**
 * Which rank a weight is factorised to. Whatever the rule, two factors of rank r save parameters
 * and multiply-adds only below {@link #most}: a weight whose rank would not be below is left as it
 * is (Greenformers, arXiv 2109.06762).
 */
public sealed interface Rank {
  /** The same rank for every weight. */
  record Absolute(int rank) implements Rank {
    public Absolute {
      if (rank < 1) {
        throw new IllegalArgumentException("a rank must be at least 1, got " + rank);
      }
    }
  }

  /** That part of {@link Rank#most}, rounded down. */
  record Ratio(double ratio) implements Rank {
    public Ratio {
      if (!(ratio > 0 && ratio < 1)) {
        throw new IllegalArgumentException("a rank's ratio must lie between 0 and 1, got " + ratio);
      }
    }
  }

  /**
   * The least rank that keeps this part of the sum of squared singular values: those of the weight,
   * or with a {@link Calibration} of what it makes of the data.
   */
  record Energy(double kept) implements Rank {
    public Energy {
      if (!(kept > 0 && kept < 1)) {
        throw new IllegalArgumentException(
            "the energy to keep must lie between 0 and 1, got " + kept);
      }
    }
  }

  /**
   * The rule that a user wrote: {@code 256}, {@code 0.5} or {@code energy:0.9}.
   *
   * @throws IllegalArgumentException with a sentence; {@code 1.0} is refused because it could mean
   *     rank 1 or everything
   */
  static Rank parse(String text) {
    boolean energy = text.startsWith("energy:");
    String number = energy ? text.substring("energy:".length()) : text;
    try {
      if (energy) {
        return new Energy(Double.parseDouble(number));
      }
      return number.matches("\\d+")
          ? new Absolute(Integer.parseInt(number))
          : new Ratio(Double.parseDouble(number));
    } catch (NumberFormatException e) {
      throw refused(text, null);
    } catch (IllegalArgumentException e) {
      throw refused(text, e);
    }
  }

  private static IllegalArgumentException refused(String text, IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "no rank is called "
            + text
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; write a whole number such as 256, a part of the largest rank that saves such as"
            + " 0.5, or energy:0.9",
        cause);
  }

  /** Below this rank two factors of a weight (rows, columns) are smaller than the weight. */
  static int most(int rows, int columns) {
    return Math.toIntExact((long) rows * columns / ((long) rows + columns));
  }

  /**
   * The rank for a weight.
   *
   * @param most {@link #most}; a convolution's is that of its channels, whatever its kernel
   * @param singular its singular values, largest first; null where there are none yet, which {@link
   *     Energy} refuses
   * @return 0 where the weight is to be left as it is
   */
  default int of(int most, double[] singular) {
    int rank;
    if (this instanceof Absolute absolute) {
      rank = absolute.rank();
    } else if (this instanceof Ratio ratio) {
      rank = (int) (most * ratio.ratio());
    } else {
      rank = keeping(((Energy) this).kept(), singular);
    }
    return rank < most ? rank : 0;
  }

  /**
   * @throws IllegalArgumentException if the rule needs trained weights
   */
  default void requireDesignable() {
    if (this instanceof Energy) {
      throw new IllegalArgumentException(
          "a rank by energy needs trained weights; write a whole number or a part of the largest"
              + " rank that saves");
    }
  }

  private int keeping(double kept, double[] singular) {
    if (singular == null) {
      requireDesignable();
    }
    double total = 0;
    for (int i = singular.length - 1; i >= 0; i--) {
      total += singular[i] * singular[i];
    }
    double sum = 0;
    int rank = 0;
    while (rank < singular.length && sum < kept * total) {
      sum += singular[rank] * singular[rank];
      rank++;
    }
    return Math.max(rank, 1);
  }

  /** As a user writes it. */
  default String text() {
    if (this instanceof Absolute absolute) {
      return Integer.toString(absolute.rank());
    }
    return this instanceof Ratio ratio
        ? Double.toString(ratio.ratio())
        : "energy:" + ((Energy) this).kept();
  }
}
