package dev.goldcrest.app.data;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Texts without labels from any number of files, each text once: what differs in case or blanks
 * alone is the same text. Long ones are cut into sentences.
 *
 * @param names of the files, as given
 * @param texts in the order of the files
 * @param repeated texts left out because they had come before
 * @param excluded texts left out because they stand in a file that must not be learned from
 */
public record TextPool(List<String> names, List<String> texts, int repeated, int excluded) {
  /** No texts. */
  public static final TextPool EMPTY = new TextPool(List.of(), List.of(), 0, 0);

  /** Texts with more words than this are cut into sentences. */
  private static final int LONG_TEXT = 40;

  /** What corpora write for a word that was taken out: such a sentence means something else. */
  private static final String UNKNOWN = "<unk>";

  private static final Pattern MARK = Pattern.compile(" @([-,.])@ ");
  private static final Pattern BLANKS =
      Pattern.compile("[\\p{Cntrl}\\s]{2,}|[\\p{Cntrl}\\s&&[^ ]]");

  public TextPool {
    names = List.copyOf(names);
    texts = List.copyOf(texts);
  }

  /**
   * Reads files of one text a line, gzip-packed or not. {@code FILE#2} is the second column of a
   * tab-separated one, {@code wordnet} the built-in definitions and sentences, except the
   * definitions that the built-in set {@code glosses} keeps for dev and test.
   *
   * @param specs what to read
   * @param excluded files of texts that must not be in the pool, given likewise
   * @throws DataException in one sentence, for everything that can be wrong with the files
   */
  public static TextPool read(List<String> specs, List<String> excluded) throws DataException {
    Set<String> barred = new HashSet<>();
    for (String spec : excluded) {
      read(spec, text -> barred.add(key(text)));
    }
    if (specs.contains(WordNet.NAME)) {
      WordNet.heldOut().forEach(text -> barred.add(key(clean(text))));
    }
    Pool pool = new Pool(barred);
    for (String spec : specs) {
      int before = pool.texts.size() + pool.repeated + pool.excluded;
      read(spec, pool::add);
      if (pool.texts.size() + pool.repeated + pool.excluded == before) {
        throw new DataException(spec + " holds no text, one a line; check the file");
      }
    }
    return new TextPool(specs, pool.texts, pool.repeated, pool.excluded);
  }

  /** The file that {@code FILE#2} names a column of. */
  public static String file(String spec) {
    return spec.replaceFirst("#[1-9][0-9]?$", "");
  }

  private static void read(String spec, Consumer<String> into) throws DataException {
    if (spec.equals(WordNet.NAME)) {
      WordNet.texts().forEach(text -> cut(text, into));
      return;
    }
    int hash = spec.lastIndexOf('#');
    boolean column = hash >= 0 && spec.substring(hash + 1).matches("[1-9][0-9]?");
    int number = column ? Integer.parseInt(spec.substring(hash + 1)) : 0;
    String file = file(spec);
    for (Line line : lines(file)) {
      cut(number > 0 ? column(file, line, number) : whole(file, line), into);
    }
  }

  private record Line(long number, String text) {}

  private static List<Line> lines(String file) throws DataException {
    return Datasets.open(
        file,
        (name, in) -> {
          LineReader reader = new LineReader(Datasets.unpack(name, in), name);
          List<Line> lines = new ArrayList<>();
          try {
            for (String line = reader.next(); line != null; line = reader.next()) {
              lines.add(new Line(reader.number(), line));
            }
          } catch (BadLineException e) {
            throw DataException.at(name, reader.number(), e.getMessage());
          }
          return lines;
        });
  }

  private static String whole(String file, Line line) throws DataException {
    if (line.text().indexOf('\t') >= 0) {
      throw DataException.at(
          file,
          line.number(),
          "the line has a tab, so it is more than a text; " + file + "#2 reads the second column");
    }
    return line.text();
  }

  private static String column(String file, Line line, int number) throws DataException {
    if (line.text().isBlank()) {
      return "";
    }
    String[] cells = line.text().split("\t", -1);
    if (cells.length < number) {
      throw DataException.at(
          file,
          line.number(),
          "the line has " + cells.length + " columns, column " + number + " is asked for");
    }
    return cells[number - 1];
  }

  /** The text itself, or its sentences where it is long. */
  private static void cut(String text, Consumer<String> into) {
    String clean = clean(text);
    if (words(clean) <= LONG_TEXT) {
      into.accept(clean);
      return;
    }
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(clean);
    int from = sentences.first();
    for (int to = sentences.next(); to != BreakIterator.DONE; to = sentences.next()) {
      into.accept(clean.substring(from, to).strip());
      from = to;
    }
  }

  /** Without controls, runs of blanks, HTML's line breaks and the marks of wikitext's tokeniser. */
  private static String clean(String text) {
    String joined = text.indexOf('@') < 0 ? text : MARK.matcher(text).replaceAll("$1");
    return BLANKS.matcher(joined.replace("<br />", " ")).replaceAll(" ").strip();
  }

  private static int words(String text) {
    int words = 1;
    for (int i = 0; i < text.length(); i++) {
      words += text.charAt(i) == ' ' ? 1 : 0;
    }
    return words;
  }

  private static String key(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static final class Pool {
    private final Set<String> barred;
    private final Set<String> seen = new HashSet<>();
    private final List<String> texts = new ArrayList<>();
    private int repeated;
    private int excluded;

    Pool(Set<String> barred) {
      this.barred = barred;
    }

    void add(String text) {
      if (text.isEmpty() || text.contains(UNKNOWN)) {
        return;
      }
      String key = key(text);
      if (barred.contains(key)) {
        excluded++;
      } else if (!seen.add(key)) {
        repeated++;
      } else {
        texts.add(text);
      }
    }
  }
}
