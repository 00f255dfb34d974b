package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.torch.Precision;
import dev.goldcrest.torch.Teaching;
import dev.goldcrest.torch.TrainingOptions;

/**
 * How a classifier is trained: for how long, in which steps and towards whose opinions. Every
 * number stands below, and the user's {@link Choices} go before it.
 *
 * <p>Settings are
 *
 * <ul>
 *   <li>{@code warmup decay weightDecay labelSmoothing clip average misspell balance patience
 *       rejectLabel linearTeacher precision} (float32 or bfloat16, faster where the processor has
 *       instructions for it);
 *   <li>going on from a model that makes vectors of words from their projections: {@code wordRate};
 *   <li>with a {@link Teacher}: {@code teacherShare temperature augment}. The labels' share is what
 *       that of the linear model is a share of.
 * </ul>
 *
 * @param linearTeacher share of each example's aim that a cross-fitted linear model has, 0 to 1
 * @param wordRate share of every step that the weights take which give words their vectors, 0 to 1
 * @param teaching how to learn from the teacher, or null without one
 */
public record TrainingRecipe(
    TrainingOptions options, double linearTeacher, double wordRate, Teaching teaching) {

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

  /**
   * Examples up to which a model that was compressed needs made-up texts too: so few do not show
   * all that it knew before. Measured with a rank and four bits: on atis 95.7 with them and 95.2
   * without, on sst2 79.9 and 79.2.
   */
  private static final int FEW_FOR_COMPRESSED = 8_000;

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

  /**
   * The same for an encoder without a vocabulary, which is small: its vectors of words are a
   * beginning, the rest has as much to learn as without one.
   */
  private static final double ENCODER_RATE = 2;

  /**
   * Share of the steps that is left to the weights that give words their vectors: what they know of
   * words that are not among the examples must outlast the training. Best dev accuracy with 1 and
   * with 0.3: sst2 82.5 and 83.3 (3 seeds), atis 97.6 and 98.0 (2), clinc150 92.5 and 92.5, snips
   * 98.7 and 98.4. Left as they are, with 0, they give 81.4 on sst2.
   */
  private static final double WORD_RATE = 0.3;

  private static final int MOST_EPOCHS = 10_000;
  private static final int MOST_BATCH = 1 << 16;

  /**
   * The training of a model on data of this shape.
   *
   * @throws IllegalArgumentException in a sentence for the user, for settings out of range
   */
  static TrainingRecipe of(
      Settings front, Choices choices, DataShape data, Architecture architecture) {
    TrainingOptions options = options(front, choices, data, architecture);
    Teaching teaching = choices.teacher() == null ? null : teaching(front, choices, data);
    double usual = choices.start() == null && teaching == null ? linearTeacher(data) : 0;
    return new TrainingRecipe(
        options,
        front.number("linearTeacher", usual, 0, 1),
        wordRate(front, choices, architecture),
        teaching);
  }

  private static double wordRate(Settings front, Choices choices, Architecture architecture) {
    if (choices.start() == null || !architecture.splitsAtWords()) {
      return 1;
    }
    return front.number("wordRate", gentle(choices) ? 1 : WORD_RATE, 0, 1);
  }

  /**
   * Texts that are made up around each training text for a teacher.
   *
   * @param examples training texts
   */
  public static int augment(Choices choices, int examples) {
    int usual = broadens(choices) || examples <= FEW_FOR_COMPRESSED ? AUGMENT : 0;
    return new Settings(choices.settings()).integer("augment", usual, 0, 1_000);
  }

  /**
   * Options of a training in a line that names what they do. Float32 goes without saying, as it did
   * before there was a choice.
   */
  public static String described(Record options) {
    return options.toString().replace(", precision=FLOAT32", "");
  }

  private static TrainingOptions options(
      Settings front, Choices choices, DataShape data, Architecture architecture) {
    boolean fresh = choices.start() == null;
    boolean pieces = !fresh && pieces(choices.start());
    int epochs = choices.epochs() != null ? choices.epochs() : epochs(choices, data);
    int batch =
        choices.batch() != null ? choices.batch() : fresh ? batch(data.examples()) : SMALL_BATCH;
    Choices.requireWithin("--epochs", epochs, 1, MOST_EPOCHS);
    Choices.requireWithin("--batch", batch, 1, MOST_BATCH);
    Choices.requireWithin("--threads", choices.workers(), 1, 256);
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

  private static Teaching teaching(Settings front, Choices choices, DataShape data) {
    front.integer("augment", augment(choices, data.examples()), 0, 1_000);
    return new Teaching(
        front.number("teacherShare", TEACHER_SHARE, 0.01, 1),
        front.number("temperature", TEMPERATURE, 0.1, 100));
  }

  /**
   * Whether a teacher brings texts and time of its own; one whose model was compressed brings texts
   * where there are few ({@link #augment}) and no time.
   */
  private static boolean broadens(Choices choices) {
    return choices.teacher() != null && (choices.start() == null || !choices.start().head());
  }

  private static double linearTeacher(DataShape data) {
    boolean few = data.examples() <= TAUGHT_EXAMPLES;
    boolean dense = data.examples() >= TAUGHT_EXAMPLES_OF_A_LABEL * (long) data.classes();
    return few && dense ? LINEAR_TEACHER : 0;
  }

  private static int epochs(Choices choices, DataShape data) {
    int texts = data.examples();
    if (choices.teacher() != null) {
      texts += choices.teacher().unlabelled().texts().size() + texts * augment(choices, texts);
    }
    if (broadens(choices)) {
      return epochs(TAUGHT_EPOCHS, texts);
    }
    return epochs(gentle(choices) ? START_EPOCHS : EPOCHS, texts);
  }

  /** Whether most of what is to be learned is there already. */
  private static boolean gentle(Choices choices) {
    Start start = choices.start();
    return start != null && (start.head() || pieces(start));
  }

  /** What going on changes in the learning rate. */
  private static double startRate(Choices choices) {
    return choices.start() == null ? 1 : gentle(choices) ? START_RATE : ENCODER_RATE;
  }

  private static boolean pieces(Start start) {
    return start.text().wordPiece() != null;
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
          * startRate(choices)
          * Math.min(1, (double) NARROW / dim)
          * Math.min(1, (double) batch / BATCH);
    }
    double rate = choices.learningRate();
    if (!(rate > 0) || rate > 1000) {
      throw new IllegalArgumentException("--lr must be above 0 and at most 1000, is " + rate);
    }
    return rate;
  }
}
