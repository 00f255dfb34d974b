package dev.goldcrest.app.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The noun definitions of WordNet 3.1 as a classification set: given a definition, what kind of
 * thing is it? 25 kinds, the lexicographer files 04 to 28 (file 03 holds only the top of the tree).
 * The data is a class path resource that comes with the Maven artifact, under Princeton's WordNet
 * licence. Equal texts never cross splits, for the split is by the text's own hash: remainder 0 mod
 * 10 is test, 1 is dev.
 */
public final class Glosses {
  private static final int FIRST_FILE = 4;
  private static final int SPLITS = 10;
  private static final List<String> NAMES =
      List.of(
          "noun.act",
          "noun.animal",
          "noun.artifact",
          "noun.attribute",
          "noun.body",
          "noun.cognition",
          "noun.communication",
          "noun.event",
          "noun.feeling",
          "noun.food",
          "noun.group",
          "noun.location",
          "noun.motive",
          "noun.object",
          "noun.person",
          "noun.phenomenon",
          "noun.plant",
          "noun.possession",
          "noun.process",
          "noun.quantity",
          "noun.relation",
          "noun.shape",
          "noun.state",
          "noun.substance",
          "noun.time");

  private Glosses() {}

  /**
   * The examples of one part, in WordNet's order.
   *
   * @param part {@code train}, {@code dev} or {@code test}
   */
  public static Dataset load(String part) throws DataException {
    if (!part.equals("train") && !part.equals("dev") && !part.equals("test")) {
      throw new DataException(
          "the built-in glosses have no part \""
              + Quoting.shorten(part)
              + "\"; write glosses:train, glosses:dev or glosses:test");
    }
    List<Example> examples = new ArrayList<>();
    WordNet.read(
        "noun",
        (fields, gloss) -> {
          int file = Integer.parseInt(fields.split(" ", 3)[1]);
          String text = definition(gloss);
          if (file >= FIRST_FILE && !text.isEmpty() && part.equals(part(text))) {
            examples.add(new Example(NAMES.get(file - FIRST_FILE), text));
          }
        });
    return new Dataset("glosses:" + part, examples);
  }

  /** The gloss without the quoted sentences that show the word in use. */
  static String definition(String gloss) {
    int example = gloss.indexOf("; \"");
    String text = trimSemicolons(example < 0 ? gloss : gloss.substring(0, example));
    int quote = text.indexOf('"');
    return quote < 0 ? text : text.substring(0, quote).strip();
  }

  private static String trimSemicolons(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isTrimmed(text.charAt(start))) {
      start++;
    }
    while (end > start && isTrimmed(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isTrimmed(char c) {
    return c == ';' || Character.isWhitespace(c);
  }

  private static String part(String text) {
    return switch (Math.floorMod(text.hashCode(), SPLITS)) {
      case 0 -> "test";
      case 1 -> "dev";
      default -> "train";
    };
  }
}
