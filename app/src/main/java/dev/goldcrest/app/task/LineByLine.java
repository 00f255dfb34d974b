package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Controls;
import dev.goldcrest.app.data.TextLines;
import java.io.PrintStream;

/** A line in, a line out: answers leave before the next line is waited for. */
public final class LineByLine {
  private static final int HELD_CHARACTERS = 1 << 16;

  private LineByLine() {}

  /** What answers one line; without a line break. Null for lines that want no answer. */
  public interface Answer {
    String to(String line) throws Exception;
  }

  /**
   * Answers every line of {@code file}; ends early and quietly when nobody reads the answers.
   *
   * @param file a name, or {@code -} for standard input
   */
  public static void run(Terminal terminal, String file, Answer answer) throws Exception {
    StringBuilder held = new StringBuilder();
    try (TextLines lines = TextLines.open(file)) {
      for (String text = lines.next(); text != null; text = lines.next()) {
        String answered = answer.to(text);
        if (answered != null) {
          held.append(answered).append('\n');
        }
        boolean flush = !lines.ready() || held.length() > HELD_CHARACTERS;
        if (flush && !release(terminal, held)) {
          return;
        }
      }
    } finally {
      release(terminal, held); // what was answered before a bad line
    }
  }

  /**
   * As {@link #run}, for models whose training texts had no control characters: says at the end how
   * many lines had any.
   */
  static void texts(Terminal terminal, String file, Answer answer) throws Exception {
    Controlled controlled = new Controlled();
    run(
        terminal,
        file,
        text -> {
          controlled.look(text);
          return answer.to(text);
        });
    if (controlled.lines > 0) {
      terminal.notice(
          "%,d lines have control characters, which no training text had: %s",
          controlled.lines, controlled.first);
    }
  }

  /** Counts lines with control characters. */
  private static final class Controlled {
    private long number;
    private long lines;
    private String first;

    void look(String text) {
      number++;
      String fault = Controls.fault("line " + number, text);
      if (fault != null) {
        lines++;
        first = first == null ? fault : first;
      }
    }
  }

  /** A text in which nothing separates columns or lines: models and labels may hold anything. */
  public static String onLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return text.replaceAll("\\p{Cc}", " ");
      }
    }
    return text;
  }

  /** Prints what is held; false when nobody reads it any more, which is no error. */
  private static boolean release(Terminal terminal, StringBuilder held) {
    PrintStream out = terminal.out();
    if (held.length() > 0) {
      out.print(held);
      held.setLength(0);
    }
    return !out.checkError();
  }

  /** The report of a verb that has printed everything already. */
  public static Report done() {
    return new Done();
  }

  /** Everything was streamed. */
  private record Done() implements Report {
    @Override
    public void print(PrintStream out) {}

    @Override
    public Object json() {
      return null;
    }
  }
}
