package dev.goldcrest.runtime.decode;

import java.util.Arrays;

/**
 * The copies that bring the rows of an array into another order in place: a row is written over
 * when all that continue it have been, and a cycle goes by way of one spare row.
 */
final class RowOrder {
  private static final int SPARE = -1;

  private int[] from = new int[0];
  private int[] to = new int[0];
  private int[] readers = new int[0];
  private boolean[] waiting = new boolean[0];
  private float[] spare = new float[0];
  private int moves;

  /** Afterwards row r is to hold what row {@code parents[r]} holds now. */
  void plan(int rows, int[] parents) {
    if (readers.length < rows) {
      from = new int[2 * rows];
      to = new int[2 * rows];
      readers = new int[rows];
      waiting = new boolean[rows];
    }
    moves = 0;
    Arrays.fill(readers, 0, rows, 0);
    for (int row = 0; row < rows; row++) {
      waiting[row] = parents[row] != row;
      if (waiting[row]) {
        readers[parents[row]]++;
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int at = row; waiting[at] && readers[at] == 0; at = parents[at]) {
        move(parents[at], at);
        readers[parents[at]]--;
      }
    }
    for (int row = 0; row < rows; row++) { // what waits still is cycles
      if (waiting[row]) {
        move(row, SPARE);
        int at = row;
        for (; parents[at] != row; at = parents[at]) {
          move(parents[at], at);
        }
        move(SPARE, at);
      }
    }
  }

  private void move(int source, int target) {
    from[moves] = source;
    to[moves++] = target;
    if (target != SPARE) {
      waiting[target] = false;
    }
  }

  /** Carries the plan out on the first {@code length} elements of rows {@code stride} apart. */
  void apply(float[] array, int stride, int length) {
    if (spare.length < length) {
      spare = new float[length];
    }
    for (int i = 0; i < moves; i++) {
      float[] source = from[i] == SPARE ? spare : array;
      float[] target = to[i] == SPARE ? spare : array;
      System.arraycopy(
          source, Math.max(0, from[i] * stride), target, Math.max(0, to[i] * stride), length);
    }
  }
}
