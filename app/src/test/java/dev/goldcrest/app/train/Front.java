package dev.goldcrest.app.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
