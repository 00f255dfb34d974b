package dev.goldcrest.app.distill;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.energy.SpendingOptions;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.Provenance;
import dev.goldcrest.app.train.RunOptions;
import dev.goldcrest.app.train.SizeBudget;
import dev.goldcrest.app.train.Stopped;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code distill}: texts without labels in, a small encoder that imitates a large one out. */
@Command(
    name = "distill",
    description = "Trains a small encoder of texts to give the vectors of a large one.",
    footer = {
      "",
      "FILE is a text a line, packed with gzip or not; FILE#2 is the second column of a",
      "tab-separated one, wordnet the built-in definitions and sentences. Long lines are cut into",
      "sentences. The teacher's vectors stay beside the model (FILE.vectors), so that another run",
      "asks only about new texts. train --init fine-tunes the encoder; Ctrl-C keeps a checkpoint."
    })
public final class DistillVerb extends Verb {
  @Option(
      names = "--teacher",
      required = true,
      paramLabel = "FILE",
      description = "the encoder to imitate (./goldcrest import minilm)")
  private String teacher;

  @Option(
      names = "--text",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "what to read")
  private List<String> texts = List.of();

  @Option(
      names = "--exclude",
      arity = "1..*",
      paramLabel = "FILE",
      description = "texts that must not be learned from, such as test parts")
  private List<String> excluded = List.of();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the model file")
  private Path out;

  @Option(
      names = "--preset",
      defaultValue = DistillRecipe.PRESET,
      paramLabel = "NAME",
      description = "named settings of the encoder, a proformer")
  private String preset;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "a setting of encoder, words or training; may be given again")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--epochs", paramLabel = "N", description = "over the texts (default: 10)")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "texts a step (default: 128)")
  private Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "peak of the learning rate (default: 0.002)")
  private Double learningRate;

  @Option(
      names = "--half",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "store weights as 16-bit floats (default: yes)")
  private boolean half;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      description =
          "store weights as bytes where 16-bit floats are larger, refuse what still is: 1MB")
  private String maxSize;

  @Option(names = "--log", paramLabel = "FILE", description = "a JSON object an epoch")
  private Path log;

  @Mixin private SpendingOptions spending;

  @Mixin private RunOptions how;

  /** The verb for the command line. */
  public DistillVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    TrainingRequest request = request();
    UserError.judging(() -> DistillRecipe.of(request.choices(), 1));
    List<String> files = new ArrayList<>(List.of(teacher));
    texts.forEach(spec -> files.add(TextPool.file(spec)));
    excluded.forEach(spec -> files.add(TextPool.file(spec)));
    request.checkFiles(files);
    ModelFile file = ModelFiles.load(terminal, teacher);
    if (!file.task().equals(EmbeddingModel.TASK)) {
      throw UserError.failed(
          "distill: --teacher %s is for task %s; only an encoder gives vectors (for a classifier"
              + " there is train --teacher)",
          teacher, file.task());
    }
    TextPool pool = TextPool.read(texts, excluded);
    if (pool.excluded() > 0) {
      terminal.notice("%,d texts stand in the excluded files and are left out", pool.excluded());
    }
    DistillJob.Taught taught =
        new DistillJob.Taught(Provenance.name(teacher), EmbeddingModel.of(file, teacher));
    return DistillJob.run(terminal, request, taught, pool)
        .<Report>map(distilled -> distilled)
        .orElse(new Stopped(request.checkpoint()));
  }

  private TrainingRequest request() {
    Choices choices =
        new Choices(
            DistillRecipe.ARCHITECTURE,
            preset,
            settings,
            epochs,
            batch,
            learningRate,
            how.seed(),
            how.workers());
    return new TrainingRequest(
        choices,
        out,
        how.force(),
        how.resume(),
        half,
        maxSize == null ? null : SizeBudget.parse(maxSize),
        spending.spending(terminal),
        log,
        commandLine());
  }
}
