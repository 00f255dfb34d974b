package dev.goldcrest.runtime.safetensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** A file that is replaced whole or not at all. */
final class AtomicFile {
  /** Distinguishes the temporary files of processes that write the same name at the same time. */
  private static final String PROCESS = Integer.toHexString(new Random().nextInt());

  private static final int ATTEMPTS = 100;

  /** Where bytes go. */
  interface Sink {
    /** Takes all bytes between 0 and the limit of a buffer with an array. */
    void write(ByteBuffer bytes) throws IOException;
  }

  /** What is written. */
  interface Content {
    void writeTo(Sink sink) throws IOException;
  }

  /** A new file under way. */
  interface Output extends Sink, Closeable {
    /** Returns when the bytes are on the disk and not only in its cache. */
    void sync() throws IOException;
  }

  /** The one way to the disk, so that tests can put a full one in its place. */
  interface Disk {
    /** Creates a file that must not exist yet. */
    Output create(Path path) throws IOException;
  }

  static final Disk DISK =
      path -> {
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Output() {
          @Override
          public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }

          @Override
          public void sync() throws IOException {
            channel.force(true);
          }

          @Override
          public void close() throws IOException {
            channel.close();
          }
        };
      };

  private AtomicFile() {}

  static void write(Path target, Disk disk, Content content) throws IOException {
    if (target.getFileName() == null || Files.isDirectory(target)) {
      throw new IOException("cannot write " + target + ": it is a directory");
    }
    Path directory = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(directory)) {
      throw new IOException("cannot write " + target + ": there is no directory " + directory);
    }
    try {
      replace(target, directory, disk, content);
    } catch (IOException e) {
      boolean old = Files.exists(target);
      throw new IOException(
          "cannot write "
              + target
              + ": "
              + reason(e)
              + (old ? "; the file that was there is unchanged" : "; nothing was left behind"),
          e);
    }
  }

  private static void replace(Path target, Path directory, Disk disk, Content content)
      throws IOException {
    Path temporary = null;
    try {
      Output output = null;
      for (int attempt = 0; output == null; attempt++) {
        Path candidate =
            directory.resolve("." + target.getFileName() + "." + PROCESS + "-" + attempt + ".tmp");
        try {
          output = disk.create(candidate);
          temporary = candidate;
        } catch (FileAlreadyExistsException e) { // another thread is writing the same name
          if (attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
      deleteIfInterrupted(temporary);
      try (Output open = output) {
        content.writeTo(open);
        open.sync();
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error e) {
      remove(temporary, e);
      throw e;
    }
    syncDirectory(directory);
  }

  private static void remove(Path temporary, Throwable failure) {
    try {
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Ctrl-C ends the program in mid-write. After the renaming the name is free, and this is idle.
   */
  private static void deleteIfInterrupted(Path temporary) {
    if (temporary.getFileSystem() == FileSystems.getDefault()) {
      temporary.toFile().deleteOnExit();
    }
  }

  /** Makes the new name last through a power cut; not every system lets a directory be opened. */
  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows refuses. The file itself is complete, under its old name or its new one.
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException fault && fault.getReason() != null) {
      return fault.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
