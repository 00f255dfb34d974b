package dev.goldcrest.app.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A two-dimensional array as numpy writes it, versions 1 to 3: row-major numbers of 4 or 8 bytes,
 * or whole numbers and truth values of any width.
 *
 * @param rows T
 * @param columns numbers of a row
 * @param values row by row
 */
record NpyFile(int rows, int columns, float[] values) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr': *'([<>|=])([fiub])(\\d)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape': *\\((\\d{1,10}), *(\\d{1,10}),? *\\)");

  /**
   * Reads a file.
   *
   * @throws DataException in one sentence, if it is no such array or not all there
   */
  static NpyFile read(Path path) throws DataException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(path.toString(), channel);
    } catch (NoSuchFileException e) {
      throw new DataException(path + " is missing; every recording needs one", e);
    } catch (IOException e) {
      throw new DataException(path + " could not be read (" + e.getMessage() + ")", e);
    }
  }

  private static NpyFile read(String name, FileChannel channel) throws IOException, DataException {
    ByteBuffer start = fill(channel, 0, 12);
    for (int i = 0; i < MAGIC.length; i++) {
      if (start.limit() < 12 || start.get(i) != MAGIC[i]) {
        throw new DataException(name + " is no .npy file; save it with numpy.save");
      }
    }
    boolean first = start.get(6) == 1;
    long length = first ? start.getShort(8) & 0xFFFF : start.getInt(8) & 0xFFFFFFFFL;
    long body = length + (first ? 10 : 12);
    if (length > 1 << 20 || body > channel.size()) {
      throw new DataException(name + " breaks off inside its header; fetch it again");
    }
    ByteBuffer header = fill(channel, first ? 10 : 12, (int) length);
    String text = StandardCharsets.ISO_8859_1.decode(header).toString();
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find() || order.group(1).equals("True")) {
      throw new DataException(
          name
              + " must hold a row-major array (frames, numbers) of plain numbers: "
              + text.strip());
    }
    return read(
        name, channel, body, type, Long.parseLong(shape.group(1)), Long.parseLong(shape.group(2)));
  }

  private static NpyFile read(
      String name, FileChannel channel, long body, Matcher type, long rows, long columns)
      throws IOException, DataException {
    int width = Integer.parseInt(type.group(3));
    char kind = type.group(2).charAt(0);
    if (width < 1 || width > 8 || Integer.bitCount(width) != 1 || kind == 'f' && width < 4) {
      throw new DataException(name + " holds numbers of type " + kind + width + ", not f4 or f8");
    }
    if (rows < 1 || columns < 1 || rows > Integer.MAX_VALUE / columns) {
      throw new DataException(name + " has no frame, or too many: " + rows + " x " + columns);
    }
    if ((channel.size() - body) / width < rows * columns) {
      throw new DataException(
          name + " breaks off: " + rows + " x " + columns + " numbers do not fit into it");
    }
    float[] values = new float[(int) (rows * columns)];
    int step = 1 << 16;
    for (int from = 0; from < values.length; from += step) {
      int count = Math.min(step, values.length - from);
      ByteBuffer part = fill(channel, body + (long) from * width, count * width);
      part.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        values[from + i] = number(part, i * width, kind, width);
      }
    }
    return new NpyFile((int) rows, (int) columns, values);
  }

  private static float number(ByteBuffer part, int at, char kind, int width) {
    if (kind == 'f') {
      return width == 4 ? part.getFloat(at) : (float) part.getDouble(at);
    }
    return switch (width) {
      case 1 -> kind == 'i' ? part.get(at) : part.get(at) & 0xFF;
      case 2 -> kind == 'i' ? part.getShort(at) : part.getShort(at) & 0xFFFF;
      case 4 -> kind == 'i' ? part.getInt(at) : part.getInt(at) & 0xFFFFFFFFL;
      default -> part.getLong(at);
    };
  }

  private static ByteBuffer fill(FileChannel channel, long at, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        break;
      }
    }
    return bytes.flip();
  }
}
