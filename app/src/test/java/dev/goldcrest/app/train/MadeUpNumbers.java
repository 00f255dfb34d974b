package dev.goldcrest.app.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Numbers to translate and to count on: what a small model learns to write in seconds. */
final class MadeUpNumbers {
  private static final String[] ENGLISH = {"one", "two", "three", "four", "five", "six", "seven"};
  private static final String[] GERMAN = {
    "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben"
  };

  /** Settings of a model that trains in a moment. */
  static final List<String> SMALL =
      List.of(
          "--set",
          "dim=32",
          "--set",
          "layers=1",
          "--set",
          "heads=2",
          "--set",
          "ffn=32",
          "--set",
          "dropout=0",
          "--set",
          "tapDropout=0",
          "--set",
          "merges=60",
          "--batch",
          "400",
          "--lr",
          "0.01",
          "--threads",
          "2");

  private MadeUpNumbers() {}

  /** Counted things and their translation word by word. */
  static String pairs(int count, long seed) {
    StringBuilder lines = new StringBuilder();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      List<String> english = new ArrayList<>();
      List<String> german = new ArrayList<>();
      for (int word = 2 + random.nextInt(4); word > 0; word--) {
        int number = random.nextInt(ENGLISH.length);
        english.add(ENGLISH[number]);
        german.add(GERMAN[number]);
      }
      lines.append(String.join(" ", english)).append('\t').append(String.join(" ", german));
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Lines of five numbers in their order. */
  static String text(int lines, long seed) {
    StringBuilder text = new StringBuilder();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < lines; i++) {
      int from = random.nextInt(ENGLISH.length);
      for (int word = 0; word < 5; word++) {
        text.append(word > 0 ? " " : "").append(ENGLISH[(from + word) % ENGLISH.length]);
      }
      text.append('\n');
    }
    return text.toString();
  }

  /**
   * Trains a small model through the front door.
   *
   * @param out the file, unless {@code more} names another
   */
  static Front train(String task, Path data, Path out, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--task", task, "--data", data.toString()));
    if (!List.of(more).contains("--out")) {
      args.addAll(List.of("--out", out.toString()));
    }
    args.addAll(SMALL);
    return Front.run(args, more);
  }
}
