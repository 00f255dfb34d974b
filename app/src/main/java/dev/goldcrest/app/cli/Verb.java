package dev.goldcrest.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One word after {@code ./goldcrest}. A verb works in {@link #run()} and hands back a {@link
 * Report}; printing it, as text or as the JSON object, is done here, once for all verbs.
 */
public abstract class Verb implements Callable<Integer> {
  protected final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "end stdout with one JSON object instead of a table")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "list the options with their defaults")
  private boolean help;

  protected Verb(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Does the work. Notices and progress go through {@link #terminal}; nothing is printed to stdout
   * except what a verb streams while it runs.
   *
   * @throws UserError for everything the user can put right
   */
  protected abstract Report run() throws Exception;

  /** Whether the verb does something sensible without arguments; others then list their options. */
  protected boolean runsBare() {
    return false;
  }

  protected final boolean json() {
    return json;
  }

  /** The command line this verb was called with, for tables of results. */
  protected final String commandLine() {
    return "./goldcrest "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  @Override
  public final Integer call() throws Exception {
    Report report = run();
    if (json) {
      Object object = report.json();
      if (object != null) {
        terminal.out().println(Json.line(object));
      }
    } else {
      report.print(terminal.out());
    }
    terminal.out().flush();
    return report.exitCode();
  }
}
