package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.EvolvedTransformer;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.VanillaTransformer;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import dev.goldcrest.runtime.text.WordSegmenter;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.Precision;
import dev.goldcrest.torch.Teaching;
import dev.goldcrest.torch.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one default recipe: which model to train on data of a given shape, and how. It looks at the
 * number of examples, their lengths and the number of labels, never at which data set it is. Every
 * number it chooses stands below, and the user's {@link Choices} go before it: settings by name,
 * then what follows from the data, then the preset.
 *
 * <p>Besides the architecture's own, settings are
 *
 * <ul>
 *   <li>of the text front end: {@code projection ngram skip context signed lowerCase hashSeed};
 *       with {@code embedding=table} (the twin without hashing) and for architectures that know
 *       words by number: {@code vocabulary} (ids at most) and {@code minCount};
 *   <li>of the training: {@code warmup decay weightDecay labelSmoothing clip average misspell
 *       balance patience rejectLabel linearTeacher precision} (float32 or bfloat16, faster where
 *       the processor has instructions for it);
 *   <li>with a {@link Teacher}: {@code teacherShare temperature augment}. The labels' share is what
 *       that of the linear model is a share of.
 * </ul>
 *
 * @param linearTeacher share of each example's aim that a cross-fitted linear model has, 0 to 1
 * @param teaching how to learn from the teacher, or null without one
 * @param start weights that are not drawn but taken over; none without {@code --init}
 */
