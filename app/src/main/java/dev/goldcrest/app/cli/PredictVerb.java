package dev.goldcrest.app.cli;

import dev.goldcrest.app.task.PredictCommand;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.StreamModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A line in, a line out: answers leave before the next line is waited for. */
@Command(name = "predict", description = "Answers each line of a file, or of standard input.")
final class PredictVerb extends Verb {
  @Option(names = "--model", required = true, paramLabel = "FILE", description = "model file")
  private String model;

  @Option(
      names = "--top",
      defaultValue = "1",
      paramLabel = "N",
      description = "answers a line, the most probable first")
  private int top;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "of the search for texts (default: the model's)")
  private Integer beam;

  @Option(
      names = "--missing",
      paramLabel = "CELL",
      description = "streams: what stands for a missing value, beside nothing and NaN")
  private String missing;

  @Parameters(
      arity = "0..1",
      defaultValue = "-",
      paramLabel = "FILE",
      description = "inputs, one a line; - is standard input")
  private String file;

  PredictVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    if (top < 1) {
      throw UserError.usage("predict: --top must be at least 1, got %d", top);
    }
    ModelFile loaded = ModelFiles.load(terminal, model);
    String task = loaded.task();
    Tasks.refuse(
        "predict", beam != null, "--beam", task, SequenceModel.TRANSLATE, SequenceModel.SUMMARIZE);
    Tasks.refuse("predict", missing != null, "--missing", task, StreamModel.TASK);
    Tasks.refuse(
        "predict",
        top > 1,
        "--top",
        task,
        ClassifierModel.TASK,
        SequenceModel.TRANSLATE,
        SequenceModel.SUMMARIZE,
        StreamModel.TASK);
    return Tasks.of(task)
        .predict(terminal, new PredictCommand(model, file, top, beam, missing, json()), loaded);
  }
}
