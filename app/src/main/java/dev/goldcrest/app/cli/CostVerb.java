package dev.goldcrest.app.cli;

import dev.goldcrest.app.energy.Calculator;
import dev.goldcrest.app.energy.ComputeOptions;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.app.energy.WorldOptions;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Task;
import dev.goldcrest.cost.Cost;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Counts by shape alone: nothing is allocated, trained or run. Without a model it counts what
 * energy costs in the world.
 */
@Command(
    name = "cost",
    description =
        "Counts multiply-adds, weights, memory and energy of an architecture; or, without one, what"
            + " energy costs.")
final class CostVerb extends Verb {
  private static final int USUAL_LENGTH = 128;

  /** What Lite Transformer's paper counts with, source and target. */
  private static final int USUAL_SENTENCE = 30;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description = "architecture, such as proformer or bert")
  private String name;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "settings to start from; without it the paper's")
  private String preset;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "one setting; may be repeated")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--model", paramLabel = "FILE", description = "model file instead of --arch")
  private String model;

  @Option(
      names = {"--length", "--target"},
      paramLabel = "N",
      description =
          "words; of a translator the decoder's tokens"
              + " (default: 128, or the most that the model reads; 30 for a translator)")
  private Integer asked;

  @Option(
      names = "--source",
      paramLabel = "N",
      description = "tokens of a translator's source (default: 30)")
  private Integer source;

  @Option(
      names = "--mode",
      defaultValue = "BATCH",
      paramLabel = "MODE",
      description = "of a detector: batch, a whole window, or stream, a frame")
  private Mode mode;

  @Mixin private ComputeOptions compute;

  @Mixin private Calculator calculator;

  @Mixin private WorldOptions world;

  private enum Mode {
    BATCH,
    STREAM
  }

  private static final int SHOWN_FORMS = 4;

  CostVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws IOException {
    if (calculator.asked()) {
      if (name != null || model != null) {
        throw UserError.usage("cost: --energy, --hours and --run are without --arch and --model");
      }
      String ignored = ofModels();
      if (ignored != null) {
        throw UserError.usage(
            "cost: %s is for a model; leave it out beside --energy, --hours and --run", ignored);
      }
      return calculator.report(terminal, world);
    }
    world.refuseLocation("cost");
    World given = world.world(terminal);
    Architecture architecture = architecture();
    boolean translates = architecture.task() == Task.TRANSLATE;
    if (source != null && !translates) {
      throw UserError.usage(
          "cost: --source is for task=translate, this %s has task=%s",
          architecture.name(), Settings.text(architecture.task()));
    }
    if (mode == Mode.STREAM) {
      if (architecture.perFrame().isEmpty()) {
        throw UserError.usage("cost: %s has no stream mode", architecture.name());
      }
      return sheet(architecture, CostSheet.ofFrame(architecture), given);
    }
    boolean tokens = architecture.readsTokens();
    int usual = !tokens ? architecture.maxLength() : translates ? USUAL_SENTENCE : USUAL_LENGTH;
    int length = length("--length", asked, usual, architecture);
    int read = translates ? length("--source", source, USUAL_SENTENCE, architecture) : 0;
    CostSheet sheet;
    try {
      sheet = CostSheet.of(architecture, length, read);
    } catch (IllegalArgumentException e) {
      throw UserError.usage("cost: %s", e.getMessage());
    }
    if (sheet.length() != length) {
      terminal.notice(
          "%d words are padded to %d, a multiple of %d",
          length, sheet.length(), architecture.lengthMultiple());
    }
    return sheet(architecture, sheet, given);
  }

  /** An option that says something of a model, or null. */
  private String ofModels() {
    if (preset != null || !settings.isEmpty()) {
      return preset != null ? "--preset" : "--set";
    }
    if (asked != null || source != null) {
      return asked != null ? "--length or --target" : "--source";
    }
    return mode != Mode.BATCH ? "--mode" : compute.given();
  }

  private Sheet sheet(Architecture architecture, CostSheet sheet, World world) {
    return new Sheet(architecture, sheet, compute.estimate(sheet.all().macs(), world));
  }

  private int length(String option, Integer asked, int usual, Architecture architecture) {
    int length = asked == null ? Math.min(usual, architecture.maxLength()) : asked;
    if (length < 1 || length > architecture.maxLength()) {
      boolean settable = model == null && length > architecture.maxLength();
      throw UserError.usage(
          "cost: %s must be from 1 to %d, the longest that this %s reads, got %d%s",
          option,
          architecture.maxLength(),
          architecture.name(),
          length,
          settable ? " (--set maxLength=" + length + " changes that)" : "");
    }
    return length;
  }

  private Architecture architecture() {
    if ((name == null) == (model == null)) {
      throw UserError.usage("cost: give --arch or --model%s", name == null ? "" : ", not both");
    }
    if (model != null) {
      if (preset != null || !settings.isEmpty()) {
        throw UserError.usage("cost: a model file has its settings; leave out --preset and --set");
      }
      return ModelFiles.load(terminal, model).architecture();
    }
    try {
      Map<String, String> all = new LinkedHashMap<>();
      if (preset != null) {
        all.putAll(Architectures.preset(name, preset));
      }
      all.putAll(settings);
      Settings given = new Settings(all);
      Architecture architecture = Architectures.of(name, given);
      given.requireAllKnown();
      return architecture;
    } catch (IllegalArgumentException e) {
      throw UserError.usage("cost: %s", e.getMessage());
    }
  }

  /** What the forms of an architecture's weights are, in a line each; empty for a dense one. */
  static Map<String, String> forms(Architecture architecture) {
    WeightForms forms = architecture.forms();
    Map<String, String> lines = new LinkedHashMap<>();
    if (!forms.ranks().isEmpty()) {
      lines.put("low rank", summary(forms.ranks()));
    }
    if (!forms.widths().isEmpty()) {
      lines.put("narrow", summary(forms.widths()));
    }
    if (!forms.stored().isEmpty()) {
      Map<String, Integer> counts = new TreeMap<>();
      forms.stored().values().forEach(how -> counts.merge(Settings.text(how), 1, Integer::sum));
      lines.put("stored", summary(counts));
    }
    return lines;
  }

  private static String summary(Map<String, ?> numbers) {
    String some =
        numbers.entrySet().stream()
            .limit(SHOWN_FORMS)
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
    int more = numbers.size() - SHOWN_FORMS;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private record Sheet(Architecture architecture, CostSheet sheet, ComputeOptions.Estimate energy)
      implements Report {
    @Override
    public void print(PrintStream out) {
      Cost all = sheet.all();
      boolean classifies = architecture.task() == Task.CLASSIFY;
      String from = sheet.source() == 0 ? "" : sheet.source() + " + ";
      if (!architecture.readsTokens()) {
        printDetector(out, all);
        return;
      }
      String what = classifies ? "words" : "tokens";
      out.printf(Locale.ROOT, "%s, %s%,d %s%n%n", architecture.name(), from, sheet.length(), what);
      row(out, "multiply-adds", all.macs(), "every one, head or vocabulary included");
      String left = classifies ? "the classification head" : "vocabulary and convolution taps";
      boolean derived = architecture.paperCountsDerived();
      row(
          out,
          derived ? "  borrowed rule" : "  paper's rule",
          sheet.paper().macs(),
          "without " + left + (derived ? "; derived from this graph, not published" : ""));
      row(out, "  scores", sheet.attentionScoreMacs(), "query times key");
      weights(out, all);
      row(out, "peak activations", all.peakActivationBytes(), "bytes");
      out.printf(Locale.ROOT, "%-18s %s%n", "embedding", embedding());
      out.printf(Locale.ROOT, "%-18s %s%n%n", "energy", energy.text());
      layers(out, all);
    }

    private void printDetector(PrintStream out, Cost all) {
      String read = sheet.length() == 1 ? "a frame of a stream" : "a window";
      out.printf(Locale.ROOT, "%s, %s%n%n", architecture.name(), read);
      row(out, "multiply-adds", all.macs(), "every one, on average");
      row(out, "  paper's rule", sheet.paper().macs(), "as its code, without the classifier");
      weights(out, all);
      row(out, "peak activations", all.peakActivationBytes(), "bytes");
      out.printf(Locale.ROOT, "%-18s %s%n%n", "energy", energy.text());
      layers(out, all);
    }

    private void weights(PrintStream out, Cost all) {
      row(out, "weights", all.parameters(), Units.bytes(all.parameters() * 4) + " as floats");
      if (!architecture.forms().stored().isEmpty()) {
        row(out, "  as stored", all.weightBytes(), "bytes, before a file packs them tighter");
      }
      forms(architecture).forEach((what, which) -> out.printf("%-18s %s%n", what, which));
    }

    private static void layers(PrintStream out, Cost all) {
      out.printf(Locale.ROOT, "%-40s %16s %14s%n", "layer", "multiply-adds", "weights");
      for (Cost.Layer layer : all.layers()) {
        String path = layer.path().isEmpty() ? "(whole)" : layer.path();
        out.printf(Locale.ROOT, "%-40s %,16d %,14d%n", path, layer.macs(), layer.parameters());
      }
    }

    private static void row(PrintStream out, String what, long count, String note) {
      out.printf(Locale.ROOT, "%-18s %,16d  %s%n", what, count, note);
    }

    private String embedding() {
      if (sheet.embeddingBytes() == sheet.embeddingFloatBytes()) {
        return String.format(Locale.ROOT, "%,.0f bytes of table", sheet.embeddingBytes());
      }
      return String.format(
          Locale.ROOT,
          "no table; a projected word is %s bytes as bits, %,.0f as floats",
          sheet.embeddingBytes(),
          sheet.embeddingFloatBytes());
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("architecture", architecture.name());
      object.put("settings", architecture.settings());
      object.put("length", sheet.length());
      if (architecture.task() == Task.TRANSLATE) {
        object.put("source", sheet.source());
        object.put("target", sheet.length());
      }
      object.put("macs", sheet.all().macs());
      object.put("paperMacs", sheet.paper().macs());
      object.put("parameters", sheet.all().parameters());
      object.put("weightBytes", sheet.all().weightBytes());
      object.put("paperParameters", sheet.paper().parameters());
      object.put("paperCountsDerived", architecture.paperCountsDerived());
      object.put("embeddingBytes", number(sheet.embeddingBytes()));
      object.put("embeddingFloatBytes", number(sheet.embeddingFloatBytes()));
      object.put("peakActivationBytes", sheet.all().peakActivationBytes());
      object.put("attentionScoreMacs", sheet.attentionScoreMacs());
      object.put("energy", energy.json());
      object.put("layers", sheet.all().layers());
      return object;
    }

    /** Whole bytes without a point; T bits may be a broken number of them. */
    private static Number number(double bytes) {
      if (bytes == Math.rint(bytes)) {
        return (long) bytes;
      }
      return bytes;
    }
  }
}
