package dev.goldcrest.app.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs command lines of our own in this process, as a reader of the table would. */
final class Calls {
  private Calls() {}

  /**
   * Runs one line.
   *
   * @return false if the process was asked to stop
   * @throws UserError if the call failed; why has been said by then
   */
  static boolean run(Terminal terminal, List<String> words) throws IOException {
    List<String> all = new ArrayList<>(words);
    all.add("--json");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream kept = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal inner = terminal.printingTo(kept);
    int code = Cli.run(inner, all.toArray(new String[0]));
    String printed = out.toString(StandardCharsets.UTF_8).strip();
    if (!printed.isEmpty()) {
      JsonNode object =
          new ObjectMapper().readTree(printed.substring(printed.lastIndexOf('\n') + 1));
      if (object.path("stopped").asBoolean()) {
        return false;
      }
    }
    if (code != ExitCodes.OK) {
      throw new UserError(code, "./goldcrest " + String.join(" ", words) + " failed");
    }
    return true;
  }
}
