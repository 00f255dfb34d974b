package dev.goldcrest.app.train;

import dev.goldcrest.app.baseline.LinearBaseline;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Glosses;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.runtime.Classification;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the main job on the built-in data set. */
@Command(
    name = "demo",
    description = "Trains on built-in data, and shows what that is worth.",
    footer = {
      "",
      "classify learns what kind of thing a definition means: 65,760 noun definitions of WordNet in",
      "25 kinds. The full recipe is",
      "./goldcrest train --data glosses:train --dev glosses:dev --out glosses.safetensors",
      "pronounce learns how English words are spoken, from the CMU Pronouncing Dictionary, which is",
      "fetched when first asked for (38 MB)."
    })
public final class DemoVerb extends Verb {
  /** Two processors train about so many epochs of the built-in data a minute. */
  private static final double EPOCHS_A_MINUTE = 2.5;

  /** Where a demo differs from the recipe, because it ends early. */
  private static final Map<String, String> SETTINGS = Map.of("patience", "0");

  private static final double MOST_MINUTES = 600;

  /** What there is to be shown. */
  private enum Shows {
    CLASSIFY,
    PRONOUNCE
  }

  @Option(
      names = "--task",
      defaultValue = "classify",
      paramLabel = "NAME",
      description = "classify or pronounce")
  private Shows task;

  @Option(
      names = "--say",
      split = ",",
      paramLabel = "WORD",
      description = "words to pronounce at the end, with commas between them")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--out",
      defaultValue = "goldcrest-demo",
      paramLabel = "DIR",
      description = "where model and report go; those of an earlier demo are replaced")
  private Path out;

  @Option(
      names = "--minutes",
      defaultValue = "2",
      paramLabel = "N",
      description = "how long it takes on two processors, about; more time gives a better model")
  private double minutes;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "of everything random")
  private long seed;

  @Option(names = "--resume", description = "go on from the checkpoint of an interrupted demo")
  private boolean resume;

  /** The verb for the command line. */
  public DemoVerb(Terminal terminal) {
    super(terminal);
  }

  /**
   * What a demo of so many minutes trains, the same on every machine.
   *
   * @param workers threads that share a batch
   */
  public static Choices choices(double minutes, long seed, int workers) {
    int epochs = (int) Math.max(1, Math.round(minutes * EPOCHS_A_MINUTE));
    return new Choices(Recipe.ARCHITECTURE, null, SETTINGS, epochs, null, null, seed, workers);
  }

  @Override
  protected boolean runsBare() {
    return true;
  }

  @Override
  protected Report run() throws Exception {
    long start = System.nanoTime();
    if (!(minutes > 0) || minutes > MOST_MINUTES) {
      throw UserError.usage(
          "demo: --minutes must be above 0 and at most %.0f, is %s", MOST_MINUTES, minutes);
    }
    try {
      Files.createDirectories(out);
    } catch (FileAlreadyExistsException e) {
      throw UserError.usage("demo: --out %s is a file; name a folder", out);
    }
    return task == Shows.PRONOUNCE ? pronounce(start) : classify(start);
  }

  private TrainingRequest request(Choices choices, String name) throws IOException {
    TrainingRequest request =
        new TrainingRequest(
            choices,
            out.resolve(name + ".safetensors"),
            true,
            resume,
            true,
            null,
            null,
            out.resolve("training.jsonl"),
            commandLine());
    request.checkFiles(List.of());
    return request;
  }

  private Report pronounce(long start) throws Exception {
    TrainingRequest request =
        request(PronounceDemo.choices(minutes, seed, RunOptions.workers(null)), "pronounce");
    return PronounceDemo.run(terminal, request, words, start)
        .<Report>map(result -> result)
        .orElse(new Interrupted());
  }

  private Report classify(long start) throws Exception {
    Choices choices = choices(minutes, seed, RunOptions.workers(null));
    UserError.judging(() -> Recipe.judge(choices));
    TrainingRequest request = request(choices, "glosses");
    Split split = new Split(Glosses.load("train"), Glosses.load("dev"));
    Dataset test = Glosses.load("test");
    terminal.say(
        String.format(
            Locale.ROOT,
            "learning from %,d definitions what kind of thing they mean, %d epochs",
            split.train().size(),
            choices.epochs()));
    return Demo.run(terminal, request, split, test, out.resolve("report.html"), start)
        .<Report>map(result -> new Shown(result, Recipe.title(request.choices())))
        .orElse(new Interrupted());
  }

  /** The table, where the report is, and the three predictions. */
  record Shown(Demo.Result result, String name) implements Report {
    @Override
    public void print(PrintStream out) {
      Evaluation model = result.evaluation();
      LinearBaseline linear = result.trained().baseline();
      row(out, "on " + model.examples() + " unseen texts", "accuracy", "macro F1", "bytes", "p50");
      row(
          out,
          name,
          score(model.accuracy()),
          score(model.macroF1()),
          bytes(result.trained().bytes()),
          Units.micros(model.p50Micros()));
      row(
          out,
          linear.name(),
          score(result.baseline().accuracy()),
          score(result.baseline().macroF1()),
          bytes(linear.bytes()),
          Units.micros(model.speed().rivalP50Micros()));
      PredictionCost cost = result.trained().cost();
      out.println();
      out.printf(
          Locale.ROOT,
          "%,d weights, %,d multiply-adds for %d words; %s in all%n",
          cost.parameters(),
          cost.macs(),
          cost.words(),
          Progress.duration(result.seconds()));
      out.printf("model   %s%nreport  %s%n", result.trained().model(), result.report());
      for (Demo.Answer answer : result.answers()) {
        out.println();
        out.println(answer.text());
        for (Classification guess : answer.guesses()) {
          out.printf(Locale.ROOT, "  %-22s %.3f%n", guess.label(), guess.probability());
        }
      }
    }

    private static void row(
        PrintStream out, String name, String score, String f1, String bytes, String micros) {
      out.printf("%-40s %9s %9s %12s %10s%n", name, score, f1, bytes, micros);
    }

    private static String score(double value) {
      return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String bytes(long value) {
      return String.format(Locale.ROOT, "%,d", value);
    }

    @Override
    public Object json() {
      return Demo.json(result);
    }
  }

  /** The process was asked to stop; what there is to say has been said. */
  private record Interrupted() implements Report {
    @Override
    public void print(PrintStream out) {}

    @Override
    public Object json() {
      return Map.of("stopped", true);
    }

    @Override
    public int exitCode() {
      return ExitCodes.FAILED;
    }
  }
}
