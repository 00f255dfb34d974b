package dev.goldcrest.app.data;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads parallel text in strict UTF-8, gzip-packed or not: two columns of a headerless TSV, or two
 * files of which line i of one belongs to line i of the other.
 */
public final class ParallelDatasets {
  private final List<SentencePair> pairs = new ArrayList<>();
  private final BadLines badLines;
  private final String name;

  private ParallelDatasets(String name, ParallelOptions options) {
    this.name = name;
    this.badLines = new BadLines(name, options.skipBadLines());
  }

  /**
   * Pairs from two columns of a TSV, {@code -} being standard input.
   *
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static ParallelDataset load(String spec, ParallelOptions options) throws DataException {
    return Datasets.open(spec, (name, in) -> read(name, in, options));
  }

  /**
   * Pairs from two files with as many lines each; one of them may be {@code -}.
   *
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static ParallelDataset load(String source, String target, ParallelOptions options)
      throws DataException {
    if (source.equals("-") && target.equals("-")) {
      throw new DataException("standard input can be one side only; name a file for the other");
    }
    return Datasets.open(
        source,
        (sourceName, sourceIn) ->
            Datasets.open(
                target,
                (targetName, targetIn) ->
                    read(sourceName, sourceIn, targetName, targetIn, options)));
  }

  /** As {@link #load(String, ParallelOptions)}, from a stream, which is not closed. */
  public static ParallelDataset read(String name, InputStream in, ParallelOptions options)
      throws DataException {
    ParallelDatasets reading = new ParallelDatasets(name, options);
    reading.readColumns(new LineSource(Datasets.unpack(name, in), name, reading.badLines), options);
    return reading.finish("a source and its target on each line, with a tab between them");
  }

  /** As {@link #load(String, String, ParallelOptions)}, from streams, which are not closed. */
  public static ParallelDataset read(
      String sourceName,
      InputStream source,
      String targetName,
      InputStream target,
      ParallelOptions options)
      throws DataException {
    ParallelDatasets reading = new ParallelDatasets(sourceName + " and " + targetName, options);
    reading.readSides(
        new Side("source", sourceName, source), new Side("target", targetName, target));
    return reading.finish("a source on each line of one file and its target in the other");
  }

  private ParallelDataset finish(String remedy) throws DataException {
    if (pairs.isEmpty()) {
      throw badLines.nothing(remedy);
    }
    return new ParallelDataset(name, pairs, badLines.skipped());
  }

  private void readColumns(LineSource lines, ParallelOptions options) throws DataException {
    int needed = Math.max(options.sourceColumn(), options.targetColumn());
    for (String line = lines.next(); line != null; line = lines.next()) {
      String[] columns = line.split("\t", -1);
      if (columns.length < needed) {
        badLines.bad(
            lines.number(),
            "the line has %d column%s, but --columns %d,%d needs %d; put tabs between them"
                .formatted(
                    columns.length,
                    columns.length == 1 ? "" : "s",
                    options.sourceColumn(),
                    options.targetColumn(),
                    needed));
        continue;
      }
      String source = columns[options.sourceColumn() - 1];
      String target = columns[options.targetColumn() - 1];
      String sourceFault = fault("source", source);
      String fault = sourceFault != null ? sourceFault : fault("target", target);
      if (fault != null) {
        badLines.bad(lines.number(), fault);
      } else {
        pairs.add(new SentencePair(source, target));
      }
    }
  }

  /** What is wrong with one side, or null. */
  private static String fault(String side, String text) {
    return text.isBlank()
        ? "the " + side + " is empty; give it a text or remove the pair"
        : Controls.fault("the " + side, text);
  }

  private void readSides(Side source, Side target) throws DataException {
    long firstBlank = 0;
    while (source.advance() | target.advance()) {
      requireBoth(source, target);
      if (source.blank() && target.blank()) {
        firstBlank = firstBlank == 0 ? source.number() : firstBlank;
        continue;
      }
      if (firstBlank != 0) {
        badLines.bad(firstBlank, "both sides are empty; remove the line from both files");
        firstBlank = 0;
      }
      Side faulty = source.fault() != null ? source : target;
      if (faulty.fault() != null) {
        badLines.bad(faulty.file(), faulty.number(), faulty.fault());
      } else {
        pairs.add(new SentencePair(source.text, target.text));
      }
    }
  }

  /** Lines too many are no bad lines: from somewhere before them on, nothing may match. */
  private static void requireBoth(Side source, Side target) throws DataException {
    if (source.ended() == target.ended()) {
      return;
    }
    Side shorter = source.ended() ? source : target;
    Side longer = source.ended() ? target : source;
    long first = longer.number();
    long last = longer.blank() ? 0 : first;
    while (longer.advance()) {
      last = longer.blank() ? last : longer.number();
    }
    if (last > 0) {
      throw DataException.at(
          longer.file(),
          first,
          "this file has %d lines but %s has %d; line i of one must belong to line i of the other"
              .formatted(last, shorter.file(), first - 1));
    }
  }

  /** One of two files, at one of its lines. */
  private static final class Side {
    private final String side;
    private final LineReader lines;
    private String text;
    private String unreadable;

    Side(String side, String file, InputStream in) throws DataException {
      this.side = side;
      this.lines = new LineReader(Datasets.unpack(file, in), file);
    }

    /** Goes to the next line; false at the end. */
    boolean advance() throws DataException {
      unreadable = null;
      try {
        text = lines.next();
      } catch (BadLineException e) {
        text = null;
        unreadable = e.getMessage();
      }
      return !ended();
    }

    boolean ended() {
      return text == null && unreadable == null;
    }

    boolean blank() {
      return unreadable == null && (text == null || text.isBlank());
    }

    String fault() {
      return unreadable != null ? unreadable : ParallelDatasets.fault(side, text);
    }

    String file() {
      return lines.file();
    }

    long number() {
      return lines.number();
    }
  }
}
