package dev.goldcrest.app.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A call of the command line and what it answered. */
public record Front(int exitCode, String out, String err) {
  public static Front run(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(stream(out), stream(err), Map.of(), false, 80);
    int exitCode = Cli.run(terminal, all.toArray(new String[0]));
    return new Front(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The same with a standard input that brings {@code data} only after {@code millis}. */
  public static Front runWaiting(Path data, long millis, List<String> args, String... more)
      throws IOException {
    InputStream late =
        new FilterInputStream(new ByteArrayInputStream(Files.readAllBytes(data))) {
          private boolean waited;

          @Override
          public int read(byte[] into, int from, int count) throws IOException {
            try {
              Thread.sleep(waited ? 0 : millis);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            waited = true;
            return super.read(into, from, count);
          }
        };
    InputStream before = System.in;
    System.setIn(late);
    try {
      return run(args, more);
    } finally {
      System.setIn(before);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** The object that the call ended with. */
  public JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.substring(out.stripTrailing().lastIndexOf('\n') + 1));
  }

  /** The sentence the call ended with. */
  public String sentence() {
    String last = err.stripTrailing();
    return last.substring(last.lastIndexOf('\n') + 1);
  }
}
