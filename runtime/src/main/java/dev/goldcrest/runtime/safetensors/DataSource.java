package dev.goldcrest.runtime.safetensors;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Where the data of a file are: on a disk, or in memory when they came from a stream. */
interface DataSource extends Closeable {
  /**
   * Fills the buffer's remaining bytes.
   *
   * @param position counted from the start of the data
   * @return whether so many bytes were there; false if the file has become shorter since, or was
   *     closed
   */
  boolean read(long position, ByteBuffer into) throws IOException;

  /** Reads from the channel at absolute places, so that threads do not disturb each other. */
  static DataSource of(FileChannel channel, long dataStart) {
    return new DataSource() {
      @Override
      public boolean read(long position, ByteBuffer into) throws IOException {
        if (!channel.isOpen()) {
          return false;
        }
        long at = dataStart + position;
        while (into.hasRemaining()) {
          int n = channel.read(into, at);
          if (n < 0) {
            return false;
          }
          at += n;
        }
        return true;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** What a stream held: pages of equal length, each allocated when the one before it is full. */
  final class Pages implements DataSource {
    private static final int PAGE = 1 << 16;

    private final List<byte[]> pages = new ArrayList<>();
    private long size;

    /**
     * Reads until enough bytes are there or the stream ends. A stream may end long before the bytes
     * it was said to have, so nothing is allocated on the strength of that claim.
     */
    static Pages read(InputStream in, long wanted) throws IOException {
      Pages result = new Pages();
      byte[] page = new byte[0];
      int filled = 0;
      while (result.size < wanted) {
        if (filled == page.length) {
          page = new byte[(int) Math.min(PAGE, wanted - result.size)];
          result.pages.add(page);
          filled = 0;
        }
        int n = in.read(page, filled, page.length - filled);
        if (n < 0) {
          break;
        }
        filled += n;
        result.size += n;
      }
      return result;
    }

    long size() {
      return size;
    }

    /** All bytes in one array; for headers, whose length has a limit. */
    byte[] toArray() {
      byte[] all = new byte[(int) size];
      read(0, ByteBuffer.wrap(all));
      return all;
    }

    @Override
    public boolean read(long position, ByteBuffer into) {
      long at = position;
      while (into.hasRemaining()) {
        if (at >= size) {
          return false;
        }
        byte[] page = pages.get((int) (at / PAGE));
        int from = (int) (at % PAGE);
        int n = (int) Math.min(Math.min(page.length - from, into.remaining()), size - at);
        into.put(page, from, n);
        at += n;
      }
      return true;
    }

    @Override
    public void close() {
      pages.clear();
      size = 0;
    }
  }
}
