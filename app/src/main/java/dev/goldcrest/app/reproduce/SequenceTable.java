package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.data.ParallelDatasets;
import dev.goldcrest.app.data.ParallelOptions;
import dev.goldcrest.app.data.TextCorpus;
import dev.goldcrest.app.evaluate.SequenceEvaluation;
import dev.goldcrest.app.metrics.BleuCounts;
import dev.goldcrest.app.metrics.BleuStyle;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.reproduce.SequenceSet.Step;
import dev.goldcrest.app.train.Choices;
import dev.goldcrest.app.train.SequenceJob;
import dev.goldcrest.app.train.SequenceRecipe;
import dev.goldcrest.app.train.SequenceTexts;
import dev.goldcrest.app.train.SequenceTrained;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Warnings;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.DecodingSpeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the steps of the sequence table that have no row yet: each trains through the class behind
 * {@code train}, reads the model file back and measures it on the official test file. What a step
 * leaves behind carries the fingerprint of its recipe in its name.
 */
final class SequenceTable {
  /** Tokens read and written for which multiply-adds are counted; of running text the written. */
  static final int COUNTED = 15;

  /** Threads of the recipe that a row is named after. */
  private static final int THREADS = 2;

  private static final int RESAMPLES = 1_000;
  private static final long FIRST_SEED = 1;

  /** Sentences whose search is compared and timed. */
  private static final int SEARCHED = 200;

  private static final double WARM_SECONDS = 5;

  private final Terminal terminal;
  private final Path root;
  private final Path work;
  private final Integer epochs;
  private final int threads;
  private final RowFile<SequenceRow> rows;
  private final Set<String> saidMissing = new HashSet<>();

  /**
   * @param root folder of the data sets, or null to render alone
   * @param work folder for models, checkpoints, texts and rows; made if it is not there
   * @param epochs instead of the table's, or null
   */
  SequenceTable(Terminal terminal, Path root, Path work, Integer epochs, int threads)
      throws IOException {
    this.terminal = terminal;
    this.root = root;
    this.work = work;
    this.epochs = epochs;
    this.threads = threads;
    Warnings.to(sentence -> terminal.notice("%s", sentence));
    Files.createDirectories(work);
    this.rows = RowFile.open(work.resolve("sequence.jsonl"), SequenceRow.class);
  }

  /**
   * Runs what is missing of a plan.
   *
   * @return false if the process was asked to stop; the step it was in resumes next time
   */
  boolean run(List<Step> plan) throws Exception {
    int number = 0;
    for (Step step : plan) {
      number++;
      if (rows.find(step.key(), fingerprint(step)) != null || !present(step.set())) {
        continue;
      }
      terminal.say(String.format("%s (%d of %d)", step.key(), number, plan.size()));
      SequenceRow row = step.set().text() ? runText(step) : runPairs(step);
      if (row == null) {
        return false;
      }
      rows.append(row);
      terminal.say(step.key() + ": " + SequencePage.score(row));
    }
    return true;
  }

  /** The finished rows of a plan, in its order. */
  List<SequenceRow> finished(List<Step> plan) {
    List<SequenceRow> finished = new ArrayList<>();
    for (Step step : plan) {
      SequenceRow row = rows.find(step.key(), fingerprint(step));
      if (row != null) {
        finished.add(row);
      }
    }
    return finished;
  }

  private boolean present(SequenceSet set) {
    boolean there = Files.isDirectory(root.resolve(set.name()));
    if (!there && saidMissing.add(set.name())) {
      terminal.notice(
          "%s is left out: there is no folder %s", set.name(), root.resolve(set.name()));
    }
    return there;
  }

