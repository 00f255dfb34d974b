package dev.goldcrest.runtime;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.runtime.text.WordProjection;
import dev.goldcrest.runtime.text.WordSegmenter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one thread needs to run a model on texts: a session for each length bucket, made when first
 * needed, and, where a word's vector does not depend on its text, the vectors of recent words.
 */
final class TextWorkspace {
  private static final int KEPT_WORDS = 4096;

  private final Architecture model;
  private final Weights weights;
  private final TextConfig text;
  private final String outputName;
  private final Kernels kernels;
  private final WordSegmenter segmenter;
  private final WordProjection projection;
  private final Vocabulary vocabulary;
  private final int[] pieces;
  private final int mostWords;
  private final List<String> words = new ArrayList<>();
  private final Map<Integer, Session> sessions = new LinkedHashMap<>();
  private final WordVectors vectors;
  private final float[] output;
  private boolean truncated;

  /**
   * A workspace of its own for one thread.
   *
   * @param outputName the graph's output that is read, one row of {@code size} values
   */
  TextWorkspace(
      Architecture model,
      TextConfig text,
      Weights weights,
      String outputName,
      int size,
      Kernels kernels) {
    this.model = model;
    this.text = text;
    this.weights = weights;
    this.outputName = outputName;
    this.kernels = kernels;
    segmenter = new WordSegmenter(text.lowerCase());
    projection = text.projection() == null ? null : text.projection().create();
    vocabulary = text.vocabulary() == null ? null : new Vocabulary(text.vocabulary());
    mostWords = text.mostWords(model.maxLength());
    pieces = text.wordPiece() == null ? null : new int[mostWords + text.frame()];
    boolean apart = projection != null && !projection.contextual() && model.splitsAtWords();
    vectors = apart ? new WordVectors() : null;
    output = new float[size];
  }

  /** Computes the output for a text; false if it has no word. */
  boolean run(String line) {
    words.clear();
    int count =
        pieces == null
            ? segmenter.words(line, mostWords, words)
            : text.wordPiece().encode(line, pieces) - text.frame();
    truncated = count > mostWords;
    int used = Math.min(count, mostWords) + text.frame();
    int time = bucket(Math.max(used, 1));
    Session session = sessions.get(time);
    if (session == null) {
      session = session(time);
      sessions.put(time, session);
    }
    if (pieces != null) {
      int[] ids = session.indices("ids");
      System.arraycopy(pieces, 0, ids, 0, used);
      Arrays.fill(ids, used, ids.length, 0);
    } else if (vocabulary != null) {
      feedIds(session);
    } else if (vectors != null) {
      feedVectors(session);
    } else {
      feedFeatures(session);
    }
    float[] mask = session.floats("mask");
    Arrays.fill(mask, 0, used, 1);
    Arrays.fill(mask, used, mask.length, 0);
    session.run();
    session.read(outputName, output);
    return count > 0;
  }

  /** The output of the last run; the caller may overwrite it. */
  float[] output() {
    return output;
  }

  /** Whether the last text had more words than the model reads. */
  boolean truncated() {
    return truncated;
  }

  /** The length of the session that serves a text: steps of a quarter of a power of two. */
  private int bucket(int length) {
    int step = Math.max(4, Integer.highestOneBit(length) / 4);
    int bucket = Math.min((length + step - 1) / step * step, model.maxLength());
    int multiple = model.lengthMultiple();
    return (bucket + multiple - 1) / multiple * multiple;
  }

  private Session session(int time) {
    String entry = vectors != null ? Architecture.SEQUENCE : Architecture.WHOLE;
    return new Session(model.trace(entry, Sizes.single(time)), weights, kernels);
  }

  private void feedIds(Session session) {
    int[] ids = session.indices("ids");
    int at = 0;
    if (text.classToken()) {
      ids[at++] = Vocabulary.CLASS;
    }
    for (String word : words) {
      ids[at++] = vocabulary.id(word);
    }
    Arrays.fill(ids, at, ids.length, Vocabulary.PAD);
  }

  private void feedFeatures(Session session) {
    float[] features = session.floats("features");
    int[] ids = session.indices("ids");
    Arrays.fill(features, 0);
    for (int i = 0; i < words.size(); i++) {
      projection.project(words, i, features, i * projection.size());
    }
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i < words.size() ? i : 0;
    }
  }

  private void feedVectors(Session session) {
    float[] input = session.floats("vectors");
    int at = 0;
    for (int i = 0; i < words.size(); i++) {
      float[] vector = vectors.of(i);
      System.arraycopy(vector, 0, input, at, vector.length);
      at += vector.length;
    }
    Arrays.fill(input, at, input.length, 0);
  }

  /** The vectors of the words read last, the least recently read going first. */
  private final class WordVectors {
    private final Session session =
        new Session(model.trace(Architecture.WORDS, new Sizes(1, 1, 1)), weights, kernels);
    private final Map<String, float[]> kept = new LinkedHashMap<>(64, 0.75f, true);

    float[] of(int index) {
      String word = words.get(index);
      float[] vector = kept.get(word);
      if (vector == null) {
        projection.project(words, index, session.floats("features"), 0);
        session.run();
        vector = session.output("vectors");
        kept.put(word, vector);
        if (kept.size() > KEPT_WORDS) {
          Iterator<String> eldest = kept.keySet().iterator();
          eldest.next();
          eldest.remove();
        }
      }
      return vector;
    }
  }
}
