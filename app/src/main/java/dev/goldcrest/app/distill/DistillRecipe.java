package dev.goldcrest.app.distill;

import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.ModelRecipe;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.EncoderOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which encoder to train towards another one's vectors, and how; the user's {@link Choices} go
 * before it. Besides the architecture's own, settings are those of the text front end, {@code
 * projection ngram skip context signed lowerCase hashSeed}, and {@code warmup weightDecay clip
 * average misspell relation whiten}.
 */
public record DistillRecipe(Architecture architecture, TextConfig text, EncoderOptions training) {
  static final String ARCHITECTURE = ProFormer.NAME;
  static final String PRESET = "encoder";

  private static final int EPOCHS = 10;
  private static final int BATCH = 128;
  private static final double LEARNING_RATE = 2e-3;
  private static final double WARMUP = 0.05;
  private static final double WEIGHT_DECAY = 0.01;

  /** Longest gradient. */
  private static final double CLIP = 1;

  /** Decay of the running average of the weights, which is what is kept. */
  private static final double AVERAGE = 0.999;

  /** One word in fifty gets a typing error. */
  private static final double MISSPELL = 0.02;

  private static final double RELATION = 1;

  /**
   * The cosine does not fall by it. What a fine-tuned encoder is worth rose on a ninth of the texts
   * and is not told apart on all of them: on dev snips and sst2 gain, atis and clinc150 lose.
   */
  private static final double WHITEN = 0.5;

  /**
   * The recipe for a teacher.
   *
   * @param dimension values of the teacher's vectors
   * @throws IllegalArgumentException in a sentence for the user, for settings that are unknown, out
   *     of range or do not go together
   */
  public static DistillRecipe of(Choices choices, int dimension) {
    for (String decided : new String[] {"classes", "vector", "vocabulary"}) {
      if (choices.settings().containsKey(decided)) {
        throw new IllegalArgumentException(
            "setting " + decided + " follows from the teacher; leave it out");
      }
    }
    String preset = choices.preset() == null ? PRESET : choices.preset();
    Map<String, String> merged =
        new LinkedHashMap<>(Architectures.preset(choices.architecture(), preset));
    // There is more to learn than the weights can hold: nothing to guard against.
    merged.put("dropout", "0");
    merged.put("wordDrop", "0");
    merged.putAll(choices.settings());
    merged.put("classes", "0");
    merged.put("vector", Integer.toString(dimension));
    Settings settings = new Settings(merged);
    Architecture architecture = Architectures.of(choices.architecture(), settings);
    TextConfig text = ModelRecipe.text(settings, architecture, null);
    EncoderOptions training = training(settings, choices);
    choices.requireKnown(settings);
    // Shapes that do not go together are found by building.
    architecture.trace(Architecture.WHOLE, Sizes.single(architecture.lengthMultiple()));
    return new DistillRecipe(architecture, text, training);
  }

  private static EncoderOptions training(Settings settings, Choices choices) {
    int epochs = choices.epochs() == null ? EPOCHS : choices.epochs();
    int batch = choices.batch() == null ? BATCH : choices.batch();
    double rate = choices.learningRate() == null ? LEARNING_RATE : choices.learningRate();
    Choices.requireWithin("--epochs", epochs, 1, 10_000);
    Choices.requireWithin("--batch", batch, 2, 1 << 16);
    Choices.requireWithin("--threads", choices.workers(), 1, 256);
    if (!(rate > 0) || rate > 1000) {
      throw new IllegalArgumentException("--lr must be above 0 and at most 1000, is " + rate);
    }
    return new EncoderOptions(
        epochs,
        batch,
        rate,
        settings.number("warmup", WARMUP, 0, 1),
        settings.number("weightDecay", WEIGHT_DECAY, 0, 1),
        settings.number("clip", CLIP, 0, 1e6),
        settings.number("average", AVERAGE, 0, 0.999999),
        settings.number("misspell", MISSPELL, 0, 1),
        settings.number("relation", RELATION, 0, 1e6),
        settings.number("whiten", WHITEN, 0, 1),
        choices.seed(),
        choices.workers());
  }

  DistillRecipe withEpochs(double epochs) {
    return new DistillRecipe(architecture, text, training.withEpochs(epochs));
  }

  /** Everything that decides how it trains, for the model's file. */
  Map<String, Object> options() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("epochs", training.epochs());
    object.put("batch", training.batchSize());
    object.put("learningRate", training.learningRate());
    object.put("warmup", training.warmup());
    object.put("weightDecay", training.weightDecay());
    object.put("clip", training.clip());
    object.put("average", training.average());
    object.put("misspell", training.misspell());
    object.put("relation", training.relation());
    object.put("whiten", training.whiten());
    object.put("seed", training.seed());
    object.put("workers", training.workers());
    return object;
  }
}
