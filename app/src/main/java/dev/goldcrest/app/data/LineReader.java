package dev.goldcrest.app.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Strict UTF-8 lines with their numbers. Lines end at LF, a CR before it is dropped, a byte order
 * mark at the start is passed over. Nothing beyond one line is held, and a line is never grown past
 * {@link #MAX_LINE_BYTES}, so a file without line ends cannot exhaust memory.
 */
final class LineReader {
  /** Longer lines are bad lines: a text of that size is a file in the wrong format. */
  static final int MAX_LINE_BYTES = 10_000_000;

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final String file;
  private final byte[] buffer = new byte[BUFFER];
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private byte[] line = new byte[256];
  private int position;
  private int limit;
  private long number;

  LineReader(InputStream in, String file) {
    this.in = in;
    this.file = file;
  }

  String file() {
    return file;
  }

  /** The 1-based number of the line last returned or complained about. */
  long number() {
    return number;
  }

  /** Whether the next line is here already, so that {@link #next} will not wait for input. */
  boolean ready() {
    for (int i = position; i < limit; i++) {
      if (buffer[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  /**
   * The next line without its end, or null at the end of the file.
   *
   * @throws BadLineException if this line is too long or not UTF-8; the reader stands behind it
   * @throws DataException if the file itself cannot be read on
   */
  String next() throws BadLineException, DataException {
    int length = 0;
    boolean any = false;
    boolean tooLong = false;
    while (true) {
      if (position == limit && !fill()) {
        break;
      }
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int run = end - position;
      if (tooLong || run > MAX_LINE_BYTES - length) {
        tooLong = true;
      } else {
        append(length, run);
        length += run;
      }
      position = end;
      if (end < limit) {
        position++;
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    if (tooLong) {
      throw new BadLineException(
          "the line is longer than "
              + MAX_LINE_BYTES
              + " bytes; put one example on a line and cut long texts");
    }
    return decode(length);
  }

  private void append(int length, int run) {
    if (length + run > line.length) {
      line = Arrays.copyOf(line, Math.max(length + run, Math.min(2 * line.length, 1 << 24)));
    }
    System.arraycopy(buffer, position, line, length, run);
  }

  private String decode(int length) throws BadLineException {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    int start = number == 1 && hasByteOrderMark(end) ? 3 : 0;
    ByteBuffer bytes = ByteBuffer.wrap(line, start, end - start);
    try {
      return decoder.reset().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      String hint = utf16Mark(end) ? "the file looks like UTF-16" : byteAt(bytes, start);
      throw new BadLineException("not UTF-8: " + hint + "; save the file as UTF-8");
    }
  }

  private boolean hasByteOrderMark(int end) {
    return end >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
  }

  private boolean utf16Mark(int end) {
    return number == 1
        && end >= 2
        && ((line[0] == (byte) 0xFF && line[1] == (byte) 0xFE)
            || (line[0] == (byte) 0xFE && line[1] == (byte) 0xFF));
  }

  private static String byteAt(ByteBuffer bytes, int start) {
    int at = bytes.position();
    if (!bytes.hasRemaining()) {
      return "the line ends inside a character";
    }
    return String.format("byte 0x%02X at column %d", bytes.get(at) & 0xFF, at - start + 1);
  }

  private boolean fill() throws DataException {
    try {
      int read;
      do {
        read = in.read(buffer, 0, buffer.length);
      } while (read == 0);
      position = 0;
      limit = Math.max(read, 0);
      return read > 0;
    } catch (EOFException | ZipException e) {
      throw new DataException(
          file
              + " is a damaged gzip file (it breaks off or is altered after line "
              + number
              + "); fetch or pack it again",
          e);
    } catch (IOException e) {
      throw new DataException(
          file + " could not be read after line " + number + " (" + e.getMessage() + ")", e);
    }
  }
}
