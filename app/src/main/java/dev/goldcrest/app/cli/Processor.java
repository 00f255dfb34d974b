package dev.goldcrest.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor that this runs on. */
public final class Processor {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Its maker's name for it where the system tells, else its kind. */
  public static String name() {
    try {
      if (Files.isReadable(PROCESSORS)) {
        for (String line : Files.readAllLines(PROCESSORS)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      }
    } catch (IOException e) {
      // The architecture says something too.
    }
    return System.getProperty("os.arch");
  }
}
