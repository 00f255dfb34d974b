package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceRunTest {
  private static final int VOCABULARY = 12;
  private static final SequenceData PAIRS = Echo.pairs(120, VOCABULARY, 160, 1);
  private static final SequenceData DEV_PAIRS = Echo.pairs(30, VOCABULARY, 160, 2);
  private static final SequenceData TEXT = Echo.stream(900, VOCABULARY, 12, 120, 1);
  private static final SequenceData DEV_TEXT = Echo.stream(200, VOCABULARY, 12, 120, 2);

  @TempDir private Path folder;

  private static final class Counter implements TrainingRun.Listener {
    private int steps;
    private int lastOf;
    private Spent spent = Spent.NONE;
    private Spent before;

    @Override
    public Spent spent() {
      return spent;
    }

    @Override
    public void resumed(Spent earlier) {
      before = earlier;
    }

    @Override
    public void step(int epoch, int done, int perEpoch, double loss, int words) {
      steps++;
      lastOf = perEpoch;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
  }

  private static SequenceRun run(boolean translate, SequenceOptions options, Path checkpoint) {
    Architecture model = Echo.model(VOCABULARY, 16, translate, translate);
    return new SequenceRun(
        model, translate ? PAIRS : TEXT, translate ? DEV_PAIRS : DEV_TEXT, options, checkpoint);
  }

  private static SequenceRun.Outcome whole(boolean translate, SequenceOptions options)
      throws IOException {
    return run(translate, options, null).run(false, false, () -> false, () -> false, new Counter());
  }

  private static void assertSame(SequenceRun.Outcome actual, SequenceRun.Outcome expected) {
    assertThat(actual.epochs()).isEqualTo(expected.epochs());
    assertThat(actual.weights().keySet()).isEqualTo(expected.weights().keySet()).isNotEmpty();
    actual
        .weights()
        .forEach(
            (path, values) ->
                assertThat(values).as(path).containsExactly(expected.weights().get(path)));
  }

  private static SequenceOptions snapshots(double epochs) {
    return new SequenceOptions(
        epochs, 1e-2, 0.1, SequenceOptions.Decay.INVERSE_SQRT, 0.98, 0, 0.1, 1, 0, 2, 0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({"true, FLOAT32", "false, FLOAT32", "true, BFLOAT16", "false, BFLOAT16"})
  void run_toyData_learnsThem(boolean translate, Precision precision) throws IOException {
    Architecture model = Echo.model(VOCABULARY, 16, translate, translate);
    SequenceData train = translate ? Echo.pairs(600, VOCABULARY, 320, 3) : TEXT;
    SequenceData dev = translate ? DEV_PAIRS : DEV_TEXT;
    SequenceOptions options = Echo.options(translate ? 30 : 10, 1e-2, precision);
    SequenceRun.Outcome outcome =
        new SequenceRun(model, train, dev, options, null)
            .run(false, false, () -> false, () -> false, new Counter());
    TrainingRun.Epoch first = outcome.epochs().get(0);
    assertThat(outcome.best().devAccuracy()).isGreaterThan(0.8);
    assertThat(outcome.devLoss()).isEqualTo(outcome.best().devLoss()).isLessThan(first.devLoss());
  }

  @ParameterizedTest
  @CsvSource({"true, 3", "true, 14", "false, 5", "false, 12"})
  void run_stoppedAndResumed_endsInTheWeightsOfAnUninterruptedOne(boolean translate, int steps)
      throws IOException {
    SequenceOptions plain = Echo.options(2.5, 1e-2);
    SequenceOptions rounded = Echo.options(2.5, 1e-2, Precision.BFLOAT16);
    for (SequenceOptions options : List.of(plain, snapshots(3), rounded)) {
      Path checkpoint = folder.resolve("run." + options.snapshots() + options.precision());
      Counter counter = new Counter();
      SequenceRun.Outcome stopped =
          run(translate, options, checkpoint)
              .run(false, false, () -> counter.steps >= steps, () -> false, counter);
      assertThat(stopped.finished()).isFalse();
      assertThat(TrainingRun.plannedEpochs(checkpoint)).isEqualTo(options.epochs());
      SequenceRun.Outcome resumed =
          run(translate, options, checkpoint)
              .run(true, false, () -> false, () -> false, new Counter());
      assertThat(resumed.finished()).isTrue();
      assertSame(resumed, whole(translate, options));
    }
  }

  @Test
  void run_partOfAnEpoch_endsWithIt() throws IOException {
    Counter counter = new Counter();
    run(true, Echo.options(1.5, 1e-3), null).run(false, false, () -> false, () -> false, counter);
    assertThat(counter.steps).isEqualTo((int) Math.round(1.5 * PAIRS.batches()));
    assertThat(counter.lastOf).isLessThan(PAIRS.batches());
  }

  @Test
  void run_timeIsUp_scoresWhatThereIs() throws IOException {
    Counter counter = new Counter();
    SequenceRun.Outcome outcome =
        run(true, Echo.options(5, 1e-3), null)
            .run(false, false, () -> false, () -> counter.steps >= 2, counter);
    assertThat(counter.steps).isEqualTo(2);
    assertThat(outcome.finished()).isTrue();
    assertThat(outcome.weights()).isNotEmpty();
    assertThat(outcome.epochs()).hasSize(1);
  }

  @Test
  void run_snapshots_keepsTheirMean() throws IOException {
    SequenceOptions two = snapshots(2);
    SequenceOptions plain =
        new SequenceOptions(
            2, 1e-2, 0.1, SequenceOptions.Decay.INVERSE_SQRT, 0.98, 0, 0.1, 1, 0, 0, 0, 1, 2);
    float[][] ends = new float[2][];
    try (SequenceTrainer trainer =
        new SequenceTrainer(
            Echo.model(VOCABULARY, 16, true, true), PAIRS, plain, Beginning.FRESH)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        for (int step = 0; step < trainer.stepsPerEpoch(); step++) {
          trainer.step();
        }
        ends[epoch] = trainer.weights().get("decoder.norm.weight");
      }
    }
    float[] mean = new float[ends[0].length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = ends[0][i] / 2 + ends[1][i] / 2;
    }
    SequenceRun.Outcome outcome = whole(true, two);
    assertThat(outcome.best().number()).isEqualTo(2);
    assertThat(outcome.weights().get("decoder.norm.weight")).containsExactly(mean);
  }

  @Test
  void run_resumedOnOtherData_isRefused() throws IOException {
    Path checkpoint = folder.resolve("run");
    SequenceOptions options = Echo.options(1, 1e-3);
    run(true, options, checkpoint).run(false, false, () -> false, () -> false, new Counter());
    SequenceRun other =
        new SequenceRun(
            Echo.model(VOCABULARY, 16, true, true), DEV_PAIRS, DEV_PAIRS, options, checkpoint);
    assertThatThrownBy(() -> other.run(true, false, () -> false, () -> false, new Counter()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("belongs to a run with other data or settings");
  }

  /** How a checkpoint may be altered: what it holds, and what a resumed run makes of it. */
  static List<UnaryOperator<Checkpoint>> alterations() {
    return List.of(
        c -> new Checkpoint(c.recipe(), c.state(), c.best(), Map.of()),
        c -> with(c, "epochs", List.of(List.of(1L))),
        c -> with(c, "lossSum", "x"),
        c -> with(c, "spent", List.of(1L, "x")),
        c -> new Checkpoint(c.recipe(), steps(c, -5), c.best(), c.progress()),
        c -> new Checkpoint(c.recipe(), steps(c, 1 << 30), c.best(), c.progress()),
        c -> new Checkpoint(c.recipe(), resized(c, -1), c.best(), c.progress()),
        c -> new Checkpoint(c.recipe(), resized(c, 1 << 20), c.best(), c.progress()),
        c -> new Checkpoint(c.recipe(), c.state(), Map.of("w", new float[3]), c.progress()));
  }

  private static Checkpoint with(Checkpoint c, String name, Object value) {
    Map<String, Object> progress = new LinkedHashMap<>(c.progress());
    progress.put(name, value);
    return new Checkpoint(c.recipe(), c.state(), c.best(), progress);
  }

  private static TrainingState.Snapshot steps(Checkpoint c, long steps) {
    return new TrainingState.Snapshot(steps, c.state().previousRate(), c.state().arrays());
  }

  private static TrainingState.Snapshot resized(Checkpoint c, int by) {
    Map<String, float[]> arrays = new LinkedHashMap<>(c.state().arrays());
    arrays.replaceAll((name, values) -> Arrays.copyOf(values, values.length + by));
    return new TrainingState.Snapshot(c.state().steps(), c.state().previousRate(), arrays);
  }

  @ParameterizedTest
  @MethodSource("alterations")
  void run_resumedFromAnAlteredCheckpoint_isRefusedWithTheRemedy(UnaryOperator<Checkpoint> alter)
      throws IOException {
    Path checkpoint = folder.resolve("run");
    SequenceOptions options = Echo.options(2, 1e-3);
    Counter counter = new Counter();
    SequenceRun run = run(true, options, checkpoint);
    run.run(false, false, () -> counter.steps >= 3, () -> false, counter);
    alter.apply(Checkpoint.load(checkpoint)).save(checkpoint);
    assertThatThrownBy(() -> run.run(true, false, () -> false, () -> false, new Counter()))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            checkpoint + ": is a damaged checkpoint (unusable metadata); --force starts again");
  }

  /** A bit of a moment, of the weights or of the numbers beside them: all the same a file. */
  @Test
  void run_resumedAfterAFlippedBit_isRefusedWithTheRemedy() throws IOException {
    Path checkpoint = folder.resolve("run");
    SequenceOptions options = Echo.options(2, 1e-3);
    SequenceRun run = run(true, options, checkpoint);
    Counter counter = new Counter();
    run.run(false, false, () -> counter.steps >= 3, () -> false, counter);
    byte[] good = Files.readAllBytes(checkpoint);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int header = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (int at : new int[] {header, good.length / 2, good.length - 3, text.indexOf("steps") + 8}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(checkpoint, bad);
      assertThatThrownBy(() -> run.run(true, false, () -> false, () -> false, new Counter()))
          .as("byte " + at)
          .isInstanceOf(FormatException.class)
          .hasMessage(
              checkpoint + ": is a damaged checkpoint (wrong checksum); --force starts again");
    }
    Files.write(checkpoint, good);
    assertThat(run.run(true, false, () -> false, () -> false, counter).finished()).isTrue();
  }

  @Test
  void run_resumed_saysWhatItTookBefore() throws IOException {
    Path checkpoint = folder.resolve("run");
    SequenceRun run = run(true, Echo.options(2, 1e-3), checkpoint);
    Counter counter = new Counter();
    counter.spent = new Spent(1.5, 20, 30.25);
    run.run(false, false, () -> counter.steps >= 3, () -> false, counter);
    assertThat(counter.before).isNull();
    Counter resumed = new Counter();
    run.run(true, false, () -> false, () -> false, resumed);
    assertThat(resumed.before).isEqualTo(counter.spent);
    Checkpoint earlier = Checkpoint.load(checkpoint);
    Map<String, Object> progress = new LinkedHashMap<>(earlier.progress());
    progress.remove("spent");
    new Checkpoint(earlier.recipe(), earlier.state(), earlier.best(), progress).save(checkpoint);
    run.run(true, false, () -> false, () -> false, resumed);
    assertThat(resumed.before).isEqualTo(Spent.NONE);
  }

  @Test
  void load_checkpointOfAnEarlierVersion_isTakenAsItIs() throws IOException {
    Path checkpoint = folder.resolve("run");
    SafetensorsWriter.write(
        checkpoint,
        Map.of("state.weights", TensorData.ofFloats(new float[] {1, 2}, 2)),
        Map.of(
            "goldcrest.checkpoint",
            "{\"recipe\":\"r\",\"steps\":3,\"previousRate\":null,\"progress\":{}}"));
    assertThat(Checkpoint.load(checkpoint).state().arrays().get("weights")).containsExactly(1, 2);
  }

  @Test
  void plannedEpochs_ofWhatIsNoCheckpoint_isRefusedWithTheRemedy() throws IOException {
    Path checkpoint = Files.write(folder.resolve("run"), new byte[4]);
    assertThatThrownBy(() -> TrainingRun.plannedEpochs(checkpoint))
        .hasMessageContaining("is a damaged checkpoint (truncated header); --force starts again");
    Checkpoint bare =
        new Checkpoint("r", new TrainingState.Snapshot(0, 0, Map.of()), Map.of(), Map.of());
    bare.save(checkpoint);
    assertThatThrownBy(() -> TrainingRun.plannedEpochs(checkpoint))
        .hasMessageContaining("is a damaged checkpoint (unusable metadata)");
  }

  /** A parameter that no gradient reaches would stay as it was drawn, and nobody would notice. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void step_once_changesEveryParameter(boolean translate, boolean tied) {
    SequenceOptions o = Echo.options(1, 1e-3);
    SequenceOptions plain =
        new SequenceOptions(1, 1e-3, 0, o.decay(), 0.98, 0, 0.1, 0, 0, 0, 0, 1, 2);
    try (SequenceTrainer trainer =
        new SequenceTrainer(
            Echo.model(VOCABULARY, 16, translate, tied),
            translate ? PAIRS : TEXT,
            plain,
            Beginning.FRESH)) {
      Map<String, float[]> before = trainer.weights();
      trainer.step();
      trainer
          .weights()
          .forEach(
              (path, values) ->
                  assertThat(Arrays.equals(values, before.get(path))).as(path).isFalse());
    }
  }
}
