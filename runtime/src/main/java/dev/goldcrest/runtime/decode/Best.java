package dev.goldcrest.runtime.decode;

/**
 * The best continuations seen so far: a heap whose root is the worst of them. Of equal scores the
 * one of the earlier row, then the smaller token, is the better; offers come in that order.
 */
final class Best {
  private double[] scores = new double[0];
  private int[] rows = new int[0];
  private int[] tokens = new int[0];
  private int capacity;
  private int size;

  /** Forgets all, to keep {@code most} from now on. */
  void reset(int most) {
    if (scores.length < most) {
      scores = new double[most];
      rows = new int[most];
      tokens = new int[most];
    }
    capacity = most;
    size = 0;
  }

  int size() {
    return size;
  }

  double score(int rank) {
    return scores[rank];
  }

  int row(int rank) {
    return rows[rank];
  }

  int token(int rank) {
    return tokens[rank];
  }

  /** Offers base + x[i] for n scores from {@code from} on; neither -infinity nor NaN gets in. */
  void scan(int row, double base, float[] x, int from, int n) {
    double floor = floor() - base;
    for (int i = 0; i < n; i++) {
      if (x[from + i] > floor) {
        add(row, i, base + x[from + i]);
        floor = floor() - base;
      }
    }
  }

  /** Offers one. */
  void add(int row, int token, double score) {
    if (!(score > floor())) {
      return;
    }
    int at = size < capacity ? size++ : 0;
    scores[at] = score;
    rows[at] = row;
    tokens[at] = token;
    if (at == 0) {
      sink(size);
    }
    while (at > 0 && worse(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  /** Brings them into order, rank 0 being the best; nothing is to be offered afterwards. */
  void sort() {
    for (int last = size - 1; last > 0; last--) {
      swap(0, last);
      sink(last);
    }
  }

  private double floor() {
    return size < capacity ? Double.NEGATIVE_INFINITY : scores[0];
  }

  /** Moves the root of the first {@code n} down to where it belongs. */
  private void sink(int n) {
    int at = 0;
    for (int child = 1; child < n; child = 2 * at + 1) {
      if (child + 1 < n && worse(child + 1, child)) {
        child++;
      }
      if (!worse(child, at)) {
        return;
      }
      swap(child, at);
      at = child;
    }
  }

  private boolean worse(int a, int b) {
    if (scores[a] != scores[b]) {
      return scores[a] < scores[b];
    }
    return rows[a] != rows[b] ? rows[a] > rows[b] : tokens[a] > tokens[b];
  }

  private void swap(int a, int b) {
    double score = scores[a];
    scores[a] = scores[b];
    scores[b] = score;
    int row = rows[a];
    rows[a] = rows[b];
    rows[b] = row;
    int token = tokens[a];
    tokens[a] = tokens[b];
    tokens[b] = token;
  }
}
