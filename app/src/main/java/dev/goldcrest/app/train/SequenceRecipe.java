package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.text.BpeTokenizer;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.runtime.text.WordTokenizer;
import dev.goldcrest.torch.Precision;
import dev.goldcrest.torch.SequenceOptions;
import dev.goldcrest.torch.text.BpeTrainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The default recipes of the tasks that write: which model to train, how it reads and writes text,
 * and how it learns. Every number stands below; the user's {@link Choices} go before it, then a
 * preset if one is named.
 *
 * <p>Besides the architecture's own, settings are
 *
 * <ul>
 *   <li>of the text: {@code tokens} (bpe or word), {@code merges} of byte pairs, {@code words} and
 *       {@code minCount} of a vocabulary, {@code lowerCase}; {@code joint=false} gives each side
 *       tokens of its own, the source {@code sourceTokens}, {@code sourceMerges} of them and {@code
 *       sourceLowerCase};
 *   <li>of the training: {@code context} (tokens of a block of running text), {@code warmup decay
 *       beta2 weightDecay labelSmoothing clip average snapshots patience precision} (float32 or
 *       bfloat16, faster where the processor has instructions for it);
 *   <li>of the search: {@code beam lengthPenalty minLength maxLengthFactor maxLengthOffset
 *       noRepeatNgram}.
 * </ul>
 *
 * @param task of {@link SequenceModel}
 * @param source reads; {@code target} itself where one serves both sides
 * @param batch tokens of a step
 * @param context tokens of a block of running text
 */
