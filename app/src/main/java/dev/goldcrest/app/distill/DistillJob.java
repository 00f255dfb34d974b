package dev.goldcrest.app.distill;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.StopSignal;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Effort;
import dev.goldcrest.app.train.Opinions;
import dev.goldcrest.app.train.Oracles;
import dev.goldcrest.app.train.Pace;
import dev.goldcrest.app.train.Provenance;
import dev.goldcrest.app.train.RunRecord;
import dev.goldcrest.app.train.SizeBudget;
import dev.goldcrest.app.train.TrainingDisplay;
import dev.goldcrest.app.train.TrainingRequest;
import dev.goldcrest.compress.Compression;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.text.WordSegmenter;
import dev.goldcrest.torch.EncoderData;
import dev.goldcrest.torch.EncoderRun;
import dev.goldcrest.torch.TrainingRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One distillation from texts without labels to the encoder's file: the teacher's vectors, which
 * are kept in a file beside it, then the training towards them.
 */
public final class DistillJob {
  /** Every so many texts one is held out... */
  private static final int HELD_OUT = 50;

  /** ...up to so many. */
  private static final int MOST_HELD_OUT = 2_000;

  private static final int FEWEST_TEXTS = 20;

  private final Terminal terminal;
  private final TrainingRequest request;
  private final Taught taught;
  private final TextPool pool;
  private final Energy energy;
  private DistillRecipe recipe;
  private Architecture written;
  private EncoderData train;
  private EncoderData dev;
  private int asked;

  /** Who teaches. */
  public record Taught(String name, EmbeddingModel teacher) {}

  private DistillJob(
      Terminal terminal,
      TrainingRequest request,
      Taught taught,
      TextPool pool,
      DistillRecipe recipe,
      Energy energy) {
    this.terminal = terminal;
    this.request = request;
    this.taught = taught;
    this.pool = pool;
    this.recipe = recipe;
    this.written = recipe.architecture();
    this.energy = energy;
  }

  /**
   * Trains to the end, or until the process is asked to stop; then the checkpoint holds the run and
   * nothing is returned.
   *
   * @throws UserError for what the user can put right
   */
  public static Optional<Distilled> run(
      Terminal terminal, TrainingRequest request, Taught taught, TextPool pool) throws IOException {
    Energy energy = request.startEnergy(terminal);
    DistillRecipe recipe =
        UserError.judging(() -> DistillRecipe.of(request.choices(), taught.teacher().dimension()));
    return new DistillJob(terminal, request, taught, pool, recipe, energy).run();
  }

  private Optional<Distilled> run() throws IOException {
    requireSize();
    Attended attended = new Attended(terminal, request, energy);
    ask(attended);
    planEpochs(attended);
    return attended.run(
        (int) Math.ceil(recipe.training().epochs()),
        TrainingRun.Epoch::devAccuracy,
        (stop, display) -> train(attended, stop, display));
  }

  /**
   * Decides in which form the weights are written: as bytes where 16-bit floats would be larger
   * than asked for. Bytes are found when training is over; there are so many values to each that
   * learning around the rounding gains nothing.
   */
  private void requireSize() {
    if (request.maxBytes() == null) {
      return;
    }
    long bytes = bytes(request.half());
    if (bytes > request.maxBytes()) {
      long floats = bytes;
      written = Compression.storing(recipe.architecture(), WeightForms.Stored.INT8);
      bytes = bytes(true);
      boolean fits = bytes <= request.maxBytes();
      if (!fits || !request.half()) {
        throw UserError.unreachable(
            "--max-size %s: the encoder would take %s (%,d weights)%s; %s",
            Units.bytes(request.maxBytes()),
            Units.bytes(request.half() ? bytes : floats),
            SizeBudget.parameters(written),
            request.half() ? " as bytes" : "",
            fits
                ? "without --no-half it would fit"
                : "--set wordHidden=N, dim=N and features=N make it narrower");
      }
      terminal.notice(
          "to fit into %s the weights are stored as int8", Units.bytes(request.maxBytes()));
    }
  }

  /** Of the file, but for what the weights learn. */
  private long bytes(boolean half) {
    Map<String, float[]> first = new LinkedHashMap<>();
    Weights drawn = SizeBudget.drawn(recipe.architecture()); // zeros would be packed
    drawn.paths().forEach(path -> first.put(path, drawn.get(path)));
    TrainingRun.Epoch longest = new TrainingRun.Epoch(10_000, 0, 0.12345678901234567, 0);
    EncoderRun.Outcome outcome =
        new EncoderRun.Outcome(
            first, longest.devAccuracy(), longest, Collections.nCopies(10_000, longest), true);
    return Planner.bytes(model(outcome, MOST_HELD_OUT).file(), half);
  }

  /** What a reader of the file has of trained weights. */
  private Map<String, float[]> readBack(Map<String, float[]> weights) {
    try {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      model(Weights.of(weights), Map.of()).file().write(stream, request.half());
      Weights read = ModelFile.load(new ByteArrayInputStream(stream.toByteArray())).weights();
      Map<String, float[]> floats = new LinkedHashMap<>();
      weights.keySet().forEach(path -> floats.put(path, read.get(path)));
      return floats;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing outside the memory is read or written
    }
  }

