package dev.goldcrest.app.train;

import dev.goldcrest.compress.Compression;
import dev.goldcrest.core.models.Nearest;
import dev.goldcrest.core.models.Settings;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the user asked for; null where the recipe decides.
 *
 * @param architecture a name of the registry
 * @param preset one of the architecture's, or null
 * @param settings of {@code --set}, for the architecture, the text front end and the training
 * @param epochs at most, or null
 * @param batch examples a step, or null
 * @param learningRate the peak, or null
 * @param seed of everything random
 * @param workers threads that share a batch; part of what determines the result
 * @param start the trained model to go on from, or null
 * @param design how the weights differ from the architecture's from the start
 * @param teacher the classifier to learn from beside the labels, or null
 */
public record Choices(
    String architecture,
    String preset,
    Map<String, String> settings,
    Integer epochs,
    Integer batch,
    Double learningRate,
    long seed,
    int workers,
    Start start,
    Compression design,
    Teacher teacher) {
  public Choices {
    settings = new LinkedHashMap<>(settings);
  }

  /** Choices that begin with random weights and learn from labels. */
  public Choices(
      String architecture,
      String preset,
      Map<String, String> settings,
      Integer epochs,
      Integer batch,
      Double learningRate,
      long seed,
      int workers) {
    this(
        architecture,
        preset,
        settings,
        epochs,
        batch,
        learningRate,
        seed,
        workers,
        null,
        Compression.NONE,
        null);
  }

  /**
   * Refuses a setting that no reader knows, naming the nearest one.
   *
   * @throws IllegalArgumentException in a sentence for the user
   */
  public void requireKnown(Settings... readers) {
    Set<String> known = new LinkedHashSet<>();
    for (Settings reader : readers) {
      known.addAll(reader.known());
    }
    known.remove("classes");
    for (String name : settings.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("unknown setting " + name + Nearest.hint(name, known));
      }
    }
  }

  /** Refuses what was asked for by an option where it is out of bounds. */
  public static void requireWithin(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " must be from " + least + " to " + most + ", is " + value);
    }
  }

  /** The same with further settings, which go before those given. */
  Choices with(Map<String, String> further) {
    Map<String, String> merged = new LinkedHashMap<>(settings);
    merged.putAll(further);
    return with(architecture, merged, epochs, start, design, teacher);
  }

  /** The same without a setting, whether or not it is there. */
  Choices without(String setting) {
    Map<String, String> fewer = new LinkedHashMap<>(settings);
    fewer.remove(setting);
    return with(architecture, fewer, epochs, start, design, teacher);
  }

  /** The same for so many epochs. */
  public Choices withEpochs(int planned) {
    return with(architecture, settings, planned, start, design, teacher);
  }

  /** The same, going on from {@code other} with its architecture; from nothing if it is null. */
  public Choices withStart(Start other) {
    String own = other == null ? architecture : other.architecture().name();
    return with(own, settings, epochs, other, design, teacher);
  }

  Choices withDesign(Compression other) {
    return with(architecture, settings, epochs, start, other, teacher);
  }

  /** The same, learning from {@code other} beside the labels; from labels alone if it is null. */
  public Choices withTeacher(Teacher other) {
    return with(architecture, settings, epochs, start, design, other);
  }

  private Choices with(
      String architecture,
      Map<String, String> settings,
      Integer epochs,
      Start start,
      Compression design,
      Teacher teacher) {
    return new Choices(
        architecture,
        preset,
        settings,
        epochs,
        batch,
        learningRate,
        seed,
        workers,
        start,
        design,
        teacher);
  }
}
