package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.energy.SpendingOptions;
import dev.goldcrest.app.report.PageFile;
import dev.goldcrest.app.report.ParetoPage;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.RunOptions;
import dev.goldcrest.app.train.RunRecord;
import dev.goldcrest.app.train.SizeBudget;
import dev.goldcrest.app.train.Stopped;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Pruning;
import dev.goldcrest.compress.Rank;
import dev.goldcrest.compress.Solver;
import dev.goldcrest.compress.UnitPruning;
import dev.goldcrest.compress.linformer.LinformerConversion;
import dev.goldcrest.compress.linformer.Projections;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code compress}: any model in, a smaller one out, and what that costs. */
@Command(
    name = "compress",
    description = "Makes a model smaller and says what that costs.",
    footer = {
      "",
      "With --data it learns on with what is left, around the rounding and with pruned weights at",
      "zero; --dev (or every tenth row of --data) chooses the best weights and is what is scored.",
      "A classifier also learns from what the model thought before it was compressed (--set",
      "teacherShare=0.9; 0 for labels alone), of up to 8,000 examples also about texts that are made",
      "up around them (--set augment=8). It goes on favouring the label that it was trained to",
      "favour where dev has examples of that; an empty --set rejectLabel= favours none.",
      "With --max-size alone the gentlest way to that size is looked for."
    })
