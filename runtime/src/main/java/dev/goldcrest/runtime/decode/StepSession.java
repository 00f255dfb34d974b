package dev.goldcrest.runtime.decode;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.runtime.Place;
import dev.goldcrest.runtime.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One step of a decoder for a number of rows, a capacity and a source length, with its states. */
final class StepSession {
  private static final String PAST = "past.";
  private static final String NEXT = "next.";
  private static final String MEMORY = "memory.";

  final int rows;
  final int cap;

  private final Session session;
  private final List<State> states = new ArrayList<>();
  private final List<String> memory = new ArrayList<>();
  private final Place logits;
  private final int vocabulary;
  private final int[] ids;
  private final int[] position;
  private final int[] distances;
  private final float[] seen;

  /**
   * A state of every row: as fed, (rows, steps, width), and as it comes out.
   *
   * @param grows whether only its first steps are filled so far, one for each token
   */
  private record State(float[] past, Place next, int steps, int width, boolean grows) {
    int stride() {
      return steps * width;
    }

    int filled(int position) {
      return grows ? position * width : stride();
    }
  }

  StepSession(Graph graph, Session session) {
    this.session = session;
    Shape seenShape = graph.inputs().get("seen").shape();
    rows = seenShape.at(0);
    cap = seenShape.at(1);
    for (String name : graph.inputs().keySet()) {
      if (name.startsWith(PAST)) {
        String next = NEXT + name.substring(PAST.length());
        Shape shape = graph.inputs().get(name).shape();
        boolean grows = graph.output(next).op() instanceof Op.Append;
        states.add(
            new State(session.floats(name), session.place(next), shape.at(1), shape.at(2), grows));
      } else if (name.startsWith(MEMORY)) {
        memory.add(name);
      }
    }
    logits = session.place("logits");
    vocabulary = graph.output("logits").shape().at(1);
    ids = session.indices("ids");
    position = session.indices("position");
    distances = graph.inputs().containsKey("distances") ? session.indices("distances") : null;
    seen = session.floats("seen");
  }

  /** Begins a sequence of {@code done} steps, none of which is seen yet. */
  private void begin(int done, Session encoder) {
    for (State state : states) {
      Arrays.fill(state.past, 0);
    }
    Arrays.fill(seen, 0);
    for (int row = 0; row < rows; row++) {
      Arrays.fill(seen, row * cap, row * cap + done, 1);
    }
    if (encoder != null) {
      for (String name : memory) {
        repeat(encoder.place(name), session.floats(name));
      }
      repeat(new Place(encoder.floats("sourceMask"), 0), session.floats("sourceMask"));
    }
  }

  /** All rows read the same sentence. */
  private void repeat(Place from, float[] to) {
    int length = to.length / rows;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from.array(), from.at(), to, row * length, length);
    }
  }

  /** Begins a sequence. */
  void start(Session encoder) {
    begin(0, encoder);
  }

  /** Goes on with what the rows of {@code other} hold after {@code done} steps. */
  void takeOver(StepSession other, int[] parents, int done, Session encoder) {
    begin(done, encoder);
    for (int i = 0; i < states.size(); i++) {
      State to = states.get(i);
      copyRows(other.states.get(i), to, parents, to.filled(done));
    }
  }

  /** Goes on after {@code done} steps with the rows in another order. */
  void reorder(RowOrder order, int[] parents, int done) {
    order.plan(rows, parents);
    for (State state : states) {
      if (state.next.array() == state.past) {
        order.apply(state.past, state.stride(), state.filled(done));
      } else {
        copyRows(state, state, parents, state.filled(done));
      }
    }
  }

  private void copyRows(State from, State to, int[] parents, int length) {
    for (int row = 0; row < rows; row++) {
      int source = from.next.at() + parents[row] * from.stride();
      System.arraycopy(from.next.array(), source, to.past, row * to.stride(), length);
    }
  }

  /** Step number {@code now}, whose scores (rows, V) go into {@code scores}. */
  void run(int now, int[] tokens, float[] scores) {
    System.arraycopy(tokens, 0, ids, 0, rows);
    position[0] = now;
    for (int row = 0; row < rows; row++) {
      seen[row * cap + now] = 1;
    }
    for (int step = 0; distances != null && step < cap; step++) {
      distances[step] = Math.max(0, now - step);
    }
    session.run();
    System.arraycopy(logits.array(), logits.at(), scores, 0, rows * vocabulary);
  }
}
