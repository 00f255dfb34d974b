package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.DataOptions;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.cli.Verb;
import dev.goldcrest.app.energy.SpendingOptions;
import dev.goldcrest.app.task.Tasks;
import dev.goldcrest.app.task.TrainCommand;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Rank;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code train}: data in, one small model file out.
 *
 * <p>Asked to stop (Ctrl-C), it finishes the step, writes the checkpoint and says how to go on; the
 * process then ends as signalled programs do, 130 for Ctrl-C.
 */
@Command(
    name = "train",
    description = "Trains a model and writes it as one file.",
    footer = {
      "",
      "To classify, FILE is label<TAB>text, CSV or TSV with a header, JSON Lines or fastText's",
      "format; glosses:train is built in. To translate or summarize it is source<TAB>target, or one",
      "side with --target as the other; for lm it is text. Packed with gzip or not. Ctrl-C keeps a",
      "checkpoint for --resume."
    })
public final class TrainVerb extends Verb {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "what to learn from")
  private String data;

  @Option(
      names = "--dev",
      paramLabel = "FILE",
      description = "what to choose the best epoch by (default: every tenth row of --data)")
  private String dev;

  @Option(
      names = "--dev-target",
      paramLabel = "FILE",
      description = "the other side of --dev, where --target is that of --data")
  private String devTarget;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the model file")
  private Path out;

  @Option(
      names = "--task",
      defaultValue = Tasks.DEFAULT,
      paramLabel = "NAME",
      description = "what the model is for: classify, translate, summarize, lm or stream")
  private String task;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description = "the architecture (default: proformer for classify, else lite-transformer)")
  private String architecture;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "its named settings (default: tiny for proformer, 2-layer for bert)")
  private String preset;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description = "a model to go on from: an encoder (./goldcrest import) or a classifier")
  private String init;

  @Option(
      names = "--teacher",
      paramLabel = "FILE",
      description = "a classifier of the same labels whose opinions count beside them")
  private String teacher;

  @Option(
      names = "--unlabelled",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "texts for the teacher alone, one a line; FILE#2 is the second column, wordnet built in")
  private List<String> unlabelled = List.of();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "a setting of architecture, words or training; may be given again")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--epochs", paramLabel = "N", description = "at most (default: by data size)")
  private Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "examples a step, or tokens where text is written (default: by the data and the task)")
  private Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "peak of the learning rate (default: by the data and the model)")
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
          "train what fits, in fewer bits or with factors if need be, or refuse: 200KB, 1MB")
  private String maxSize;

  @Option(
      names = "--rank",
      paramLabel = "RANK",
      description =
          "factorise linears and convolutions by design: 64, or 0.5 of the largest rank that saves")
  private String rank;

  @Option(
      names = "--embedding-rank",
      paramLabel = "RANK",
      description = "the same for tables of vectors")
  private String tableRank;

  @Option(names = "--log", paramLabel = "FILE", description = "a JSON object an epoch")
  private Path log;

  @Mixin private DataOptions reading;

  @Mixin private SpendingOptions spending;

  @Mixin private RunOptions how;

  /** The verb for the command line. */
  public TrainVerb(Terminal terminal) {
    super(terminal);
  }

  private static void refuse(String option, String given) {
    if (given != null) {
      throw UserError.usage("train: %s is for --task %s only", option, Tasks.DEFAULT);
    }
  }

  @Override
  protected Report run() throws Exception {
    if (!task.equals(Tasks.DEFAULT)) {
      refuse("--init", init);
      refuse("--teacher", teacher);
      refuse("--unlabelled", unlabelled.isEmpty() ? null : unlabelled.get(0));
    }
    if (init != null && (rank != null || tableRank != null)) {
      throw UserError.usage(
          "train: --init brings the shapes of its weights; leave out %s",
          rank != null ? "--rank" : "--embedding-rank");
    }
    return Tasks.of(task)
        .train(
            terminal,
            new TrainCommand(
                data,
                dev,
                devTarget,
                reading,
                out,
                architecture,
                preset,
                settings,
                epochs,
                batch,
                learningRate,
                how.seed(),
                how.workers(),
                how.resume(),
                how.force(),
                half,
                maxSize == null ? null : SizeBudget.parse(maxSize),
                spending.spending(terminal),
                log,
                init,
                design(),
                teacher,
                unlabelled,
                commandLine()));
  }

  private Compression design() {
    return Compression.NONE.withRank(designed(rank)).withTableRank(designed(tableRank));
  }

  private static Rank designed(String text) {
    return text == null
        ? null
        : UserError.judging(
            () -> {
              Rank rule = Rank.parse(text);
              rule.requireDesignable();
              return rule;
            });
  }
}