public record SequenceRecipe(
    String task,
    Architecture architecture,
    Tokenizer source,
    Tokenizer target,
    DecodingOptions decoding,
    SequenceOptions training,
    int batch,
    int context) {

  /** What one gets without {@code --arch}. */
  public static final String ARCHITECTURE = LiteTransformer.NAME;

  /** Of translation and summaries alike. */
  private static final String PAIRS =
      " tokens=bpe merges=4000 joint=true lowerCase=false batch=4096 warmup=0.1"
          + " decay=cosine beta2=0.98 weightDecay=0.0001 labelSmoothing=0.1 clip=1"
          + " average=0.998 snapshots=0 beam=4 lengthPenalty=1 minLength=1";

  /** By task. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          SequenceModel.TRANSLATE,
          "dim=256 layers=3 heads=4 normFirst=true dropout=0.2 attentionDropout=0"
              + " maxLength=256 lr=0.002 patience=0 maxLengthFactor=1.2 maxLengthOffset=10"
              + " noRepeatNgram=0"
              + PAIRS,
          SequenceModel.SUMMARIZE,
          "dim=256 layers=3 heads=4 normFirst=true dropout=0.3 attentionDropout=0"
              + " maxLength=160 lr=0.002 patience=4 maxLengthFactor=0 maxLengthOffset=40"
              + " noRepeatNgram=3"
              + PAIRS,
          SequenceModel.LANGUAGE_MODEL,
          "dim=256 layers=4 heads=4 normFirst=true dropout=0.3 attentionDropout=0 tokens=word"
              + " words=100000 minCount=1 merges=8000 lowerCase=false context=128"
              + " batch=4096 lr=0.002 warmup=0.1 decay=cosine beta2=0.98 weightDecay=0.01"
              + " labelSmoothing=0 clip=1 average=0.998 snapshots=0 patience=4");

  /** What single architectures have besides. */
  private static final Map<String, String> BY_ARCHITECTURE =
      Map.of(LiteTransformer.NAME, "crossHeads=4 kernels=3,7,15,31 tapDropout=0.1");

  /** Epochs by number of pairs, or of thirty tokens of text: {up to so many, epochs}. */
  private static final int[][] EPOCHS = {
    {20_000, 60}, {50_000, 40}, {200_000, 12}, {Integer.MAX_VALUE, 5}
  };

  /** Language models of more tokens have an adaptive softmax... */
  private static final int LARGE_VOCABULARY = 16_000;

  /** ...in which these tokens begin the bands of rare ones. */
  private static final String CUTOFFS = "4000,12000";

  /** Share of the epochs that a compressed model trains on... */
  private static final double TUNING_EPOCHS = 0.25;

  /** ...and of the learning rate that is left to weights that know something already. */
  private static final double TUNING_RATE = 0.3;

  private static final int MOST_WORDS = 100_000;
  private static final int MOST_EPOCHS = 10_000;
  private static final int MOST_BATCH = 1 << 22;

  private enum Tokens {
    BPE,
    WORD
  }

  /**
   * The recipe for these texts.
   *
   * @throws IllegalArgumentException in a sentence for the user, for settings that are unknown, out
   *     of range or do not go together
   */
  static SequenceRecipe of(String task, Choices choices, SequenceTexts texts) {
    return of(task, choices, texts, 0);
  }

  /**
   * @param leastVocabulary what to build for at least, where the texts are not there yet
   */
  private static SequenceRecipe of(
      String task, Choices choices, SequenceTexts texts, int leastVocabulary) {
    boolean writesOnly = texts.sources() == null;
    refuseWhatFollows(choices, writesOnly);
    Map<String, String> merged = merged(task, choices);
    Settings front = new Settings(merged);
    int context = writesOnly ? front.integer("context", 128, 1, 1 << 20) : 0;
    boolean joint = writesOnly || front.flag("joint", true);
    Tokenizer target = tokenizer(front, "", texts.targets(), joint ? texts.sources() : null);
    Tokenizer source = joint ? target : tokenizer(front, "source", texts.sources(), null);
    Settings model = sized(merged, context, source, target, leastVocabulary);
    Architecture architecture =
        choices.design().designed(writer(task, choices.architecture(), model));
    int batch = batch(front, choices);
    SequenceRecipe recipe =
        new SequenceRecipe(
            task,
            architecture,
            source,
            target,
            writesOnly ? DecodingOptions.DEFAULT : decoding(front),
            training(front, choices, writesOnly ? tokens(texts, target) / 30 : texts.size()),
            batch,
            context);
    choices.requireKnown(model, front);
    architecture.whole();
    return recipe;
  }

  private static void refuseWhatFollows(Choices choices, boolean writesOnly) {
    for (String own : List.of("task", "vocabulary", "sourceVocabulary", "classes")) {
      if (choices.settings().containsKey(own)) {
        throw new IllegalArgumentException(
            "setting " + own + " follows from task and data; leave it out");
      }
    }
    if (writesOnly && choices.settings().containsKey("maxLength")) {
      throw new IllegalArgumentException(
          "setting maxLength of a language model is its context; set context=N instead");
    }
  }

  /**
   * The settings of the architecture, with what follows from the tokens.
   *
   * @param context of a language model; 0 for one that reads and writes
   */
  private static Settings sized(
      Map<String, String> merged,
      int context,
      Tokenizer source,
      Tokenizer target,
      int leastVocabulary) {
    Map<String, String> sized = new LinkedHashMap<>(merged);
    sized.put("task", Settings.text(context > 0 ? Task.LM : Task.TRANSLATE));
    sized.put("vocabulary", Integer.toString(Math.max(leastVocabulary, target.size())));
    sized.put("sourceVocabulary", Integer.toString(source == target ? 0 : source.size()));
    if (context > 0) {
      sized.put("maxLength", Integer.toString(context));
      if (target.size() > LARGE_VOCABULARY) {
        sized.putIfAbsent("cutoffs", CUTOFFS);
      }
    }
    return new Settings(sized);
  }

  /** The architecture, which must have been made for what the task asks of it. */
  private static Architecture writer(String task, String name, Settings settings) {
    Architecture architecture = Architectures.of(name, settings);
    Task wanted = task.equals(SequenceModel.LANGUAGE_MODEL) ? Task.LM : Task.TRANSLATE;
    if (architecture.task() != wanted) {
      List<String> writers = new ArrayList<>();
      for (String other : Architectures.names()) {
        Settings asked = new Settings(Map.of("task", Settings.text(wanted)));
        if (Architectures.of(other, asked).task() == wanted) {
          writers.add(other);
        }
      }
      throw new IllegalArgumentException(
          "%s writes no text; --arch for --task %s is one of %s"
              .formatted(name, task, String.join(", ", writers)));
    }
    return architecture;
  }

  /**
   * This recipe's architecture in another width, over the same tokens.
   *
   * @param choices that this recipe was made of
   * @throws IllegalArgumentException if its parts do not go together
   */
  Architecture ofWidth(int dim, Choices choices) {
    Map<String, String> merged = merged(task, choices);
    merged.put("dim", Integer.toString(dim));
    Settings model = sized(merged, context, source, target, 0);
    return choices.design().designed(Architectures.of(choices.architecture(), model));
  }

  private static Map<String, String> merged(String task, Choices choices) {
    Map<String, String> merged = line(DEFAULTS.get(task));
    merged.putAll(line(BY_ARCHITECTURE.getOrDefault(choices.architecture(), "")));
    if (choices.preset() != null) {
      merged.putAll(Architectures.preset(choices.architecture(), choices.preset()));
    }
    merged.putAll(choices.settings());
    return merged;
  }

  /**
   * Everything that decides what a run on given data computes, as one line.
   *
   * @throws IllegalArgumentException as {@link #of} does
   */
  public static String describe(String task, Choices choices) {
    SequenceRecipe recipe = judge(task, choices);
    String training = TrainingRecipe.described(recipe.training());
    return merged(task, choices) + " " + recipe.architecture().settings() + training;
  }

  /** Judges the choices before any data are read; throws as {@link #of} does. */
  static SequenceRecipe judge(String task, Choices choices) {
    List<String> some = List.of("ab ab");
    boolean writesOnly = task.equals(SequenceModel.LANGUAGE_MODEL);
    SequenceTexts texts = new SequenceTexts("", writesOnly ? null : some, some);
    return of(task, choices, texts, MOST_WORDS);
  }

  /** The same for the same architecture in other forms. */
  SequenceRecipe with(Architecture other) {
    return new SequenceRecipe(task, other, source, target, decoding, training, batch, context);
  }

  SequenceRecipe withEpochs(double epochs) {
    return new SequenceRecipe(
        task, architecture, source, target, decoding, training.withEpochs(epochs), batch, context);
  }

  /**
   * How a model that is there goes on learning: its own tokens and search, fewer epochs, a lower
   * rate.
   *
   * @throws IllegalArgumentException in a sentence for settings that are not of the training
   */
  static SequenceRecipe tuning(SequenceModel model, Choices choices, SequenceTexts texts) {
    Settings front = new Settings(merged(model.task(), choices));
    boolean writesOnly = texts.sources() == null;
    int amount = writesOnly ? tokens(texts, model.target()) / 30 : texts.size();
    SequenceOptions tuning = tuning(front, choices, amount);
    int batch = batch(front, choices);
    choices.requireKnown(front);
    return new SequenceRecipe(
        model.task(),
        model.architecture(),
        model.source(),
        model.target(),
        model.decoding(),
        tuning,
        batch,
        writesOnly ? model.architecture().maxLength() : 0);
  }

  private static SequenceOptions tuning(Settings front, Choices choices, int amount) {
    SequenceOptions usual = training(front, choices, amount);
    SequenceOptions fewer =
        choices.epochs() == null
            ? usual.withEpochs(Math.max(1, Math.ceil(usual.epochs() * TUNING_EPOCHS)))
            : usual;
    return choices.learningRate() == null
        ? fewer.withLearningRate(TUNING_RATE * fewer.learningRate())
        : fewer;
  }

  /**
   * What decides how {@link #tuning} goes on with a model, as one line.
   *
   * @param pairs that it learns from
   */
  public static String describeTuning(String task, Choices choices, int pairs) {
    Settings front = new Settings(merged(task, choices));
    return TrainingRecipe.described(tuning(front, choices, pairs)) + " " + batch(front, choices);
  }

  private static Map<String, String> line(String settings) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : settings.split(" ")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        map.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return map;
  }

  /**
   * @param side before the names of settings that this side may have for its own
   */
  private static Tokenizer tokenizer(
      Settings front, String side, List<String> texts, List<String> more) {
    List<String> all = new ArrayList<>(texts);
    if (more != null) {
      all.addAll(more);
    }
    boolean lowerCase = front.flag("lowerCase", false);
    int merges = front.integer("merges", 0, 0, BpeTokenizer.MAX_MERGES);
    Tokens tokens = front.choice("tokens", Tokens.BPE, Tokens.values());
    int words = front.integer("words", MOST_WORDS, 1, 1 << 24);
    int minCount = front.integer("minCount", 1, 1, 1 << 24);
    if (!side.isEmpty()) {
      merges = front.integer(side + "Merges", merges, 0, BpeTokenizer.MAX_MERGES);
      tokens = front.choice(side + "Tokens", tokens, Tokens.values());
      lowerCase = front.flag(side + "LowerCase", lowerCase);
    }
    if (tokens == Tokens.WORD) {
      return WordTokenizer.train(all, lowerCase, minCount, words);
    }
    BpeTrainer trainer = new BpeTrainer(lowerCase);
    all.forEach(trainer::add);
    return trainer.train(merges);
  }

  private static int tokens(SequenceTexts texts, Tokenizer tokenizer) {
    return texts.targets().stream().mapToInt(line -> tokenizer.encode(line).length + 1).sum();
  }

  private static int batch(Settings front, Choices choices) {
    int batch =
        choices.batch() != null ? choices.batch() : front.integer("batch", 4096, 1, MOST_BATCH);
    Choices.requireWithin("--batch", batch, 1, MOST_BATCH);
    return batch;
  }

  private static SequenceOptions training(Settings front, Choices choices, int amount) {
    int epochs = choices.epochs() != null ? choices.epochs() : epochs(amount);
    Choices.requireWithin("--epochs", epochs, 1, MOST_EPOCHS);
    Choices.requireWithin("--threads", choices.workers(), 1, 256);
    double rate = front.number("lr", 1e-3, 1e-9, 1000);
    if (choices.learningRate() != null) {
      rate = choices.learningRate();
      if (!(rate > 0) || rate > 1000) {
        throw new IllegalArgumentException("--lr must be above 0 and at most 1000, is " + rate);
      }
    }
    return new SequenceOptions(
        epochs,
        rate,
        front.number("warmup", 0.1, 0, 1),
        front.choice("decay", SequenceOptions.Decay.COSINE, SequenceOptions.Decay.values()),
        front.number("beta2", 0.98, 0, 0.999999),
        front.number("weightDecay", 0, 0, 1),
        front.number("labelSmoothing", 0, 0, 0.99),
        front.number("clip", 1, 0, 1e6),
        front.number("average", 0, 0, 0.999999),
        front.integer("snapshots", 0, 0, 1000),
        front.integer("patience", 0, 0, MOST_EPOCHS),
        choices.seed(),
        choices.workers(),
        front.choice("precision", Precision.FLOAT32, Precision.values()));
  }

  private static int epochs(int amount) {
    int row = 0;
    while (amount > EPOCHS[row][0]) {
      row++;
    }
    return EPOCHS[row][1];
  }

  private static DecodingOptions decoding(Settings front) {
    return new DecodingOptions(
        front.integer("beam", 4, 1, DecodingOptions.MAX_BEAM),
        front.number("lengthPenalty", 1, -100, 100),
        front.integer("minLength", 1, 0, 1 << 20),
        front.number("maxLengthFactor", 1.2, 0, 100),
        front.integer("maxLengthOffset", 10, 0, 1 << 20),
        front.integer("noRepeatNgram", 0, 0, 1 << 20),
        true);
  }
}