public final class CompressVerb extends Verb {
  /** How weights can be stored. */
  private enum Quantisation {
    INT8,
    KMEANS8,
    KMEANS4
  }

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "the model file")
  private String model;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the smaller one")
  private Path out;

  @Option(
      names = "--rank",
      paramLabel = "RANK",
      description =
          "factorise linears and convolutions: 256, 0.5 of the largest rank that saves, or"
              + " energy:0.9 of the squared singular values (calibrated: of what is made of the"
              + " data)")
  private String rank;

  @Option(
      names = "--embedding-rank",
      paramLabel = "RANK",
      description = "the same for tables of vectors")
  private String tableRank;

  @Option(
      names = "--solver",
      paramLabel = "NAME",
      description = "what finds the factors: svd or snmf (default: svd)")
  private Solver solver;

  @Option(
      names = "--calibrate",
      negatable = true,
      description =
          "find factors that are best for what the model reads in --data, or else in --dev or"
              + " built-in texts (default: with --data)")
  private Boolean calibrate;

  @Option(names = "--outputs", description = "factorise the layers that the model ends with too")
  private boolean outputs;

  @Option(
      names = "--linformer",
      paramLabel = "K",
      description =
          "let the attention of a bert or transformer encoder look at K projected rows instead of"
              + " all steps; without --data they are the first K. Who shares projections may follow,"
              + " 128:layerwise: none, headwise (default), key-value or layerwise")
  private String linformer;

  @Option(
      names = "--structured",
      paramLabel = "PART",
      description =
          "remove this part of the heads and hidden units: 0.25, or heads:0.25,hidden:0.5")
  private String units;

  @Option(
      names = "--prune",
      paramLabel = "PART",
      description =
          "zero this part of each weight: 0.4, or what is below sensitivity:0.5 deviations")
  private String prune;

  @Option(
      names = "--embedding-prune",
      paramLabel = "PART",
      description = "the same for tables of vectors; 0 leaves them (default: as --prune)")
  private String tablePrune;

  @Option(names = "--quantize", paramLabel = "FORM", description = "int8, kmeans8 or kmeans4")
  private Quantisation quantize;

  @Option(
      names = "--half",
      negatable = true,
      description =
          "store floats in 16 bits (default: as in --model; yes beside --quantize or where"
              + " --max-size asks for it)")
  private Boolean half;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      description = "write nothing larger: 200KB, 1MB; else exit code 3")
  private String maxSize;

  @Option(names = "--data", paramLabel = "FILE", description = "what to learn on with")
  private String data;

  @Option(names = "--dev", paramLabel = "FILE", description = "what to score on")
  private String dev;

  @Option(
      names = "--dev-target",
      paramLabel = "FILE",
      description = "the other side of --dev, where --target is that of --data")
  private String devTarget;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      showDefaultValue = Help.Visibility.NEVER,
      description = "a setting of the training; may be given again")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--epochs", paramLabel = "N", description = "at most (default: by data size)")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "examples or tokens a step")
  private Integer batch;

  @Option(names = "--lr", paramLabel = "RATE", description = "peak of the learning rate")
  private Double learningRate;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "where the picture goes (default: beside --out)")
  private Path report;

  @Mixin private DataOptions reading;

  @Mixin private SpendingOptions spending;

  @Mixin private RunOptions how;

  /** The verb for the command line. */
  public CompressVerb(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report run() throws Exception {
    Spending limits = spending.spending(terminal);
    Compression plan = plan();
    Long most = maxSize == null ? null : SizeBudget.parse(maxSize);
    check(plan, most);
    ModelFile file = ModelFiles.load(terminal, model);
    Tasks.refuse(
        "compress",
        devTarget != null,
        "--dev-target",
        file.task(),
        SequenceModel.TRANSLATE,
        SequenceModel.SUMMARIZE);
    Tasks.refuse(
        "compress",
        reading.target() != null,
        "--target",
        file.task(),
        SequenceModel.TRANSLATE,
        SequenceModel.SUMMARIZE);
    if (plan.linformer() != null) {
      UserError.judging(
          () -> LinformerConversion.architecture(file.architecture(), plan.linformer()));
    }
    CompressCommand command =
        new CompressCommand(model, data, dev, devTarget, reading, request(file, limits));
    command.request().checkFiles(command.files());
    if (Files.exists(out) && Files.isSameFile(out, Path.of(model))) {
      throw UserError.usage("compress: --out %s is the model itself; name another file", out);
    }
    Path page = report == null ? Path.of(out + ".html") : report;
    String which = report == null ? "compress: the page" : "compress: --report";
    PageFile.check(which, page, command.filesBeside());
    Subject subject = Tasks.of(file.task()).compressing(terminal, command, file);
    CompressJob job =
        new CompressJob(
            terminal,
            command,
            subject,
            most,
            calibrate == null ? data != null : calibrate,
            new CompressJob.Floats(halves(), half));
    var done = job.run(file, plan);
    if (done.isEmpty()) {
      return new Stopped(command.request().checkpoint());
    }
    RunRecord.ofTuning(command.request(), done.get().effort());
    CompressReport finished = new CompressReport(out, page, subject, done.get());
    ParetoPage.write(page, finished.content());
    return finished;
  }

  private Compression plan() {
    String ofTables = tablePrune == null ? prune : tablePrune;
    return Compression.NONE
        .withLinformer(parsed(linformer, Projections::parse))
        .withUnits(parsed(units, UnitPruning::parse))
        .withRank(parsed(rank, Rank::parse))
        .withTableRank(parsed(tableRank, Rank::parse))
        .withSolver(solver == null ? Solver.SVD : solver)
        .withOutputs(outputs)
        .withPrune(parsed(prune, Pruning::parse))
        .withTablePrune("0".equals(ofTables) ? null : parsed(ofTables, Pruning::parse))
        .withStored(quantize == null ? null : WeightForms.Stored.valueOf(quantize.name()));
  }

  private static <T> T parsed(String text, Function<String, T> parser) {
    return text == null ? null : UserError.judging(() -> parser.apply(text));
  }

  private void check(Compression plan, Long most) {
    if (plan.isEmpty() && most == null && half == null) {
      throw UserError.usage(
          "compress: nothing to do; give --rank, --embedding-rank, --linformer, --structured,"
              + " --prune, --embedding-prune, --quantize, --half or --max-size");
    }
    boolean planned = plan.isEmpty() && most != null; // which may come to ranks
    if (plan.rank() == null) {
      refuse(outputs ? "--outputs" : null, "--rank");
    }
    if (plan.rank() == null && !planned && calibrate != null) {
      refuse(calibrate ? "--calibrate" : "--no-calibrate", "--rank");
    }
    if (plan.rank() == null && plan.tableRank() == null) {
      refuse(solver != null ? "--solver" : null, "--rank or --embedding-rank");
    }
    if (Boolean.TRUE.equals(calibrate) && plan.solver() != Solver.SVD) {
      throw UserError.usage("compress: --calibrate is for --solver svd");
    }
    if (prune == null && "0".equals(tablePrune)) {
      throw UserError.usage(
          "compress: --embedding-prune 0 leaves tables out of --prune, which is missing");
    }
    String learning = learning();
    if (data == null && learning != null) {
      throw UserError.usage("compress: %s is for training on, which needs --data", learning);
    }
  }

  private static void refuse(String given, String needed) {
    if (given != null) {
      throw UserError.usage("compress: %s goes with %s, which is missing", given, needed);
    }
  }

  /** An option that says how to learn on, or null. */
  private String learning() {
    if (!settings.isEmpty()) {
      return "--set";
    }
    if (batch != null || learningRate != null) {
      return batch != null ? "--batch" : "--lr";
    }
    if (how.threads() != null) {
      return "--threads";
    }
    return epochs != null ? "--epochs" : how.resume() ? "--resume" : spending.given();
  }

  private TrainingRequest request(ModelFile file, Spending limits) {
    Choices choices =
        new Choices(
            file.architecture().name(),
            null,
            settings,
            epochs,
            batch,
            learningRate,
            how.seed(),
            how.workers());
    return new TrainingRequest(
        choices, out, how.force(), how.resume(), false, null, limits, null, commandLine());
  }

  /** Whether the given file stores floats in 16 bits. */
  private boolean halves() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(model))) {
      for (String name : file.names()) {
        if (file.type(name) == StoredType.F16) {
          return true;
        }
      }
      return false;
    }
  }
}
