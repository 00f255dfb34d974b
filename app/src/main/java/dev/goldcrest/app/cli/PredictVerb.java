package dev.goldcrest.app.cli;

import dev.goldcrest.app.data.TextLines;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A line in, a line out: answers leave before the next line is waited for. */
@Command(name = "predict", description = "Labels each line of a file, or of standard input.")
final class PredictVerb extends Verb {
  private static final int HELD_CHARACTERS = 1 << 16;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "model file")
  private String model;

  @Option(
      names = "--top",
      defaultValue = "1",
      paramLabel = "N",
      description = "labels a line, the most probable first")
  private int top;

  @Parameters(
      arity = "0..1",
      defaultValue = "-",
      paramLabel = "FILE",
      description = "texts, one a line; - is standard input")
  private String file;

  private int truncated;

  PredictVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    if (top < 1) {
      throw UserError.usage("predict: --top must be at least 1, got %d", top);
    }
    try (TextClassifier classifier = new TextClassifier(ModelFiles.load(terminal, model));
        TextLines lines = TextLines.open(file)) {
      predict(classifier, lines);
    }
    if (truncated > 0) {
      terminal.notice("%,d texts were longer than the model reads and were cut", truncated);
    }
    return new Done();
  }

  private void predict(TextClassifier classifier, TextLines lines) throws Exception {
    StringBuilder held = new StringBuilder();
    try {
      for (String text = lines.next(); text != null; text = lines.next()) {
        List<Classification> best = classifier.classify(text, top);
        truncated += best.get(0).truncated() ? 1 : 0;
        held.append(json() ? object(best) : line(best)).append('\n');
        boolean flush = !lines.ready() || held.length() > HELD_CHARACTERS;
        if (flush && !release(held)) {
          return;
        }
      }
    } finally {
      release(held); // what was answered before a bad line
    }
  }

  /** Prints what is held; false when nobody reads it any more, which is no error. */
  private boolean release(StringBuilder held) {
    PrintStream out = terminal.out();
    if (held.length() > 0) {
      out.print(held);
      held.setLength(0);
    }
    return !out.checkError();
  }

  private static String line(List<Classification> best) {
    StringBuilder line = new StringBuilder();
    for (Classification c : best) {
      line.append(line.length() > 0 ? "\t" : "")
          .append(onLine(c.label()))
          .append('\t')
          .append(String.format(Locale.ROOT, "%.4f", c.probability()));
    }
    return line.toString();
  }

  /** A label from a JSON file may hold what separates columns and lines here. */
  private static String onLine(String label) {
    for (int i = 0; i < label.length(); i++) {
      if (Character.isISOControl(label.charAt(i))) {
        return label.replaceAll("\\p{Cntrl}", " ");
      }
    }
    return label;
  }

  private static String object(List<Classification> best) {
    Classification first = best.get(0);
    List<Object> all = new ArrayList<>();
    for (Classification c : best) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("label", c.label());
      one.put("probability", rounded(c.probability()));
      all.add(one);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("label", first.label());
    object.put("probability", rounded(first.probability()));
    object.put("trusted", first.trusted());
    object.put("truncated", first.truncated());
    object.put("top", all);
    return Json.write(object);
  }

  private static double rounded(double probability) {
    return Math.round(probability * 1e6) / 1e6;
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
