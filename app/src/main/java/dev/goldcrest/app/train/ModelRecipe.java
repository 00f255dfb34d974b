package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.EvolvedTransformer;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.VanillaTransformer;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.runtime.text.WordSegmenter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which classifier to train: the architecture, its sizes and how texts become its input. Every
 * number that it chooses stands below, and the user's {@link Choices} go before it: settings by
 * name, then what follows from the data, then the preset.
 *
 * <p>Besides the architecture's own, settings are those of the text front end: {@code projection
 * ngram skip context signed lowerCase hashSeed}; with {@code embedding=table} (the twin without
 * hashing) and for architectures that know words by number: {@code vocabulary} (ids at most) and
 * {@code minCount}.
 *
 * @param front all settings, which the training reads on from
 * @param sized the same with the sizes that follow from the data, as the architecture read them
 */
public record ModelRecipe(
    Architecture architecture, TextConfig text, Settings front, Settings sized) {

  /** The preset of each architecture where the user names none; others have but one. */
  private static final Map<String, String> PRESETS =
      Map.of(
          ProFormer.NAME,
          "tiny",
          Bert.NAME,
          "2-layer",
          VanillaTransformer.NAME,
          "tiny",
          Linformer.NAME,
          "tiny",
          LiteTransformer.NAME,
          "tiny",
          EvolvedTransformer.NAME,
          "tiny",
          MaskAttention.NAME,
          "tiny");

  /** Of a hundred texts at most one is cut, but the limit is at least this... */
  private static final int LEAST_LENGTH = 16;

  /** ...and at most this: what the preset is made for... */
  private static final int MOST_LENGTH = 128;

  /** ...or this where words are joined into groups. */
  private static final int MOST_GROUPED_LENGTH = 1024;

  /** Limits are multiples of this, so that a word more or less does not change the model. */
  private static final int LENGTH_STEP = 8;

  /** Texts are long when half of them have more words than this... */
  private static final int LONG_TEXT = 100;

  /** ...and then so many words are joined before attention, which makes it 16 times cheaper. */
  private static final int LONG_GROUP = 4;

  private static final boolean LOWER_CASE = true;

  /**
   * Character n-grams up to this length. The paper has 5; the shorter ones leave more of the bits
   * to the whole word.
   */
  private static final int NGRAM = 3;

  /** With n-grams that leave one character out, as in the paper. */
  private static final int SKIP = 1;

  /** Neighbouring words whose features join a word's own; 0 lets a device keep word vectors. */
  private static final int CONTEXT = 0;

  /** Bits as -1 and +1: centred inputs train better than 0 and 1. */
  private static final boolean SIGNED = true;

  /** Which hash functions; another seed is another, equally good projection. */
  private static final long HASH_SEED = 1;

  /** Ids of a vocabulary at most, the size of BERT's. */
  private static final int VOCABULARY = 30_000;

  /** A word is known if it occurs so often. */
  private static final int MIN_COUNT = 1;

  /** What an encoder that was distilled without dropout is fine-tuned with. */
  private static final Map<String, String> START_DROPS =
      Map.of("dropout", "0.15", "wordDrop", "0.1");

  private enum Embedding {
    PROJECTION,
    TABLE
  }

  /**
   * The model for data of this shape. Whether its parts go together is found by building it.
   *
   * @param words of the training texts; read only for a vocabulary
   * @throws IllegalArgumentException in a sentence for the user, for settings out of range
   */
  static ModelRecipe of(Choices choices, DataShape data, Iterable<List<String>> words) {
    if (choices.settings().containsKey("classes")) {
      throw new IllegalArgumentException("setting classes follows from the data; leave it out");
    }
    Start start = choices.start();
    Map<String, String> merged = start == null ? adapted(choices, data) : goingOn(choices);
    Settings front = new Settings(merged);
    Vocabulary vocabulary = start == null ? vocabulary(front, choices.architecture(), words) : null;
    merged.put("classes", Integer.toString(data.classes()));
    if (vocabulary != null) {
      merged.put("vocabulary", Integer.toString(vocabulary.size()));
    }
    Settings sized = new Settings(merged);
    Architecture dense = Architectures.of(choices.architecture(), sized);
    if (!dense.readsTokens()) {
      throw new IllegalArgumentException(
          dense.name() + " reads frames, not texts; --task stream trains it");
    }
    Architecture architecture =
        choices.design().designed(start == null ? dense : dense.with(start.formsFor(dense)));
    TextConfig text = start == null ? text(front, architecture, vocabulary) : start.text();
    return new ModelRecipe(architecture, text, front, sized);
  }

  /** The preset that is meant, or null if the architecture has none by default. */
  static String presetName(Choices choices) {
    if (choices.start() != null) {
      return null;
    }
    return choices.preset() != null ? choices.preset() : PRESETS.get(choices.architecture());
  }

  /** What cuts texts into words, which must be known before there is a recipe. */
  static Corpus.Cutter cutter(Choices choices) {
    TextConfig text = choices.start() == null ? null : choices.start().text();
    if (text != null && text.wordPiece() != null) {
      return text.wordPiece()::pieces;
    }
    return new WordSegmenter(
            text != null
                ? text.lowerCase()
                : new Settings(choices.settings()).flag("lowerCase", LOWER_CASE))
        ::words;
  }

  /** More words than this of a text are never read, whatever the data. */
  static int mostWords(Choices choices) {
    if (choices.start() != null) {
      Start start = choices.start();
      return start.text().mostWords(start.architecture().maxLength());
    }
    return new Settings(choices.settings()).integer("maxLength", MOST_GROUPED_LENGTH, 1, 1 << 24);
  }

  /** The preset, over it what follows from the data, and over both what the user said. */
  private static Map<String, String> adapted(Choices choices, DataShape data) {
    Map<String, String> merged = new LinkedHashMap<>();
    String preset = presetName(choices);
    if (preset != null) {
      merged.putAll(Architectures.preset(choices.architecture(), preset));
    }
    boolean groups = merged.getOrDefault("groupFactor", "").equals("1");
    if (groups && data.medianWords() > LONG_TEXT) {
      merged.put("groupFactor", Integer.toString(LONG_GROUP));
    }
    merged.putAll(choices.settings());
    if (!choices.settings().containsKey("maxLength")) {
      int group = new Settings(merged).integer("groupFactor", 1, 1, 1 << 10);
      int most = group > 1 ? MOST_GROUPED_LENGTH : MOST_LENGTH;
      int step = LENGTH_STEP * (group % 2 == 0 ? 1 : group);
      // One more for [CLS], where there is one.
      int wanted = (data.p99Words() + 1 + step - 1) / step * step;
      merged.put("maxLength", Integer.toString(Math.max(LEAST_LENGTH, Math.min(most, wanted))));
    }
    return merged;
  }

  /** What is gone on from, but for its lack of dropout, and over that what the user said. */
  private static Map<String, String> goingOn(Choices choices) {
    Map<String, String> merged = new LinkedHashMap<>(choices.start().architecture().settings());
    START_DROPS.forEach((name, share) -> merged.replace(name, "0.0", share));
    merged.putAll(choices.settings());
    return merged;
  }

  private static Vocabulary vocabulary(
      Settings front, String architecture, Iterable<List<String>> words) {
    Embedding embedding = Embedding.TABLE;
    if (architecture.equals(ProFormer.NAME)) {
      embedding = front.choice("embedding", Embedding.PROJECTION, Embedding.values());
    }
    if (embedding == Embedding.PROJECTION) {
      if (front.has("vocabulary")) {
        throw new IllegalArgumentException(
            "setting vocabulary needs embedding=table; hashed words have no vocabulary");
      }
      return null;
    }
    int reserved = new Vocabulary(List.of()).size();
    int most = front.integer("vocabulary", VOCABULARY, reserved + 1, 1 << 24);
    int minCount = front.integer("minCount", MIN_COUNT, 1, 1 << 24);
    return Vocabulary.of(words, minCount, most - reserved);
  }

  /**
   * How texts become the input of a model.
   *
   * @param vocabulary of the words, or null where they are projected
   */
  public static TextConfig text(Settings front, Architecture architecture, Vocabulary vocabulary) {
    boolean lowerCase = front.flag("lowerCase", LOWER_CASE);
    if (vocabulary != null) {
      return TextConfig.indexed(lowerCase, vocabulary, architecture.readsClassToken());
    }
    ProjectionConfig.Kind kind =
        front.choice("projection", ProjectionConfig.Kind.LSH, ProjectionConfig.Kind.values());
    ProjectionConfig projection =
        new ProjectionConfig(
            kind,
            Integer.parseInt(architecture.settings().get("features")),
            front.integer("ngram", NGRAM, 1, ProjectionConfig.MAX_NGRAM),
            front.integer("skip", SKIP, 0, 1),
            front.integer("context", CONTEXT, 0, ProjectionConfig.MAX_CONTEXT),
            front.flag("signed", SIGNED),
            front.seed("hashSeed", HASH_SEED));
    return TextConfig.projected(lowerCase, projection);
  }
}
