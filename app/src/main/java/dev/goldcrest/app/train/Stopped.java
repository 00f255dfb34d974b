package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Report;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process was asked to stop while it trained; what there is to say has been said.
 *
 * @param checkpoint where the run can be taken up
 */
public record Stopped(Path checkpoint) implements Report {
  @Override
  public void print(PrintStream out) {}

  @Override
  public Object json() {
    return Map.of("stopped", true, "checkpoint", checkpoint.toString());
  }

  @Override
  public int exitCode() {
    return ExitCodes.FAILED;
  }
}
