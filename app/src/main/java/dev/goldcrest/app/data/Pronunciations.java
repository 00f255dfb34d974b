package dev.goldcrest.app.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CMU Pronouncing Dictionary as a sequence task: how is an English word spoken? Phonemes are
 * ARPAbet's 39, without stress, separated by blanks. The data is a class path resource of the Maven
 * artifact {@code de.sciss:sphinx4-data}, which the launcher fetches when it is first asked for. A
 * word never crosses splits, for the split is by its own hash: remainder 0 mod 10 is test, 1 is
 * dev.
 */
public final class Pronunciations {
  private static final String RESOURCE = "/edu/cmu/sphinx/models/en-us/cmudict-en-us.dict";
  private static final String ARTIFACT = "de.sciss:sphinx4-data:1.0.0";
  private static final int SPLITS = 10;

  private Pronunciations() {}

  /**
   * A word and the ways to say it, the usual one first.
   *
   * @param spoken phonemes separated by blanks
   */
  public record Entry(String word, List<String> spoken) {
    public Entry {
      spoken = List.copyOf(spoken);
    }
  }

  /**
   * The words of one part in the dictionary's order.
   *
   * @param part {@code train}, {@code dev} or {@code test}
   * @throws DataException if the dictionary is not on the class path
   */
  public static List<Entry> load(String part) throws DataException {
    try (InputStream in = Pronunciations.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new DataException(
            "the pronunciations are not on the class path; ./goldcrest demo --task pronounce"
                + " fetches the artifact "
                + ARTIFACT
                + " with Maven");
      }
      return read(in).stream().filter(entry -> part(entry.word()).equals(part)).toList();
    } catch (IOException e) {
      throw new DataException("the pronunciations are damaged: " + e.getMessage(), e);
    }
  }

  /** All entries of a dictionary in cmudict's format. */
  static List<Entry> read(InputStream in) throws DataException {
    LineReader lines = new LineReader(in, "cmudict");
    Map<String, List<String>> words = new LinkedHashMap<>();
    try {
      for (String line = lines.next(); line != null; line = lines.next()) {
        int blank = line.indexOf(' ');
        if (blank < 1 || line.startsWith(";;;")) {
          continue; // a comment
        }
        int bracket = line.indexOf('('); // a further way to say the word before
        String word = line.substring(0, bracket > 0 && bracket < blank ? bracket : blank);
        words.computeIfAbsent(word, w -> new ArrayList<>()).add(line.substring(blank + 1).strip());
      }
    } catch (BadLineException e) {
      throw DataException.at(lines.file(), lines.number(), e.getMessage());
    }
    List<Entry> entries = new ArrayList<>();
    words.forEach((word, spoken) -> entries.add(new Entry(word, spoken)));
    return entries;
  }

  private static String part(String word) {
    return switch (Math.floorMod(word.hashCode(), SPLITS)) {
      case 0 -> "test";
      case 1 -> "dev";
      default -> "train";
    };
  }
}
