package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.Cli;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Where and by what a number was measured. */
final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Processors and Java, for instance {@code 2 x Intel Xeon, Java 17.0.15}. */
  static String description() {
    int cores = Runtime.getRuntime().availableProcessors();
    return cores + " x " + processor() + ", Java " + System.getProperty("java.version");
  }

  private static String processor() {
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

  /** The commit this was built from, with {@code -dirty} behind it; else the version. */
  static String commit() {
    try {
      Path classes =
          Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
              .directory(classes.getParent().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] said = git.getInputStream().readAllBytes();
      if (git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0) {
        return new String(said, StandardCharsets.UTF_8).strip();
      }
    } catch (IOException | URISyntaxException | RuntimeException e) {
      // No git, or no clone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Cli.version();
  }
}
