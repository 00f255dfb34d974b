package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * A teacher's opinions at rest: the magic bytes, the values of a row (4 bytes) and a fingerprint of
 * the teacher (8); then rows in any order, each the first 16 bytes of the text's SHA-256 and the
 * values as 16-bit floats. A row that a crash cut short is dropped.
 */
final class OpinionFile implements AutoCloseable {
  private static final byte[] MAGIC = {'G', 'C', 'O', 'P', 'I', 'N', '0', '1'};
  private static final int HEADER = MAGIC.length + Integer.BYTES + Long.BYTES;
  private static final int KEY = 16;
  private static final int ROWS_AT_ONCE = 256;

  private final FileChannel channel;
  private final int dimension;
  private final Map<Key, short[]> known = new HashMap<>();

  private OpinionFile(FileChannel channel, int dimension) {
    this.channel = channel;
    this.dimension = dimension;
  }

  /**
   * Opens a file, made if it is not there.
   *
   * @param replace whether answers of another oracle may be thrown away
   * @throws UserError if it has such, is something else, or damaged
   */
  static OpinionFile open(Path file, Opinions.Oracle oracle, boolean replace) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.put(MAGIC).putInt(oracle.dimension()).putLong(oracle.fingerprint()).flip();
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      OpinionFile store = new OpinionFile(channel, oracle.dimension());
      ByteBuffer found = ByteBuffer.allocate(HEADER);
      readFully(channel, found, 0);
      if (found.flip().equals(header)) {
        store.read(file);
      } else {
        if (channel.size() > 0 && !begins(found)) {
          throw UserError.failed(
              "%s is no file of a teacher's opinions; move it out of the way", file);
        }
        if (channel.size() > HEADER && !replace) {
          throw UserError.usage(
              "%s has the answers of another teacher; --force throws them away", file);
        }
        channel.truncate(0);
        writeFully(channel, header);
      }
      return store;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean begins(ByteBuffer found) {
    return found.remaining() >= MAGIC.length
        && found.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  private void read(Path file) throws IOException {
    long whole = (channel.size() - HEADER) / rowBytes();
    channel.truncate(HEADER + whole * rowBytes());
    ByteBuffer some = ByteBuffer.allocate(ROWS_AT_ONCE * rowBytes());
    for (long row = 0; row < whole; ) {
      some.clear().limit((int) Math.min(ROWS_AT_ONCE, whole - row) * rowBytes());
      readFully(channel, some, HEADER + row * rowBytes());
      some.flip();
      while (some.hasRemaining()) {
        Key key = new Key(some.getLong(), some.getLong());
        short[] values = new short[dimension];
        some.asShortBuffer().get(values);
        some.position(some.position() + dimension * Short.BYTES);
        for (short value : values) {
          if (!Float.isFinite(HalfFloat.toFloat(value))) {
            throw UserError.failed("%s is damaged (row %,d); remove it", file, row + 1);
          }
        }
        known.put(key, values);
        row++;
      }
    }
    channel.position(channel.size());
  }

  /** What the file knew of a text when it was opened, or null. */
  short[] row(String text) {
    return known.get(Key.of(text));
  }

  /** Lets go of what has been asked for. */
  void forget() {
    known.clear();
  }

  private int rowBytes() {
    return KEY + dimension * Short.BYTES;
  }

  /** Adds rows by text; several threads may. */
  void append(Map<String, short[]> rows) {
    ByteBuffer bytes = ByteBuffer.allocate(rows.size() * rowBytes());
    rows.forEach(
        (text, row) -> {
          Key.of(text).write(bytes);
          bytes.asShortBuffer().put(row);
          bytes.position(bytes.position() + row.length * Short.BYTES);
        });
    try {
      synchronized (channel) {
        writeFully(channel, bytes.flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    long position = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        return;
      }
      position += read;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A text, by the first bytes of its digest. */
  private record Key(long high, long low) {
    static Key of(String text) {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new Key(bytes.getLong(), bytes.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    void write(ByteBuffer into) {
      into.putLong(high).putLong(low);
    }
  }
}
