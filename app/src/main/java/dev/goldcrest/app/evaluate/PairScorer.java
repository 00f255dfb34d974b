package dev.goldcrest.app.evaluate;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** How likely a model finds given targets, token by token. Serves one thread. */
final class PairScorer {
  /** Lengths are rounded up to this, so that few graphs serve all. */
  private static final int STEP = 16;

  /** What all sessions may take; those used least recently go first. */
  private static final long MAX_BYTES = 256 << 20;

  private final SequenceModel model;
  private final long maxBytes;
  private final Map<Sizes, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private double surprise;
  private long tokens;
  private int unscored;

  PairScorer(SequenceModel model) {
    this(model, MAX_BYTES);
  }

  /** With room for {@code maxBytes} of sessions, though always for one. */
  PairScorer(SequenceModel model, long maxBytes) {
    this.model = model;
    this.maxBytes = maxBytes;
  }

  /** Adds a pair; a target longer than the model writes, or none, is not scored. */
  void add(String source, String target) {
    int most = model.architecture().maxLength();
    int[] written = model.target().encode(target);
    int[] read = model.source().encode(source);
    if (written.length + 1 > most || written.length == 0 || read.length == 0) {
      unscored++;
      return;
    }
    int[] cut = Arrays.copyOf(read, Math.min(read.length, most - 1) + 1);
    cut[cut.length - 1] = Tokenizer.EOS;
    score(cut, written);
  }

  private void score(int[] source, int[] target) {
    int most = model.architecture().maxLength();
    Sizes sizes = new Sizes(1, rounded(target.length + 1, most), 1, rounded(source.length, most));
    Session session = session(sizes);
    session.feed("source", Arrays.copyOf(source, sizes.source()));
    float[] mask = new float[sizes.source()];
    Arrays.fill(mask, 0, source.length, 1);
    session.feed("sourceMask", mask);
    int[] ids = new int[sizes.time()];
    ids[0] = Tokenizer.EOS;
    System.arraycopy(target, 0, ids, 1, target.length);
    session.feed("ids", ids);
    session.run();
    float[] logits = session.output("logits");
    int vocabulary = logits.length / sizes.time();
    for (int i = 0; i <= target.length; i++) {
      int wanted = i == target.length ? Tokenizer.EOS : target[i];
      surprise -= logProbability(logits, i * vocabulary, vocabulary, wanted);
      tokens++;
    }
  }

  private Session session(Sizes sizes) {
    Session known = sessions.get(sizes);
    if (known != null) {
      return known;
    }
    Graph graph = model.architecture().trace(Architecture.WHOLE, sizes);
    Session session = new Session(graph, model.weights(), KernelsProvider.kernels());
    sessions.put(sizes, session);
    bytes += session.bytes();
    Iterator<Session> oldest = sessions.values().iterator();
    while (bytes > maxBytes && sessions.size() > 1) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
    return session;
  }

  /** Sessions that are kept. */
  int sessions() {
    return sessions.size();
  }

  private static int rounded(int length, int most) {
    return Math.min(most, (length + STEP - 1) / STEP * STEP);
  }

  private static double logProbability(float[] logits, int from, int count, int wanted) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, logits[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[from + i] - most);
    }
    return logits[from + wanted] - most - Math.log(sum);
  }

  /** Of the target tokens and their ends, in nats. */
  double surprise() {
    return surprise;
  }

  long tokens() {
    return tokens;
  }

  /** Pairs that were left out. */
  int unscored() {
    return unscored;
  }

  /** NaN if nothing was scored. */
  double perplexity() {
    return Math.exp(surprise / tokens);
  }
}
