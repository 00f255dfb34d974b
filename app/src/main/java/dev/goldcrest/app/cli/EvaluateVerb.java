package dev.goldcrest.app.cli;

import dev.goldcrest.app.report.PageFile;
import dev.goldcrest.app.task.EvaluateCommand;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.StreamModel;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores a model file the way a device would run it. */
@Command(
    name = "evaluate",
    description = "Measures a model file on held-out data.",
    footer = {
      "",
      "Texts that a model writes are scored by BLEU (sacreBLEU's: 13a, cased), chrF2 and ROUGE F1",
      "against the targets; of references joined by ' ||| ' the first counts. Perplexity is that"
          + " of",
      "the targets, or of running text in blocks of --context tokens."
    })
final class EvaluateVerb extends Verb {
  @Option(names = "--model", required = true, paramLabel = "FILE", description = "model file")
  private String model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "what to measure on; glosses:test is built in")
  private String data;

  @Mixin private DataOptions format;

  @Option(
      names = "--compare-linear",
      paramLabel = "TRAIN",
      description = "also fit a linear n-gram model on this file and measure it in turns")
  private String linearData;

  @Option(
      names = "--errors",
      defaultValue = "5",
      paramLabel = "N",
      description = "surest mistakes to show, at most 50")
  private int errors;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "of the search for texts (default: the model's)")
  private Integer beam;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "tokens of a block of running text (default: all that the model reads)")
  private Integer context;

  @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "of the linear fit")
  private long seed;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "streams: write a page with a timeline there")
  private Path report;

  @Option(
      names = "--recording",
      paramLabel = "ID",
      description = "streams: whose timeline the page shows (default: the first)")
  private String recording;

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      description = "encoders: whose vectors theirs should be like; --data is then a text a line")
  private String teacher;

  EvaluateVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    if (errors < 0) {
      throw UserError.usage("evaluate: --errors must not be negative, got %d", errors);
    }
    ModelFile file = ModelFiles.load(terminal, model);
    String task = file.task();
    EvaluateCommand command =
        new EvaluateCommand(
            model,
            data,
            format,
            linearData,
            errors,
            beam,
            context,
            seed,
            report,
            recording,
            teacher);
    if (recording != null && report == null) {
      throw UserError.usage(
          "evaluate: --recording names whose timeline --report shows; give --report too");
    }
    Tasks.refuse("evaluate", report != null, "--report", task, StreamModel.TASK);
    if (report != null) {
      PageFile.check("evaluate: --report", report, List.of(Path.of(model), Path.of(data)));
    }
    Tasks.refuse("evaluate", linearData != null, "--compare-linear", task, ClassifierModel.TASK);
    Tasks.refuse("evaluate", context != null, "--context", task, SequenceModel.LANGUAGE_MODEL);
    Tasks.refuse(
        "evaluate", beam != null, "--beam", task, SequenceModel.TRANSLATE, SequenceModel.SUMMARIZE);
    Tasks.refuse("evaluate", teacher != null, "--teacher", task, EmbeddingModel.TASK);
    return Tasks.of(task).evaluate(terminal, command, file);
  }
}
