package dev.goldcrest.runtime.decode;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Place;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The log probability that a language model gives to a stream of tokens, taken in contiguous
 * blocks: the first token of a block is predicted from the token before it alone, the last from the
 * whole block. Serves one thread.
 */
public final class BlockScorer {
  private static final int SHORT_BLOCK = 16;

  private final Architecture architecture;
  private final Weights weights;
  private final Kernels kernels;
  private final int[] block; // the token before, then those to be scored
  private final Map<Integer, Session> sessions = new HashMap<>(); // by tokens they take
  private float[] probabilities = new float[0];
  private int count;
  private double sum;

  /**
   * @param context tokens of a block, at most what the architecture takes
   */
  public BlockScorer(Architecture architecture, Weights weights, Kernels kernels, int context) {
    DecodingOptions.between("context", context, 1, architecture.maxLength());
    this.architecture = architecture;
    this.weights = weights;
    this.kernels = kernels;
    block = new int[context + 1];
    reset();
  }

  /** Tokens of a block. */
  public int context() {
    return block.length - 1;
  }

  /** Begins a stream, whose first token comes after an end token. */
  public void reset() {
    block[0] = Tokenizer.EOS;
    count = 0;
    sum = 0;
  }

  /** The next token of the stream. */
  public void add(int token) {
    block[++count] = token;
    if (count == block.length - 1) {
      score();
    }
  }

  /** The natural logarithm of the probability of all tokens since {@link #reset}. */
  public double finish() {
    if (count > 0) {
      score();
    }
    return sum;
  }

  private void score() {
    int time = bucket();
    Session session = sessions.get(time);
    if (session == null) {
      Graph graph = architecture.trace(Architecture.WHOLE, new Sizes(1, time, 1));
      session = new Session(graph, weights, kernels);
      sessions.put(time, session);
      probabilities = new float[graph.output("logits").shape().at(2)];
    }
    int[] ids = session.indices("ids");
    System.arraycopy(block, 0, ids, 0, count);
    Arrays.fill(ids, count, time, Tokenizer.PAD);
    session.run();
    Place logits = session.place("logits");
    int vocabulary = probabilities.length;
    for (int i = 0; i < count; i++) {
      int from = logits.at() + i * vocabulary;
      double total = Scores.logTotal(kernels, logits.array(), from, vocabulary, probabilities);
      sum += logits.array()[from + block[i + 1]] - total;
    }
    block[0] = block[count];
    count = 0;
  }

  /** The shortest length that holds the block: half of the longest, half of that, and so on. */
  private int bucket() {
    int time = block.length - 1;
    while (time / 2 >= Math.max(count, SHORT_BLOCK)) {
      time /= 2;
    }
    return time;
  }
}
