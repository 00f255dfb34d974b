package dev.goldcrest.app.reproduce;

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
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.DecodingSpeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Translation, summaries and running text. Each step trains through the class behind {@code train},
 * reads the model file back and measures it on the official test file.
 */
final class SequenceTable extends Table<Step, SequenceRow> {
  /** Tokens read and written for which multiply-adds are counted; of running text the written. */
  static final int COUNTED = 15;

  /** Threads of the recipe that a row is named after. */
  private static final int THREADS = 2;

  private static final int RESAMPLES = 1_000;
  private static final long FIRST_SEED = 1;

  /** Sentences whose search is compared and timed. */
  private static final int SEARCHED = 200;

  /** Warm-up and timing of so many sentences. */
  private static final double SEARCH_SECONDS = 5;

  SequenceTable(Setup setup) throws IOException {
    super("sequence", SequenceRow.class, setup);
  }

  @Override
  List<Step> plan(Collection<String> only, List<Long> seeds) {
    return SequenceSet.plan(only, seeds);
  }

  @Override
  String key(Step step) {
    return step.key();
  }

  @Override
  String lacking(Step step) {
    return setup.unread(step.set().name());
  }

  @Override
  SequenceRow make(Step step) throws Exception {
    return step.set().text() ? runText(step) : runPairs(step);
  }

  @Override
  String told(SequenceRow row) {
    return SequencePage.score(row);
  }

  @Override
  String page(List<SequenceRow> finished, String command) {
    return SequencePage.render(finished, command);
  }

  private SequenceRow runPairs(Step step) throws Exception {
    SequenceSet set = step.set();
    ParallelDataset test = pairs(set, set.test()); // before hours of training
    TrainingRequest request = request(step);
    Optional<SequenceTrained> trained =
        SequenceJob.run(
            setup.terminal(),
            set.task(),
            request,
            SequenceTexts.of(pairs(set, set.train())),
            SequenceTexts.of(pairs(set, set.dev())));
    if (trained.isEmpty()) {
      return null;
    }
    setup.terminal().say("measuring on " + test.name());
    SequenceModel model = SequenceModel.load(request.out());
    SequenceEvaluation scores = SequenceEvaluation.of(model, test, model.decoding());
    List<String> written = scores.written().stream().map(SequenceTable::onLine).toList();
    Files.write(file(step, ".txt"), written);
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
    setup.terminal().say("measuring the search beside libtorch's");
    List<int[]> sources = new ArrayList<>();
    for (String text : test.sources()) {
      int[] tokens = model.source().encode(text);
      if (sources.size() < SEARCHED && tokens.length > 0) {
        int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
        ended[tokens.length] = Tokenizer.EOS;
        sources.add(ended);
      }
    }
    double seconds = SEARCH_SECONDS * sources.size() / SEARCHED;
    DecodingSpeed speed =
        DecodingSpeed.of(
            model.architecture(),
            model.weights(),
            KernelsProvider.kernels(),
            sources,
            model.decoding(),
            seconds,
            seconds);
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
            setup.terminal(),
            set.task(),
            request,
            SequenceTexts.of(text(set, set.train())),
            SequenceTexts.of(text(set, set.dev())));
    if (trained.isEmpty()) {
      return null;
    }
    setup.terminal().say("measuring on " + test.name());
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
    return setup.folder(set.name()).resolve(file).toString();
  }

  private TrainingRequest request(Step step) throws IOException {
    Path model = file(step, ".safetensors");
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
        recipe(step),
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
            !trained.whole(),
            setup.threads(),
            trained.tokensPerSecond(),
            trained.gigaflops()),
        Origin.of(trainCommand(step), evaluateCommand(step)));
  }

  /** The model that the others of a budget are measured against. */
  private static SequenceSet.Contender leader(Step step) {
    return step.set().contenders().stream()
        .filter(other -> other.budget().equals(step.contender().budget()))
        .findFirst()
        .orElseThrow();
  }

  /** The first model's lead over what was written just now; null where its row is not there. */
  private SequenceRow.Lead lead(Step step, SequenceRow.Texts texts) throws IOException {
    Step first = new Step(step.set(), leader(step), step.seed());
    SequenceRow leading = find(first);
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
        recipe(first),
        bootstrap.difference(),
        bootstrap.interval().low(),
        bootstrap.interval().high(),
        bootstrap.p());
  }

  private Choices choices(Step step) {
    return choices(step, setup.threads());
  }

  private Choices choices(Step step, int workers) {
    SequenceSet.Contender contender = step.contender();
    return new Choices(
        contender.architecture(),
        null,
        contender.settingsByName(),
        setup.epochs() != null ? setup.epochs() : contender.epochs(),
        null,
        null,
        step.seed(),
        workers);
  }

  /**
   * How many threads shared the work changes the order of sums and the coins of dropout, as another
   * seed would; a row says it and stands for every number.
   */
  @Override
  String recipe(Step step) {
    String all = SequenceRecipe.describe(step.set().task(), choices(step, THREADS));
    return Integer.toHexString(all.hashCode());
  }

  private String trainCommand(Step step) {
    SequenceSet set = step.set();
    Path folder = setup.folder(set.name());
    StringBuilder line = new StringBuilder("./goldcrest train --task ").append(set.task());
    line.append(" --data ").append(folder.resolve(set.train()));
    line.append(" --dev ").append(folder.resolve(set.dev()));
    line.append(" --arch ").append(step.contender().architecture());
    for (String pair : step.contender().settings().split(" ")) {
      line.append(" --set ").append(pair);
    }
    line.append(" --epochs ")
        .append(setup.epochs() != null ? setup.epochs() : step.contender().epochs());
    line.append(" --seed ").append(step.seed()).append(" --threads ").append(setup.threads());
    return line.append(" --no-half --out ").append(step.key()).append(".safetensors").toString();
  }

  private String evaluateCommand(Step step) {
    SequenceSet set = step.set();
    return "./goldcrest evaluate --model "
        + step.key()
        + ".safetensors --data "
        + setup.folder(set.name()).resolve(set.test());
  }
}
