package dev.goldcrest.app.reproduce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows finished so far, one JSON object a line. A row is written when it is finished and
 * reaches the disk before the next begins; a line that a crash cut short is dropped.
 */
final class RowFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final List<Row> rows = new ArrayList<>();

  private RowFile(Path file) {
    this.file = file;
  }

  /** Reads what is there; no file is no rows. */
  static RowFile open(Path file) throws IOException {
    RowFile opened = new RowFile(file);
    if (Files.exists(file)) {
      String text = Files.readString(file);
      int whole = text.lastIndexOf('\n') + 1;
      int number = 0;
      for (String line : text.substring(0, whole).lines().toList()) {
        opened.read(line, ++number);
      }
      if (whole < text.length()) {
        opened.cut(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
      }
    }
    return opened;
  }

  private void read(String line, int number) {
    try {
      rows.add(MAPPER.readValue(line, Row.class));
    } catch (JsonProcessingException e) {
      throw UserError.failed(
          "%s:%d: this line is no row of the table; remove it, and that row is run again",
          file, number);
    }
  }

  private void cut(long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  /** The row of {@code step} by this recipe, the newest if there are several, or null. */
  Row find(Step step, String recipe) {
    Row found = null;
    for (Row row : rows) {
      found = row.of(step) && row.recipe().equals(recipe) ? row : found;
    }
    return found;
  }

  /** Adds a finished row. */
  void append(Row row) throws IOException {
    rows.add(row);
    byte[] line = (MAPPER.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
