package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Processor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Where and by what a number was measured. */
final class Machine {
  private Machine() {}

  /** Processors and Java, for instance {@code 2 x Intel Xeon, Java 17.0.15}. */
  static String description() {
    int cores = Runtime.getRuntime().availableProcessors();
    return cores + " x " + Processor.name() + ", Java " + System.getProperty("java.version");
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
