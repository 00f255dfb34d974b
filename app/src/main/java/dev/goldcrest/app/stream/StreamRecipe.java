package dev.goldcrest.app.stream;

import dev.goldcrest.app.train.Choices;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.torch.DetectorOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which detector to train, and how. Besides the architecture's own, settings are {@code background}
 * (a label, 0 by default), {@code ignored} (a label whose frames are neither learned nor judged)
 * and, of the training, {@code warmup weightDecay clip average balance noise shift patience}.
 */
record StreamRecipe(Architecture model, DetectorOptions training) {
  private static final String PRESET = "tiny";
  private static final int EPOCHS = 30;
  private static final int BATCH = 16;

  /** For widths up to {@link #NARROW}; falls with 1 / width beyond. */
  private static final double LEARNING_RATE = 1e-3;

  private static final int NARROW = 64;
  private static final double WARMUP = 0.1;
  private static final double WEIGHT_DECAY = 0.05;
  private static final double CLIP = 1;
  private static final double AVERAGE = 0.998;
  private static final double BALANCE = 0;
  private static final double NOISE = 0.1;
  private static final double SHIFT = 0.1;
  private static final int PATIENCE = 12;
  private static final int TUNING_EPOCHS = 10;
  private static final double TUNING_RATE = 0.3;

  /**
   * The recipe for frames of so many features and classes.
   *
   * @throws IllegalArgumentException in a sentence for the user
   */
  static StreamRecipe of(Choices choices, int features, int classes) {
    String name = choices.architecture();
    if (!name.equals(Lstr.NAME)) {
      throw new IllegalArgumentException("task stream trains lstr, not " + name);
    }
    for (String given : new String[] {"features", "classes"}) {
      if (choices.settings().containsKey(given)) {
        throw new IllegalArgumentException(
            "setting " + given + " follows from the data; leave it out");
      }
    }
    Map<String, String> merged =
        new LinkedHashMap<>(
            Architectures.preset(name, choices.preset() == null ? PRESET : choices.preset()));
    merged.putAll(choices.settings());
    merged.put("features", Integer.toString(features));
    merged.put("classes", Integer.toString(classes));
    Settings settings = new Settings(merged);
    Lstr lstr = Lstr.from(settings);
    DetectorOptions training = training(choices, settings, lstr.dim(), EPOCHS, 1);
    background(settings);
    ignored(settings);
    requireKnown(choices, settings);
    Architecture model = choices.design().designed(lstr);
    // Shapes that do not go together are found by building.
    model.trace(Architecture.WHOLE, Sizes.single(model.maxLength()));
    return new StreamRecipe(model, training);
  }

  /**
   * How a detector that is there goes on learning: fewer epochs, a lower rate.
   *
   * @throws IllegalArgumentException in a sentence for settings that are not of the training
   */
  static DetectorOptions tuning(Choices choices, int dim) {
    Settings settings = new Settings(choices.settings());
    DetectorOptions training = training(choices, settings, dim, TUNING_EPOCHS, TUNING_RATE);
    requireKnown(choices, settings);
    return training;
  }

  private static void requireKnown(Choices choices, Settings settings) {
    TreeSet<String> known = new TreeSet<>(settings.known());
    for (String given : choices.settings().keySet()) {
      if (!known.contains(given)) {
        throw new IllegalArgumentException("unknown setting " + given + Nearest.hint(given, known));
      }
    }
  }

  static String background(Settings settings) {
    return settings.text("background", Classes.DEFAULT);
  }

  static String ignored(Settings settings) {
    return settings.text("ignored", "");
  }

  /**
   * @param usual epochs where nobody says
   * @param share of the usual learning rate
   */
  private static DetectorOptions training(
      Choices choices, Settings settings, int dim, int usual, double share) {
    int epochs = choices.epochs() == null ? usual : choices.epochs();
    int batch = choices.batch() == null ? BATCH : choices.batch();
    Choices.requireWithin("--epochs", epochs, 1, 10_000);
    Choices.requireWithin("--batch", batch, 1, 1 << 16);
    Choices.requireWithin("--threads", choices.workers(), 1, 256);
    double rate =
        choices.learningRate() == null
            ? LEARNING_RATE * share * Math.min(1, (double) NARROW / dim)
            : choices.learningRate();
    if (!(rate > 0) || rate > 1000) {
      throw new IllegalArgumentException("--lr must be above 0 and at most 1000, is " + rate);
    }
    return new DetectorOptions(
        epochs,
        batch,
        rate,
        settings.number("warmup", WARMUP, 0, 1),
        settings.number("weightDecay", WEIGHT_DECAY, 0, 1),
        settings.number("clip", CLIP, 0, 1e6),
        settings.number("average", AVERAGE, 0, 0.999999),
        settings.number("balance", BALANCE, 0, 1),
        settings.number("noise", NOISE, 0, 100),
        settings.number("shift", SHIFT, 0, 100),
        settings.integer("patience", PATIENCE, 0, 10_000),
        choices.seed(),
        choices.workers());
  }
}
