package dev.goldcrest.app.data;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Running text for language models, a sentence or a paragraph a line, in strict UTF-8, gzip-packed
 * or not. Blank lines are lines: they stand between paragraphs, and published perplexities count
 * their ends.
 *
 * @param name what to call it in messages
 * @param lines unmodifiable, in file order; at least one is not blank
 * @param skippedBadLines lines left out because that was asked for
 */
public record TextCorpus(String name, List<String> lines, int skippedBadLines) {

  public TextCorpus {
    lines = List.copyOf(lines);
  }

  /** All lines, and every tenth of them apart. */
  public record Split(TextCorpus train, TextCorpus dev) {}

  /**
   * The text of a file, {@code -} being standard input.
   *
   * @param skipBadLines whether a bad line is counted and left out instead of being an error
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static TextCorpus load(String spec, boolean skipBadLines) throws DataException {
    return Datasets.open(spec, (name, in) -> read(name, in, skipBadLines));
  }

  /** The same from a stream, which is not closed. */
  public static TextCorpus read(String name, InputStream in, boolean skipBadLines)
      throws DataException {
    BadLines badLines = new BadLines(name, skipBadLines);
    LineSource source = new LineSource(Datasets.unpack(name, in), name, badLines);
    source.keepBlankLines();
    List<String> lines = new ArrayList<>();
    boolean blank = true;
    for (String line = source.next(); line != null; line = source.next()) {
      String fault = Controls.fault("the line", line);
      if (fault != null) {
        badLines.bad(source.number(), fault);
      } else {
        lines.add(line);
        blank &= line.isBlank();
      }
    }
    if (blank) {
      throw badLines.nothing("text, a sentence or a paragraph a line");
    }
    return new TextCorpus(name, lines, badLines.skipped());
  }

  /**
   * Holds out the lines whose 0-based number mod 10 is 9; see {@link dev.goldcrest.app.data.Split}.
   *
   * @throws DataException if there are fewer than ten lines
   */
  public Split holdOut() throws DataException {
    HoldOut<String> parts = HoldOut.of(name, "lines", lines);
    return new Split(
        new TextCorpus(name, parts.train(), skippedBadLines),
        new TextCorpus(parts.devName(), parts.dev(), 0));
  }
}
