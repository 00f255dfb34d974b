package dev.goldcrest.app.stream;

import dev.goldcrest.app.task.TrainCommand;
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
record StreamRecipe(Lstr model, DetectorOptions training) {
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

  /**
   * The recipe for frames of so many features and classes.
   *
   * @throws IllegalArgumentException in a sentence for the user
   */
  static StreamRecipe of(TrainCommand command, int features, int classes) {
    String name = command.architecture() == null ? Lstr.NAME : command.architecture();
    if (!name.equals(Lstr.NAME)) {
      throw new IllegalArgumentException("task stream trains lstr, not " + name);
    }
    for (String given : new String[] {"features", "classes"}) {
      if (command.settings().containsKey(given)) {
        throw new IllegalArgumentException(
            "setting " + given + " follows from the data; leave it out");
      }
    }
    Map<String, String> merged =
        new LinkedHashMap<>(
            Architectures.preset(name, command.preset() == null ? PRESET : command.preset()));
    merged.putAll(command.settings());
    merged.put("features", Integer.toString(features));
    merged.put("classes", Integer.toString(classes));
    Settings settings = new Settings(merged);
    Lstr model = Lstr.from(settings);
    DetectorOptions training = training(command, settings, model.dim());
    background(settings);
    ignored(settings);
    TreeSet<String> known = new TreeSet<>(settings.known());
    for (String given : command.settings().keySet()) {
      if (!known.contains(given)) {
        throw new IllegalArgumentException("unknown setting " + given + Nearest.hint(given, known));
      }
    }
    // Shapes that do not go together are found by building.
    model.trace(Architecture.WHOLE, Sizes.single(model.maxLength()));
    return new StreamRecipe(model, training);
  }

  static String background(Settings settings) {
    return settings.text("background", Classes.DEFAULT);
  }

  static String ignored(Settings settings) {
    return settings.text("ignored", "");
  }

  private static DetectorOptions training(TrainCommand command, Settings settings, int dim) {
    int epochs = command.epochs() == null ? EPOCHS : command.epochs();
    int batch = command.batch() == null ? BATCH : command.batch();
    requireWithin("--epochs", epochs, 1, 10_000);
    requireWithin("--batch", batch, 1, 1 << 16);
    requireWithin("--threads", command.workers(), 1, 256);
    double rate =
        command.learningRate() == null
            ? LEARNING_RATE * Math.min(1, (double) NARROW / dim)
            : command.learningRate();
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
        command.seed(),
        command.workers());
  }

  private static void requireWithin(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", is " + value);
    }
  }
}
