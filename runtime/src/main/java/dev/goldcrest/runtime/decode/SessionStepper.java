package dev.goldcrest.runtime.decode;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decodes on the device. A session is made for each bucket of sizes when it is first needed: number
 * of rows, capacity of the caches (a power of two from 16 on) and length of the source (a multiple
 * of 8). Sequences that outgrow a capacity move to the next; all sessions share the weights. Those
 * used least recently go when they take more than {@value #MAX_BYTES} bytes.
 */
public final class SessionStepper implements Stepper {
  private static final long MAX_BYTES = 64 << 20;
  private static final int FIRST_CAP = 16;
  private static final int SOURCE_MULTIPLE = 8;

  private final Architecture architecture;
  private final Weights weights;
  private final Kernels kernels;
  private final int vocabulary;
  private final Map<Key, Held> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private final RowOrder order = new RowOrder();
  private float[] scores = new float[0];
  private long bytes;
  private Session encoder;
  private StepSession now;
  private int source;
  private int position;

  private record Key(String entry, Sizes sizes) {}

  /**
   * A session of either entry.
   *
   * @param step null for an encoder
   */
  private record Held(Session session, StepSession step) {}

  /** Of an architecture that has the entry {@link Architecture#DECODE}. */
  public SessionStepper(Architecture architecture, Weights weights, Kernels kernels) {
    this.architecture = architecture;
    this.weights = weights;
    this.kernels = kernels;
    vocabulary = trace(Architecture.DECODE, architecture.smallest()).output("logits").shape().at(1);
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int maxSteps() {
    return architecture.maxLength();
  }

  @Override
  public void start(int[] tokens) {
    now = null;
    encoder = null;
    position = 0;
    source = 0;
    if (tokens.length > 0) {
      encode(tokens);
    }
  }

  private void encode(int[] tokens) {
    if (tokens.length > architecture.maxLength()) {
      throw new IllegalArgumentException(
          "the source has "
              + tokens.length
              + " tokens, the model reads "
              + architecture.maxLength());
    }
    int padded = (tokens.length + SOURCE_MULTIPLE - 1) / SOURCE_MULTIPLE * SOURCE_MULTIPLE;
    source = Math.min(padded, architecture.maxLength());
    encoder = held(Architecture.ENCODE, new Sizes(1, 1, 1, source)).session();
    int[] ids = encoder.indices("source");
    System.arraycopy(tokens, 0, ids, 0, tokens.length);
    Arrays.fill(ids, tokens.length, source, Tokenizer.PAD);
    float[] mask = encoder.floats("sourceMask");
    Arrays.fill(mask, 0, tokens.length, 1);
    Arrays.fill(mask, tokens.length, source, 0);
    encoder.run();
  }

  @Override
  public float[] step(int rows, int[] tokens, int[] parents) {
    if (position >= maxSteps()) {
      throw new IllegalStateException("the model takes no more than " + maxSteps() + " steps");
    }
    int cap = FIRST_CAP;
    while (cap <= position) {
      cap *= 2;
    }
    cap = Math.min(cap, maxSteps());
    if (now != null && now.rows == rows && now.cap == cap) {
      now.reorder(order, parents, position);
    } else {
      StepSession next = held(Architecture.DECODE, new Sizes(rows, cap, 1, source)).step();
      if (now == null) {
        next.start(encoder);
      } else {
        next.takeOver(now, parents, position, encoder);
      }
      now = next;
    }
    if (scores.length < rows * vocabulary) {
      scores = new float[Math.multiplyExact(rows, vocabulary)];
    }
    now.run(position++, tokens, scores);
    return scores;
  }

  private Held held(String entry, Sizes sizes) {
    Key key = new Key(entry, sizes);
    Held known = sessions.get(key);
    if (known == null) {
      Graph graph = trace(entry, sizes);
      Session session = new Session(graph, weights, kernels);
      boolean steps = entry.equals(Architecture.DECODE);
      known = new Held(session, steps ? new StepSession(graph, session) : null);
      sessions.put(key, known);
      bytes += session.bytes();
      Iterator<Held> oldest = sessions.values().iterator();
      while (bytes > MAX_BYTES && sessions.size() > 1) {
        bytes -= oldest.next().session().bytes();
        oldest.remove();
      }
    }
    return known;
  }

  private Graph trace(String entry, Sizes sizes) {
    return architecture.trace(entry, sizes);
  }

  /** Lets go of the sessions; a later step makes them anew. */
  @Override
  public void close() {
    sessions.clear();
    bytes = 0;
    now = null;
    encoder = null;
  }
}