public record Recipe(
    Architecture architecture,
    TextConfig text,
    TrainingOptions training,
    double linearTeacher,
    Teaching teaching,
    Beginning start) {

  // The model.
  /** What one gets without {@code --arch}. */
  public static final String ARCHITECTURE = ProFormer.NAME;

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

  // Words.
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

  // Training.
  private static final int BATCH = 64;

  /** Up to so many examples take a smaller batch: the more steps, the better the little is used. */
  private static final int FEW_EXAMPLES = 10_000;

  private static final int SMALL_BATCH = 32;

  /**
   * Peak of the learning rate for batches of {@link #BATCH} and widths up to {@link #NARROW}; falls
   * with the batch below and with 1 / width beyond.
   */
  private static final double LEARNING_RATE = 2e-3;

  private static final int NARROW = 128;

  /** Share of the steps in which the rate rises. */
  private static final double WARMUP = 0.05;

  private static final double WEIGHT_DECAY = 0.01;
  private static final double LABEL_SMOOTHING = 0.1;

  /** Longest gradient. */
  private static final double CLIP = 1;

  /** Decay of the running average of the weights, which is what is kept. */
  private static final double AVERAGE = 0.998;

  /** One word in fifty gets a typing error. */
  private static final double MISSPELL = 0.02;

  /** Rare classes weigh no more than others: accuracy is what is judged. */
  private static final double BALANCE = 0;

  /** Share of the aim that is what a linear model thinks of an example it has not seen... */
  private static final double LINEAR_TEACHER = 0.5;

  /** ...where there are at most so many: where there are more, labels say all there is to say... */
  private static final int TAUGHT_EXAMPLES = 20_000;

  /**
   * ...but so many for each label: the linear model has little to teach about labels that it has
   * rarely met.
   */
  private static final int TAUGHT_EXAMPLES_OF_A_LABEL = 1_000;

  /** Epochs without a better dev score before training stops. */
  private static final int PATIENCE = 6;

  /** Epochs by number of examples: {up to so many examples, epochs}. */
  private static final int[][] EPOCHS = {
    {5_000, 16}, {10_000, 8}, {20_000, 14}, {100_000, 10}, {Integer.MAX_VALUE, 5}
  };

  // Learning from a trained model.
  /** What is left to the labels is a tenth. */
  private static final double TEACHER_SHARE = 0.9;

  private static final double TEMPERATURE = 2;

  /** Texts made up around each training text. */
  private static final int AUGMENT = 8;

  /** The same for a model that was compressed, which has to find back what it knew. */
  private static final int COMPRESSED_AUGMENT = 0;

  /** Epochs by number of examples, those without a label included. */
  private static final int[][] TAUGHT_EPOCHS = {
    {10_000, 40}, {20_000, 30}, {50_000, 20}, {200_000, 12}, {Integer.MAX_VALUE, 6}
  };

  // Going on from a trained model.
  /** Share of the learning rate that is left to weights that know something already. */
  private static final double START_RATE = 0.3;

  /** Epochs by number of examples, as above. */
  private static final int[][] START_EPOCHS = {
    {2_000, 16}, {5_000, 10}, {20_000, 5}, {Integer.MAX_VALUE, 3}
  };

  /** What an encoder that was distilled without dropout is fine-tuned with. */
  private static final Map<String, String> START_DROPS =
      Map.of("dropout", "0.15", "wordDrop", "0.1");

  private static final int MOST_EPOCHS = 10_000;
  private static final int MOST_BATCH = 1 << 16;

  private enum Embedding {
    PROJECTION,
    TABLE
  }

  /**
   * The recipe for data of this shape.
   *
   * @param words of the training texts; read only for a vocabulary
   * @throws IllegalArgumentException in a sentence for the user, for settings that are unknown, out
   *     of range or do not go together
   */
  public static Recipe of(Choices choices, DataShape data, Iterable<List<String>> words) {
    if (choices.settings().containsKey("classes")) {
      throw new IllegalArgumentException("setting classes follows from the data; leave it out");
    }
    Start start = choices.start();
    Map<String, String> merged = preset(choices);
    if (start == null) {
      adapt(merged, choices, data);
    } else {
      merged.putAll(start.architecture().settings());
      START_DROPS.forEach((name, share) -> merged.replace(name, "0.0", share));
      merged.putAll(choices.settings());
    }
    Settings front = new Settings(merged);
    Vocabulary vocabulary = start == null ? vocabulary(front, choices.architecture(), words) : null;
    Map<String, String> sized = new LinkedHashMap<>(merged);
    sized.put("classes", Integer.toString(data.classes()));
    if (vocabulary != null) {
      sized.put("vocabulary", Integer.toString(vocabulary.size()));
    }
    Settings model = new Settings(sized);
    Architecture dense = Architectures.of(choices.architecture(), model);
    if (!dense.readsTokens()) {
      throw new IllegalArgumentException(
          dense.name() + " reads frames, not texts; --task stream trains it");
    }
    Architecture architecture =
        choices.design().designed(start == null ? dense : dense.with(start.formsFor(dense)));
    TextConfig text = start == null ? text(front, architecture, vocabulary) : start.text();
    TrainingOptions training = training(front, choices, data, architecture);
    Teaching teaching = choices.teacher() == null ? null : teaching(front, choices);
    double usual = start == null && teaching == null ? linearTeacher(data) : 0;
    double linear = front.number("linearTeacher", usual, 0, 1);
    requireKnown(choices.settings(), front, model);
    // Shapes that do not go together are found by building.
    architecture.trace(Architecture.WHOLE, Sizes.single(architecture.lengthMultiple()));
    Beginning beginning = start == null ? Beginning.FRESH : start.beginning(architecture);
    return new Recipe(architecture, text, training, linear, teaching, beginning);
  }

  /** Judges the choices before any data are read; throws as {@link #of} does. */
  public static Recipe judge(Choices choices) {
    return of(choices, DataShape.UNREAD, List.of(List.of("a")));
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

  /** Texts that are made up around each training text for a teacher. */
  public static int augment(Choices choices) {
    int usual = broadens(choices) ? AUGMENT : COMPRESSED_AUGMENT;
    return new Settings(choices.settings()).integer("augment", usual, 0, 1_000);
  }

  /** The preset that is meant, or null if the architecture has none by default. */
  public static String presetName(Choices choices) {
    if (choices.start() != null) {
      return null;
    }
    return choices.preset() != null ? choices.preset() : PRESETS.get(choices.architecture());
  }

  /** The model as tables call it: {@code proformer tiny}. */
  public static String title(Choices choices) {
    String preset = presetName(choices);
    return choices.architecture()
        + (preset == null ? "" : " " + preset)
        + (choices.start() == null ? "" : " from " + choices.start().name())
        + (choices.teacher() == null ? "" : " taught by " + choices.teacher().name());
  }

  /** Labels that the model tells apart. */
  public int classes() {
    return Integer.parseInt(architecture.settings().get("classes"));
  }

  private static Map<String, String> preset(Choices choices) {
    String name = presetName(choices);
    return name == null
        ? new LinkedHashMap<>()
        : new LinkedHashMap<>(Architectures.preset(choices.architecture(), name));
  }

  /** Lays what follows from the data over the preset, and what the user said over both. */
  private static void adapt(Map<String, String> merged, Choices choices, DataShape data) {
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

  /**
   * Whether a teacher brings texts and time of its own; one whose model was compressed speaks about
   * the examples alone.
   */
  private static boolean broadens(Choices choices) {
    return choices.teacher() != null && (choices.start() == null || !choices.start().head());
  }

  private static Teaching teaching(Settings front, Choices choices) {
    front.integer("augment", augment(choices), 0, 1_000);
    return new Teaching(
        front.number("teacherShare", TEACHER_SHARE, 0.01, 1),
        front.number("temperature", TEMPERATURE, 0.1, 100));
  }

  private static TrainingOptions training(
      Settings front, Choices choices, DataShape data, Architecture architecture) {
    boolean fresh = choices.start() == null;
    boolean pieces = !fresh && choices.start().text().wordPiece() != null;
    int epochs = choices.epochs() != null ? choices.epochs() : epochs(choices, data);
    int batch =
        choices.batch() != null ? choices.batch() : fresh ? batch(data.examples()) : SMALL_BATCH;
    requireWithin("--epochs", epochs, 1, MOST_EPOCHS);
    requireWithin("--batch", batch, 1, MOST_BATCH);
    requireWithin("--threads", choices.workers(), 1, 256);
    return new TrainingOptions(
        epochs,
        batch,
        learningRate(choices, architecture, batch),
        front.number("warmup", WARMUP, 0, 1),
        front.choice("decay", TrainingOptions.Decay.COSINE, TrainingOptions.Decay.values()),
        front.number("weightDecay", WEIGHT_DECAY, 0, 1),
        front.number("labelSmoothing", LABEL_SMOOTHING, 0, 0.99),
        front.number("clip", CLIP, 0, 1e6),
        front.number("average", AVERAGE, 0, 0.999999),
        front.number("misspell", pieces ? 0 : MISSPELL, 0, 1),
        front.number("balance", BALANCE, 0, 1),
        front.integer("patience", broadens(choices) ? 0 : PATIENCE, 0, MOST_EPOCHS),
        front.text("rejectLabel", ""),
        choices.seed(),
        choices.workers(),
        front.choice("precision", Precision.FLOAT32, Precision.values()));
  }

  /**
   * Options of a training in a line that names what they do. Float32 goes without saying, as it did
   * before there was a choice.
   */
  public static String described(Record options) {
    return options.toString().replace(", precision=FLOAT32", "");
  }

  private static double linearTeacher(DataShape data) {
    boolean few = data.examples() <= TAUGHT_EXAMPLES;
    boolean dense = data.examples() >= TAUGHT_EXAMPLES_OF_A_LABEL * (long) data.classes();
    return few && dense ? LINEAR_TEACHER : 0;
  }

  private static int epochs(Choices choices, DataShape data) {
    int texts = data.examples();
    if (choices.teacher() != null) {
      texts += choices.teacher().unlabelled().texts().size() + texts * augment(choices);
    }
    if (broadens(choices)) {
      return epochs(TAUGHT_EPOCHS, texts);
    }
    return epochs(choices.start() == null ? EPOCHS : START_EPOCHS, texts);
  }

  private static int epochs(int[][] table, int examples) {
    int row = 0;
    while (examples > table[row][0]) {
      row++;
    }
    return table[row][1];
  }

  private static int batch(int examples) {
    return examples <= FEW_EXAMPLES ? SMALL_BATCH : BATCH;
  }

  private static double learningRate(Choices choices, Architecture architecture, int batch) {
    if (choices.learningRate() == null) {
      int dim = Integer.parseInt(architecture.settings().getOrDefault("dim", "1"));
      return LEARNING_RATE
          * (choices.start() == null ? 1 : START_RATE)
          * Math.min(1, (double) NARROW / dim)
          * Math.min(1, (double) batch / BATCH);
    }
    double rate = choices.learningRate();
    if (!(rate > 0) || rate > 1000) {
      throw new IllegalArgumentException("--lr must be above 0 and at most 1000, is " + rate);
    }
    return rate;
  }

  /** Refuses a setting that neither reader knows, naming the nearest one. */
  public static void requireKnown(Map<String, String> given, Settings front, Settings model) {
    Set<String> known = new LinkedHashSet<>(model.known());
    known.addAll(front.known());
    known.remove("classes");
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("unknown setting " + name + Nearest.hint(name, known));
      }
    }
  }

  /** Refuses a number out of bounds. */
  public static void requireWithin(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", is " + value);
    }
  }
}
