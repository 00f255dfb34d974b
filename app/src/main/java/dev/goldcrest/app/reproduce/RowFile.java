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
final class RowFile<R extends RowFile.Finished> {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final Class<R> type;
  private final List<R> rows = new ArrayList<>();

  /** A row of some table. */
  interface Finished {
    /** Names the step that it belongs to. */
    String key();

    /** Names the recipe that it was made by; a row of another recipe is out of date. */
    String recipe();
  }

  private RowFile(Path file, Class<R> type) {
    this.file = file;
    this.type = type;
  }

  /** Reads what is there; no file is no rows. */
  static <R extends Finished> RowFile<R> open(Path file, Class<R> type) throws IOException {
    RowFile<R> opened = new RowFile<>(file, type);
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
      rows.add(MAPPER.readValue(line, type));
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

  /** The row of a step by this recipe, the newest if there are several, or null. */
  R find(String key, String recipe) {
    R found = null;
    for (R row : rows) {
      found = row.key().equals(key) && row.recipe().equals(recipe) ? row : found;
    }
    return found;
  }

  /** The newest row of a step by whatever recipe, or null. */
  R newest(String key) {
    R found = null;
    for (R row : rows) {
      found = row.key().equals(key) ? row : found;
    }
    return found;
  }

  /** Adds a finished row; from now on it is what the next process will read. */
  void append(R row) throws IOException {
    String written = MAPPER.writeValueAsString(row);
    byte[] line = (written + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    rows.add(MAPPER.readValue(written, type));
  }
}