  private SequenceRow runPairs(Step step) throws Exception {
    SequenceSet set = step.set();
    ParallelDataset test = pairs(set, set.test()); // before hours of training
    TrainingRequest request = request(step);
    Optional<SequenceTrained> trained =
        SequenceJob.run(
            terminal,
            set.task(),
            request,
            SequenceTexts.of(pairs(set, set.train())),
            SequenceTexts.of(pairs(set, set.dev())));
    if (trained.isEmpty()) {
      return null;
    }
    terminal.say("measuring on " + test.name());
    SequenceModel model = SequenceModel.load(request.out());
    SequenceEvaluation scores = SequenceEvaluation.of(model, test, model.decoding());
    List<String> written = scores.written().stream().map(SequenceTable::onLine).toList();
    Files.write(written(step), written);
    SequenceRow.Texts texts =
        new SequenceRow.Texts(
            test.size(),
            scores.bleu().score(),
            scores.chrf(),
            scores.rouge().rouge1().f1(),
            scores.rouge().rouge2().f1(),
            scores.rouge().rougeL().f1(),
            scores.perplexity(),
            scores.truncated(),
            BleuCounts.pack(BleuCounts.ofSingle(BleuStyle.SACREBLEU, written, test.references())),
            scores.p50Millis());
    SequenceRow.Search search =
        set.task().equals(SequenceModel.TRANSLATE) && step.seed() == FIRST_SEED
            ? search(model, test)
            : null;
    SequenceRow.Lead lead = lead(step, texts);
    return row(step, trained.get(), request, texts, null, lead, search);
  }

  /** The search for the first sentences on SIMD, on plain loops and on libtorch. */
  private SequenceRow.Search search(SequenceModel model, ParallelDataset test) {
    terminal.say("measuring the search beside libtorch's");
    List<int[]> sources = new ArrayList<>();
    for (String text : test.sources()) {
      int[] tokens = model.source().encode(text);
      if (sources.size() < SEARCHED && tokens.length > 0) {
        int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
        ended[tokens.length] = Tokenizer.EOS;
        sources.add(ended);
      }
    }
    DecodingSpeed speed =
        DecodingSpeed.of(
            model.architecture(),
            model.weights(),
            KernelsProvider.kernels(),
            sources,
            model.decoding(),
            WARM_SECONDS,
            WARM_SECONDS);
    return new SequenceRow.Search(
        speed.kernels(), speed.sentences(), speed.different(), speed.millis(), speed.torchMillis());
  }

  private static String onLine(String text) {
    return text.replaceAll("[\\r\\n]", " ");
  }

  private SequenceRow runText(Step step) throws Exception {
    SequenceSet set = step.set();
    TextCorpus test = text(set, set.test());
    TrainingRequest request = request(step);
    Optional<SequenceTrained> trained =
        SequenceJob.run(
            terminal,
            set.task(),
            request,
            SequenceTexts.of(text(set, set.train())),
            SequenceTexts.of(text(set, set.dev())));
    if (trained.isEmpty()) {
      return null;
    }
    terminal.say("measuring on " + test.name());
    try (LanguageModel language = LanguageModel.load(request.out())) {
      int context = language.model().architecture().maxLength();
      LanguageModel.Score score = language.score(test.lines().iterator(), context);
      SequenceRow.Running running =
          new SequenceRow.Running(
              score.perplexityPerWord(), score.tokens(), score.context(), score.unknown());
      return row(step, trained.get(), request, null, running, null, null);
    }
  }

  private ParallelDataset pairs(SequenceSet set, String file) throws DataException {
    return ParallelDatasets.load(path(set, file), ParallelOptions.defaults());
  }

  private TextCorpus text(SequenceSet set, String file) throws DataException {
    return TextCorpus.load(path(set, file), false);
  }

  private String path(SequenceSet set, String file) {
    return root.resolve(set.name()).resolve(file).toString();
  }

  private TrainingRequest request(Step step) {
    Path model = work.resolve(step.key() + "-" + fingerprint(step) + ".safetensors");
    boolean resumed = Files.exists(Path.of(model + ".checkpoint"));
    return new TrainingRequest(
        choices(step), model, true, resumed, false, null, null, null, trainCommand(step));
  }

