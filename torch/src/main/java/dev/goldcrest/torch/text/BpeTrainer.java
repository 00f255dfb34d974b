package dev.goldcrest.torch.text;

import dev.goldcrest.runtime.text.BpeTokenizer;
import dev.goldcrest.runtime.text.Pieces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Learns the merges of a {@link BpeTokenizer}: again and again the two neighbours that occur
 * together most often become one token. Of pairs that occur equally often the one with the smaller
 * left id is taken, then the one with the smaller right id, so that the same texts give the same
 * merges in whatever order they come.
 *
 * <p>Counts are kept by distinct piece and corrected only where a merge applied. A pair's count can
 * only fall once its step is over, so the queue may hold it under an old, larger one: it is put
 * back when it comes up.
 */
public final class BpeTrainer {
  private static final int MIN_COUNT = 2;

  private final boolean lowerCase;
  private final Map<String, long[]> counts = new HashMap<>();

  /** {@code lowerCase} drops case, then and in what the tokenizer encodes. */
  public BpeTrainer(boolean lowerCase) {
    this.lowerCase = lowerCase;
  }

  /** One more text to learn from; several languages or columns may be mixed. */
  public void add(String text) {
    String clean = Pieces.clean(text, lowerCase);
    int end;
    for (int from = 0; from < clean.length(); from = end) {
      end = Pieces.end(clean, from);
      counts.computeIfAbsent(clean.substring(from, end), piece -> new long[1])[0]++;
    }
  }

  /**
   * A tokenizer of the texts added so far.
   *
   * @param merges most merges, 0 to {@link BpeTokenizer#MAX_MERGES}; fewer come of texts in which
   *     no two neighbours occur twice
   */
  public BpeTokenizer train(int merges) {
    if (merges < 0 || merges > BpeTokenizer.MAX_MERGES) {
      throw new IllegalArgumentException(
          "BPE merges must be between 0 and " + BpeTokenizer.MAX_MERGES + ", is " + merges);
    }
    return new BpeTokenizer(lowerCase, new Run(counts).merges(merges));
  }

  /** Two neighbours, how often they occur, and the pieces they occurred in. */
  private static final class Pair {
    final long key;
    long count;
    long queued;
    int[] pieces = new int[2];
    int size;

    Pair(long key) {
      this.key = key;
    }

    int left() {
      return (int) (key >>> 32);
    }

    int right() {
      return (int) key;
    }

    void in(int piece) {
      if (size > 0 && pieces[size - 1] == piece) {
        return;
      }
      if (size == pieces.length) {
        pieces = Arrays.copyOf(pieces, 2 * size);
      }
      pieces[size++] = piece;
    }

    static int order(Pair a, Pair b) {
      int byCount = Long.compare(b.queued, a.queued);
      return byCount != 0 ? byCount : Long.compare(a.key, b.key);
    }
  }

  private static final class Run {
    private static final int ALL = -1;
    private static final int NONE = -2;

    private final int[][] ids;
    private final int[] lengths;
    private final long[] weights;
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Pair> queue = new PriorityQueue<>(Pair::order);
    private final List<Pair> fresh = new ArrayList<>();

    Run(Map<String, long[]> counts) {
      ids = new int[counts.size()][];
      lengths = new int[ids.length];
      weights = new long[ids.length];
      int piece = 0;
      for (Map.Entry<String, long[]> entry : counts.entrySet()) {
        ids[piece] = BpeTokenizer.bytes(entry.getKey());
        lengths[piece] = ids[piece].length;
        weights[piece] = entry.getValue()[0];
        count(piece, weights[piece], ALL);
        piece++;
      }
      queueFresh();
    }

    int[] merges(int most) {
      int[] merges = new int[2 * most];
      int made = 0;
      while (made < most) {
        Pair pair = next();
        if (pair == null) {
          break;
        }
        merges[2 * made] = pair.left();
        merges[2 * made + 1] = pair.right();
        merge(pair, BpeTokenizer.FIRST_MERGE + made++);
      }
      return Arrays.copyOf(merges, 2 * made);
    }

    private Pair next() {
      for (Pair pair = queue.poll(); pair != null; pair = queue.poll()) {
        if (pair.count == pair.queued) {
          return pair;
        }
        offer(pair);
      }
      return null;
    }

    private void offer(Pair pair) {
      pair.queued = pair.count;
      if (pair.count >= MIN_COUNT) {
        queue.add(pair);
      }
    }

    private void merge(Pair pair, int joined) {
      for (int i = 0; i < pair.size; i++) {
        int piece = pair.pieces[i];
        if (contains(piece, pair)) {
          count(piece, -weights[piece], NONE);
          lengths[piece] =
              BpeTokenizer.join(ids[piece], lengths[piece], pair.left(), pair.right(), joined);
          count(piece, weights[piece], joined);
        }
      }
      pairs.remove(pair.key);
      queueFresh();
    }

    private boolean contains(int piece, Pair pair) {
      int[] all = ids[piece];
      for (int i = 1; i < lengths[piece]; i++) {
        if (all[i - 1] == pair.left() && all[i] == pair.right()) {
          return true;
        }
      }
      return false;
    }

    /** Adds {@code weight} to the counts of a piece's pairs; those with {@code id} note it. */
    private void count(int piece, long weight, int id) {
      for (int i = 1; i < lengths[piece]; i++) {
        long key = BpeTokenizer.pair(ids[piece][i - 1], ids[piece][i]);
        Pair pair = pairs.get(key);
        if (pair == null) {
          pair = new Pair(key);
          pairs.put(key, pair);
          fresh.add(pair);
        }
        pair.count += weight;
        if (id == ALL || pair.left() == id || pair.right() == id) {
          pair.in(piece);
        }
      }
    }

    private void queueFresh() {
      for (Pair pair : fresh) {
        offer(pair);
      }
      fresh.clear();
    }
  }
}
