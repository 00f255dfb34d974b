package dev.goldcrest.app.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** The one door to labelled text: a path, {@code -} for standard input, or a built-in set. */
public final class Datasets {
  private static final String GLOSSES = "glosses";

  private Datasets() {}

  /**
   * Loads what {@code spec} names: {@code glosses:train|dev|test} for the built-in WordNet glosses,
   * {@code -} for standard input, else a file, gzip-packed or not.
   *
   * @throws DataException in one sentence, for everything that can be wrong with the data
   */
  public static Dataset load(String spec, ReadOptions options) throws DataException {
    if (isBuiltIn(spec)) {
      String part = spec.equals(GLOSSES) ? "" : spec.substring(GLOSSES.length() + 1);
      return Glosses.load(part);
    }
    return open(spec, (name, in) -> read(name, in, options));
  }

  /** Makes something of a file's bytes, or says why it cannot. */
  interface Reading<T> {
    T read(String name, InputStream in) throws DataException;
  }

  /** Reads what {@code spec} names, {@code -} being standard input, which stays open. */
  static <T> T open(String spec, Reading<T> reading) throws DataException {
    if (spec.equals("-")) {
      return reading.read("standard input", System.in);
    }
    Path path = existing(spec);
    try (InputStream in = Files.newInputStream(path)) {
      return reading.read(spec, in);
    } catch (IOException e) {
      throw new DataException(spec + " cannot be opened; check its permissions", e);
    }
  }

  /** Whether {@code spec} names a built-in set and no file. */
  public static boolean isBuiltIn(String spec) {
    return spec.equals(GLOSSES) || spec.startsWith(GLOSSES + ":");
  }

  /**
   * Reads labelled text from a stream, which is not closed.
   *
   * @param name how messages call it; its ending takes part in guessing the format
   */
  public static Dataset read(String name, InputStream in, ReadOptions options)
      throws DataException {
    Rows rows = new Rows(name, options.skipBadLines());
    LineSource lines = new LineSource(unpack(name, in), name, rows.badLines());
    DataFormat format =
        options.format() == DataFormat.AUTO ? guess(name, lines.peek(), options) : options.format();
    switch (format) {
      case TABLE -> new Tables(options.textName(), options.labelName()).read(lines, rows);
      case JSONL -> new JsonLines(options.textName(), options.labelName()).read(lines, rows);
      case FASTTEXT -> LineFormats.readFastText(lines, rows);
      case TSV, AUTO -> LineFormats.readTsv(lines, rows);
    }
    return rows.finish();
  }

  static Path existing(String spec) throws DataException {
    Path path;
    try {
      path = Path.of(spec);
    } catch (InvalidPathException e) {
      throw new DataException("\"" + Quoting.shorten(spec) + "\" is not a file name; check it", e);
    }
    if (spec.isEmpty() || Files.notExists(path)) {
      throw new DataException(
          "there is no file \"" + Quoting.shorten(spec) + "\"; check the path and the spelling");
    }
    if (Files.isDirectory(path)) {
      throw new DataException(spec + " is a directory; name a file in it");
    }
    return path;
  }

  static InputStream unpack(String name, InputStream in) throws DataException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    try {
      buffered.mark(2);
      boolean packed = buffered.read() == 0x1F && buffered.read() == 0x8B;
      buffered.reset();
      return packed ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    } catch (IOException e) {
      throw new DataException(name + " is a damaged gzip file; fetch or pack it again", e);
    }
  }

  /** The format of a file by what is known of it; {@code first} is null when it is empty. */
  static DataFormat guess(String name, String first, ReadOptions options) {
    String plain = name.toLowerCase(Locale.ROOT);
    if (plain.endsWith(".gz")) {
      plain = plain.substring(0, plain.length() - 3);
    }
    String line = first == null ? "" : first.strip();
    boolean object = line.startsWith("{") && line.endsWith("}");
    if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson") || plain.endsWith(".json")) {
      return DataFormat.JSONL;
    }
    if (options.namesColumns()) {
      return object ? DataFormat.JSONL : DataFormat.TABLE;
    }
    if (line.startsWith(LineFormats.FASTTEXT_PREFIX)) {
      return DataFormat.FASTTEXT;
    }
    if (object && line.indexOf('\t') < 0) {
      return DataFormat.JSONL;
    }
    boolean header = line.equals("label\ttext") || line.equals("text\tlabel");
    return plain.endsWith(".csv") || header ? DataFormat.TABLE : DataFormat.TSV;
  }
}
