package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.Arrays;

/**
 * How the second operand of an elementwise operation repeats over the first. Neighbouring axes on
 * which it does the same are joined; the innermost two become rows of one kernel call, whatever
 * remains is counted through.
 */
final class Broadcast {
  private final int[] sizes;
  private final int[] strides;
  private final int[] position;
  private final int calls;
  private final int rows;
  private final int rowStride;
  private final int n;
  private final boolean byRow;

  Broadcast(Shape a, Shape b) {
    int[] joined = new int[a.rank() + 2];
    int[] advance = new int[a.rank() + 2];
    Arrays.fill(joined, 1);
    int used = 0; // innermost axis first
    int stride = 1;
    for (int axis = 1; axis <= a.rank(); axis++) {
      int size = a.at(-axis);
      int other = axis <= b.rank() ? b.at(-axis) : 1;
      int step = other == 1 ? 0 : stride;
      stride *= other;
      if (size == 1) {
        continue;
      }
      boolean continues = used > 0 && step == advance[used - 1] * joined[used - 1];
      if (continues && (step == 0) == (advance[used - 1] == 0)) {
        joined[used - 1] *= size;
      } else {
        joined[used] = size;
        advance[used] = step;
        used++;
      }
    }
    n = joined[0];
    byRow = advance[0] == 0;
    rows = joined[1];
    rowStride = advance[1];
    sizes = Arrays.copyOfRange(joined, 2, Math.max(used, 2));
    strides = Arrays.copyOfRange(advance, 2, Math.max(used, 2));
    position = new int[sizes.length];
    calls = a.size() / (n * rows);
  }

  void run(
      Kernels kernels,
      Op.Binary.Kind kind,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt) {
    Arrays.fill(position, 0);
    int from = bAt;
    for (int call = 0; call < calls; call++) {
      int at = call * rows * n;
      if (byRow) {
        kernels.binaryByRow(kind, rows, n, a, aAt + at, b, from, rowStride, y, yAt + at);
      } else {
        kernels.binary(kind, rows, n, a, aAt + at, b, from, rowStride, y, yAt + at);
      }
      from += advance();
    }
  }

  /** Counts the outer axes one on and says how far that moves b. */
  private int advance() {
    int moved = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      moved += strides[axis];
      if (++position[axis] < sizes[axis]) {
        return moved;
      }
      moved -= strides[axis] * sizes[axis];
      position[axis] = 0;
    }
    return moved;
  }
}
