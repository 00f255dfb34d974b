package dev.goldcrest.app.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/**
 * Unlabelled texts, one a line, in strict UTF-8, from a file (gzip-packed or not) or standard
 * input. Every line is a text, blank ones too.
 */
public final class TextLines implements Closeable {
  private final InputStream in;
  private final LineReader lines;

  private TextLines(InputStream in, String name) throws DataException {
    this.in = in;
    this.lines = new LineReader(Datasets.unpack(name, in), name);
  }

  /**
   * Opens {@code spec}, {@code -} being standard input.
   *
   * @throws DataException if there is no such file
   */
  public static TextLines open(String spec) throws DataException {
    if (spec.equals("-")) {
      return new TextLines(System.in, "standard input");
    }
    try {
      return new TextLines(Files.newInputStream(Datasets.existing(spec)), spec);
    } catch (IOException e) {
      throw new DataException(spec + " cannot be opened; check its permissions", e);
    }
  }

  /**
   * The next text, or null at the end.
   *
   * @throws DataException naming the line that is not UTF-8 or beyond the limit of 10 MB
   */
  public String next() throws DataException {
    try {
      return lines.next();
    } catch (BadLineException e) {
      throw DataException.at(lines.file(), lines.number(), e.getMessage());
    }
  }

  /** Whether {@link #next} would return at once. If not, whoever feeds us may wait for answers. */
  public boolean ready() {
    return lines.ready();
  }

  /** Closes the file; standard input stays open. */
  @Override
  public void close() throws IOException {
    if (in != System.in) {
      in.close();
    }
  }
}