  private SequenceRow row(
      Step step,
      SequenceTrained trained,
      TrainingRequest request,
      SequenceRow.Texts texts,
      SequenceRow.Running running,
      SequenceRow.Lead lead,
      SequenceRow.Search search) {
    Architecture model = trained.recipe().architecture();
    Graph graph =
        model.trace(Architecture.WHOLE, new Sizes(1, COUNTED, 1, running == null ? COUNTED : 0));
    return new SequenceRow(
        step.set().name(),
        step.contender().budget(),
        step.contender().architecture(),
        step.seed(),
        fingerprint(step),
        texts,
        running,
        lead,
        search,
        new SequenceRow.Cost(
            trained.bytes(),
            graph.parameterCount(),
            Cost.of(graph, model::paperCounts).macs(),
            Cost.of(graph).macs()),
        new SequenceRow.Training(
            trained.devPerplexity(),
            trained.outcome().epochs().size(),
            trained.outcome().best().number(),
            trained.seconds(),
            trained.cpuSeconds(),
            request.resume(),
            threads,
            trained.tokensPerSecond(),
            trained.gigaflops()),
        new Row.Origin(
            trainCommand(step),
            evaluateCommand(step),
            Machine.commit(),
            Machine.description(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
  }

  /** The model that the others of a budget are measured against. */
  private static SequenceSet.Contender leader(Step step) {
    return step.set().contenders().stream()
        .filter(other -> other.budget().equals(step.contender().budget()))
        .findFirst()
        .orElseThrow();
  }

  /** The first model's lead over what was written just now; null where its row is not there. */
  private SequenceRow.Lead lead(Step step, SequenceRow.Texts texts) {
    Step first = new Step(step.set(), leader(step), step.seed());
    SequenceRow leading = rows.find(first.key(), fingerprint(first));
    if (first.equals(step)
        || leading == null
        || !step.set().task().equals(SequenceModel.TRANSLATE)) {
      return null;
    }
    PairedBootstrap bootstrap =
        PairedBootstrap.ofBleu(
            BleuStyle.SACREBLEU,
            BleuCounts.unpack(leading.texts().sentences()),
            BleuCounts.unpack(texts.sentences()),
            RESAMPLES,
            1);
    return new SequenceRow.Lead(
        fingerprint(first),
        bootstrap.difference(),
        bootstrap.interval().low(),
        bootstrap.interval().high(),
        bootstrap.p());
  }

  private Path written(Step step) {
    return work.resolve(step.key() + "-" + fingerprint(step) + ".txt");
  }

  private Choices choices(Step step) {
    return choices(step, threads);
  }

  private Choices choices(Step step, int workers) {
    SequenceSet.Contender contender = step.contender();
    return new Choices(
        contender.architecture(),
        null,
        contender.settingsByName(),
        epochs != null ? epochs : contender.epochs(),
        null,
        null,
        step.seed(),
        workers);
  }

  /**
   * Names the recipe: one that would train otherwise gives another name. How many threads shared
   * the work changes the order of sums only; a row says it and stands for every number.
   */
  private String fingerprint(Step step) {
    String all = SequenceRecipe.describe(step.set().task(), choices(step, THREADS));
    return Integer.toHexString(all.hashCode());
  }

  private String trainCommand(Step step) {
    SequenceSet set = step.set();
    Path folder = root == null ? Path.of(set.name()) : root.resolve(set.name());
    StringBuilder line = new StringBuilder("./goldcrest train --task ").append(set.task());
    line.append(" --data ").append(folder.resolve(set.train()));
    line.append(" --dev ").append(folder.resolve(set.dev()));
    line.append(" --arch ").append(step.contender().architecture());
    for (String pair : step.contender().settings().split(" ")) {
      line.append(" --set ").append(pair);
    }
    line.append(" --epochs ").append(epochs != null ? epochs : step.contender().epochs());
    line.append(" --seed ").append(step.seed()).append(" --threads ").append(threads);
    return line.append(" --no-half --out ").append(step.key()).append(".safetensors").toString();
  }

  private String evaluateCommand(Step step) {
    Path folder = root == null ? Path.of("") : root.resolve(step.set().name());
    return "./goldcrest evaluate --model "
        + step.key()
        + ".safetensors --data "
        + folder.resolve(step.set().test());
  }
}
