package dev.goldcrest.app.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The process as a verb sees it: results go to {@code out}, everything else to {@code err}. Verbs
 * take it as an argument and never touch {@code System.out}, so a test reads what a user would
 * read.
 */
public final class Terminal {
  private static final int INCUBATOR_WARNING_WIDTH = 54;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean live;
  private final int columns;
  private Progress progress;
  private ResultStream results;

  /**
   * @param live whether {@code err} is a terminal on which a line can be rewritten
   * @param columns width of that terminal
   */
  public Terminal(
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      boolean live,
      int columns) {
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
    this.live = live && !"dumb".equals(environment.get("TERM"));
    this.columns = columns;
  }

  /** A terminal that notices when {@code results} takes no more. */
  static Terminal of(ResultStream results, PrintStream err, Map<String, String> environment) {
    Terminal terminal = new Terminal(results.print(), err, environment, false, 80);
    terminal.results = results;
    return terminal;
  }

  /**
   * The process's own streams, in UTF-8 whatever the locale says. Java cannot tell whether stderr
   * is a terminal, so the launcher does, in {@code goldcrest.stderr.tty} and {@code
   * goldcrest.columns}.
   */
  public static Terminal ofProcess() {
    String told = System.getProperty("goldcrest.stderr.tty");
    boolean live = told == null ? consoleIsTerminal() : told.equals("true");
    ResultStream results = new ResultStream(new FileOutputStream(FileDescriptor.out));
    Terminal terminal =
        new Terminal(
            results.print(),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            System.getenv(),
            live,
            Integer.getInteger("goldcrest.columns", 80));
    terminal.results = results;
    if (told != null) {
      terminal.wipeIncubatorWarning();
    }
    return terminal;
  }

  /**
   * The JVM says on every start that it uses an incubating module, and no flag stops it. Started by
   * our launcher on a terminal, that line is the one above the cursor.
   */
  private void wipeIncubatorWarning() {
    boolean warned = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (warned && live && !plain() && columns > INCUBATOR_WARNING_WIDTH) {
      err.print("\u001b[A\r\u001b[K");
      err.flush();
    }
  }

  /** Where the result goes; with {@code --json} its last line is the object. */
  public PrintStream out() {
    return out;
  }

  /** Why results did not reach stdout, or null; that nobody reads them any more is no failure. */
  IOException lostResults() {
    out.flush();
    return results == null ? null : results.failure();
  }

  public String environment(String name, String otherwise) {
    return environment.getOrDefault(name, otherwise);
  }

  /** Whether {@code NO_COLOR} (https://no-color.org) asks for plain characters. */
  public boolean plain() {
    return !environment("NO_COLOR", "").isEmpty();
  }

  /** Whether the user wants to see traces. */
  public boolean debug() {
    return environment("GOLDCREST_DEBUG", "0").equals("1");
  }

  /** Says one sentence on stderr without tearing the live line. */
  public synchronized void say(String sentence) {
    if (progress != null) {
      progress.interrupt();
    }
    err.println(sentence);
    err.flush();
  }

  /** A notice: something the user should know that is no error. */
  public void notice(String format, Object... args) {
    say("note: " + String.format(format, args));
  }

  /** A new live line; the one before it is finished first. */
  public synchronized Progress progress() {
    if (progress != null) {
      progress.close();
    }
    progress = new Progress(err, live, plain(), columns, System::nanoTime);
    return progress;
  }

  /** The same terminal for a call whose results somebody else reads. */
  public Terminal printingTo(PrintStream other) {
    return new Terminal(other, err, environment, false, columns);
  }

  PrintStream err() {
    return err;
  }

  /** From Java 22 on a console exists even without a terminal, and says so when asked. */
  private static boolean consoleIsTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
