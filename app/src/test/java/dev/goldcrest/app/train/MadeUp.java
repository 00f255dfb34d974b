package dev.goldcrest.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Labelled text that is easy to learn: one word of each text gives the label away. */
public final class MadeUp {
  private static final String[] LABELS = {"light", "music", "weather"};
  private static final String[][] KEYWORDS = {
    {"lamp", "dim", "bulb"}, {"song", "play", "album"}, {"rain", "sunny", "storm"}
  };
  private static final String[] FILLERS = {
    "please", "now", "the", "in", "kitchen", "tomorrow", "a", "some", "with", "again"
  };

  /** Settings of a model that trains in a moment. */
  public static final List<String> SMALL =
      List.of(
          "--set",
          "features=64",
          "--set",
          "wordHidden=16",
          "--set",
          "dim=16",
          "--set",
          "heads=2",
          "--set",
          "ffn=16",
          "--set",
          "layers=1",
          "--batch",
          "16",
          "--threads",
          "2");

  private MadeUp() {}

  /** A line of {@code label<TAB>text} for each row. */
  public static List<String> lines(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int label = row % LABELS.length;
      List<String> words = new ArrayList<>();
      int length = 3 + random.nextInt(6);
      for (int i = 0; i < length; i++) {
        words.add(FILLERS[random.nextInt(FILLERS.length)]);
      }
      words.set(random.nextInt(length), KEYWORDS[label][random.nextInt(3)]);
      lines.add(LABELS[label] + "\t" + String.join(" ", words));
    }
    return lines;
  }

  /** Writes lines to a file. */
  public static Path write(Path folder, String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  /**
   * Trains a small model through the front door.
   *
   * @param out the file, unless {@code more} names another
   */
  static Front train(Path data, Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data", data.toString()));
    if (!List.of(more).contains("--out")) {
      args.addAll(List.of("--out", out.toString()));
    }
    args.addAll(SMALL);
    return Front.run(args, more);
  }
}