  /** Has the teacher read the texts in an order of its own, and holds some of them out. */
  private void ask(Attended attended) throws IOException {
    List<String> texts = new ArrayList<>(pool.texts());
    Collections.shuffle(texts, new Random(request.choices().seed()));
    Opinions vectors =
        Opinions.of(
            terminal,
            Oracles.of(taught.teacher()),
            texts,
            vectors(request.out()),
            request.force(),
            request.choices().workers(),
            attended.teachersShare());
    asked = vectors.asked();
    List<Integer> answered = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (vectors.has(i)) {
        answered.add(i);
      }
    }
    if (answered.size() < texts.size()) {
      terminal.notice(
          "the teacher has read %,d of %,d texts in its share of %s",
          answered.size(), texts.size(), request.spending().limits());
    }
    if (answered.size() < FEWEST_TEXTS) {
      throw UserError.failed(
          "distill: %d texts are too few to learn from; give more with --text%s",
          answered.size(), request.spending().limited() ? " or a higher limit" : "");
    }
    int held = Math.max(1, Math.min(MOST_HELD_OUT, answered.size() / HELD_OUT));
    Cutter cutter = new Cutter();
    dev = data(texts, vectors, answered.subList(0, held), cutter);
    train = data(texts, vectors, answered.subList(held, answered.size()), cutter);
    cutter.say();
  }

  /** Where the teacher's vectors are kept. */
  static Path vectors(Path out) {
    return out.resolveSibling(out.getFileName() + ".vectors");
  }

  private static EncoderData data(
      List<String> texts, Opinions vectors, List<Integer> rows, Cutter cutter) {
    int[] numbers = rows.stream().mapToInt(Integer::intValue).toArray();
    List<List<String>> words = new ArrayList<>(rows.size());
    for (int row : numbers) {
      words.add(cutter.words(texts.get(row)));
    }
    return new EncoderData(words, vectors.of(numbers));
  }

  /** Cuts texts into words; equal words share one string. */
  private final class Cutter {
    private final WordSegmenter segmenter = new WordSegmenter(recipe.text().lowerCase());
    private final int most = recipe.text().mostWords(recipe.architecture().maxLength());
    private final Map<String, String> shared = new HashMap<>();
    private int longer;

    List<String> words(String text) {
      List<String> words = new ArrayList<>();
      longer += segmenter.words(text, most, words) > most ? 1 : 0;
      if (words.isEmpty()) {
        words.add("\uFFFD"); // the segmenter's own sign for what it cannot read
      }
      words.replaceAll(word -> shared.computeIfAbsent(word, same -> same));
      return List.copyOf(words);
    }

    void say() {
      if (longer > 0) {
        terminal.notice(
            "%,d texts have more than %d words; the model reads the first %d"
                + " (--set maxLength=N changes that)",
            longer, most, most);
      }
    }
  }

  private EncoderRun encoderRun(Path checkpoint) {
    return new EncoderRun(
        recipe.architecture(), recipe.text(), train, dev, recipe.training(), checkpoint);
  }

  /** As many epochs of the recipe as time and energy allow. */
  private void planEpochs(Attended attended) throws IOException {
    double wanted = recipe.training().epochs();
    double planned =
        attended.planned(
            wanted,
            Attended.HUNDREDTHS,
            () -> Pace.measure(encoderRun(null), train.texts(), dev.texts(), attended));
    if (planned != wanted) {
      recipe = recipe.withEpochs(planned);
    }
  }

  private Optional<Distilled> train(Attended attended, StopSignal stop, TrainingDisplay display)
      throws IOException {
    EncoderRun.Outcome outcome =
        encoderRun(request.checkpoint())
            .run(request.resume(), this::readBack, stop::requested, attended::expired, display);
    if (!outcome.finished()) {
      return Optional.empty();
    }
    attended.sayIfExpired();
    EmbeddingModel model = model(outcome, dev.texts().size());
    model.file().save(request.out(), request.half());
    SizeBudget.requireKept(request.out(), request.maxBytes());
    Files.deleteIfExists(request.checkpoint());
    Effort effort = attended.effort(display);
    RunRecord.write(request, effort, Map.of("textsAsked", asked));
    return Optional.of(
        new Distilled(
            request.out(),
            Files.size(request.out()),
            model,
            outcome,
            train.texts().size(),
            dev.texts().size(),
            effort));
  }

  private EmbeddingModel model(EncoderRun.Outcome outcome, int devTexts) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("version", Cli.version());
    provenance.put("teacher", taught.name());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("texts", Provenance.names(pool.names()));
    data.put("trainTexts", train == null ? pool.texts().size() : train.texts().size());
    data.put("devTexts", devTexts);
    data.put("repeated", pool.repeated());
    data.put("excluded", pool.excluded());
    provenance.put("data", data);
    provenance.put("training", recipe.options());
    provenance.put("epochs", outcome.epochs().size());
    provenance.put("bestEpoch", outcome.best().number());
    provenance.put("devCosine", outcome.devCosine());
    return model(Weights.of(outcome.weights()), provenance);
  }

  private EmbeddingModel model(Weights weights, Map<String, Object> provenance) {
    EmbeddingModel floats =
        new EmbeddingModel(recipe.architecture(), recipe.text(), true, provenance, weights);
    ModelFile file = Compression.encoded(floats.file().with(written, weights));
    return new EmbeddingModel(written, recipe.text(), true, provenance, file.weights());
  }
}
