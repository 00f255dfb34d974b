package dev.goldcrest.torch;

import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.runtime.text.WordPiece;
import dev.goldcrest.runtime.text.WordProjection;
import dev.goldcrest.torch.text.Misspeller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lays texts out as batches: distinct words are projected once a batch and looked up by index.
 * Projections are kept between batches, a byte a value when they are whole numbers. Safe for
 * several threads.
 */
final class TextBatcher {
  private static final int WORD_STEP = 16;
  private static final int KEPT_WORDS = 200_000;

  private final WordProjection projection;
  private final Vocabulary vocabulary;
  private final WordPiece pieces;
  private final int[] before;
  private final int[] after;
  private final int lengthMultiple;
  private final int mostWords;
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();

  TextBatcher(TextConfig config, int lengthMultiple, int maxLength) {
    this.projection = config.projection() == null ? null : config.projection().create();
    this.vocabulary = config.vocabulary() == null ? null : new Vocabulary(config.vocabulary());
    this.pieces = config.wordPiece();
    this.before =
        pieces != null
            ? pieces.before()
            : config.classToken() ? new int[] {Vocabulary.CLASS} : new int[0];
    this.after = pieces != null ? pieces.after() : new int[0];
    this.lengthMultiple = lengthMultiple;
    this.mostWords = config.mostWords(maxLength);
  }

  /**
   * Lays out {@code texts}.
   *
   * @param misspell probability that a word gets one random edit
   * @param random where edits come from; not read when {@code misspell} is 0
   */
  TextBatch batch(List<List<String>> texts, double misspell, SplittableRandom random) {
    List<List<String>> rows = new ArrayList<>(texts.size());
    int longest = 1;
    for (List<String> text : texts) {
      List<String> words = cut(text);
      rows.add(misspell > 0 ? misspelt(words, misspell, random) : words);
      longest = Math.max(longest, words.size() + before.length + after.length);
    }
    int time = (longest + lengthMultiple - 1) / lengthMultiple * lengthMultiple;
    return projection == null ? indexed(rows, time) : projected(rows, time);
  }

  private List<String> cut(List<String> words) {
    return words.size() <= mostWords ? words : words.subList(0, mostWords);
  }

  private static List<String> misspelt(
      List<String> words, double probability, SplittableRandom random) {
    List<String> changed = new ArrayList<>(words.size());
    for (String word : words) {
      changed.add(random.nextDouble() < probability ? Misspeller.edit(word, random) : word);
    }
    return changed;
  }

  private TextBatch indexed(List<List<String>> rows, int time) {
    int[] ids = new int[rows.size() * time];
    float[] mask = new float[ids.length];
    for (int row = 0; row < rows.size(); row++) {
      int at = row * time;
      int start = at;
      for (int id : before) {
        ids[at++] = id;
      }
      for (String word : rows.get(row)) {
        ids[at++] = pieces != null ? pieces.id(word) : vocabulary.id(word);
      }
      for (int id : after) {
        ids[at++] = id;
      }
      Arrays.fill(mask, start, at, 1);
    }
    return new TextBatch(new Sizes(rows.size(), time, 1), null, ids, mask);
  }

  private TextBatch projected(List<List<String>> rows, int time) {
    int[] ids = new int[rows.size() * time];
    float[] mask = new float[ids.length];
    Map<String, Integer> distinct = new LinkedHashMap<>();
    List<byte[]> projections = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      List<String> words = rows.get(row);
      for (int i = 0; i < words.size(); i++) {
        String key = projection.contextual() ? contextKey(words, i) : words.get(i);
        Integer id = distinct.get(key);
        if (id == null) {
          id = projections.size();
          distinct.put(key, id);
          projections.add(values(key, words, i));
        }
        ids[row * time + i] = id;
        mask[row * time + i] = 1;
      }
    }
    int count = (projections.size() + WORD_STEP - 1) / WORD_STEP * WORD_STEP;
    float[] features = new float[count * projection.size()];
    for (int word = 0; word < projections.size(); word++) {
      unpack(projections.get(word), features, word * projection.size());
    }
    return new TextBatch(new Sizes(rows.size(), time, count), features, ids, mask);
  }

  /**
   * A word and all its text's words: neighbours further away never matter, but the key must tell
   * words apart.
   */
  private static String contextKey(List<String> words, int index) {
    return index + "\u0000" + String.join("\u0000", words);
  }

  private byte[] values(String key, List<String> words, int index) {
    byte[] packed = known.get(key);
    if (packed == null) {
      float[] values = new float[projection.size()];
      projection.project(words, index, values, 0);
      packed = pack(values);
      if (known.size() < KEPT_WORDS && !projection.contextual()) {
        known.put(key, packed);
      }
    }
    return packed;
  }

  /** A byte a value when all are whole, else four. */
  private static byte[] pack(float[] values) {
    byte[] packed = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      packed[i] = (byte) values[i];
      if (packed[i] != values[i]) {
        java.nio.ByteBuffer wide = java.nio.ByteBuffer.allocate(values.length * Float.BYTES);
        wide.asFloatBuffer().put(values);
        return wide.array();
      }
    }
    return packed;
  }

  private void unpack(byte[] packed, float[] into, int at) {
    if (packed.length == projection.size()) {
      for (int i = 0; i < packed.length; i++) {
        into[at + i] = packed[i];
      }
    } else {
      java.nio.ByteBuffer.wrap(packed).asFloatBuffer().get(into, at, projection.size());
    }
  }
}
