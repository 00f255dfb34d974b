package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

class StopSignalTest {
  @TempDir Path folder;

  /** A long run: ready on its first line, then works until asked to stop, then takes its time. */
  static final class LongRun {
    public static void main(String[] args) throws Exception {
      Terminal terminal = Terminal.ofProcess();
      try (StopSignal stop = StopSignal.install(terminal, Long.parseLong(args[1]))) {
        terminal.out().println("ready");
        while (!stop.requested()) {
          Thread.sleep(5);
        }
        Thread.sleep(Long.parseLong(args[2]));
        Files.writeString(Path.of(args[0]), "whole");
      }
    }
  }

  private Process start(Path checkpoint, int patienceSeconds, int millisToWrite)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LongRun.class.getName(),
                    checkpoint.toString(),
                    Integer.toString(patienceSeconds),
                    Integer.toString(millisToWrite)))
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).isEqualTo("ready");
    return process;
  }

  private static String stop(Process process) throws IOException, InterruptedException {
    process.toHandle().destroy(); // SIGTERM
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    return err;
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "there, a process cannot be asked to stop")
  void terminate_duringALongRun_waitsForTheCheckpoint() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    String err = stop(start(checkpoint, 15, 300));
    assertThat(checkpoint).hasContent("whole");
    assertThat(err.lines())
        .containsExactly(
            "stopping: the checkpoint is being written", "stopped; --resume continues from here");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "there, a process cannot be asked to stop")
  void terminate_whenTheRunDoesNotListen_endsAfterThePatience() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    String err = stop(start(checkpoint, 1, 60_000));
    assertThat(checkpoint).doesNotExist();
    assertThat(err).contains("stopped without a new checkpoint");
  }

  @Test
  void close_withoutASignal_takesTheHookAway() {
    Streams streams = new Streams();
    StopSignal stop = StopSignal.install(streams.terminal, 1);
    stop.close();
    stop.close();
    assertThat(stop.requested()).isFalse();
    assertThat(streams.err()).isEmpty();
  }
}
