package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
  private static final List<LabelledText> TRAIN = Small.texts(96, 1);
  private static final List<LabelledText> DEV = Small.texts(30, 2);

  @TempDir private Path folder;
  private Path checkpoint;

  @BeforeEach
  void name() {
    checkpoint = folder.resolve("run.checkpoint");
  }

  private static TrainingRun run(TrainingOptions options, Path checkpoint) {
    return new TrainingRun(
        Small.proformer(), Small.projected(), Small.LABELS, TRAIN, DEV, options, checkpoint);
  }

  /** Counts steps; stops nothing by itself. */
  private static final class Counter implements TrainingRun.Listener {
    private int steps;
    private int epochs;

    @Override
    public void step(int epoch, int done, int perEpoch, double loss, int words) {
      steps++;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {
      epochs++;
    }
  }

  private static TrainingRun.Outcome whole(TrainingOptions options) throws IOException {
    return run(options, null).run(false, false, () -> false, new Counter());
  }

  private static void assertSame(TrainingRun.Outcome actual, TrainingRun.Outcome expected) {
    assertThat(actual.epochs()).isEqualTo(expected.epochs());
    assertThat(actual.calibration()).isEqualTo(expected.calibration());
    assertThat(actual.weights().keySet()).isEqualTo(expected.weights().keySet());
    actual
        .weights()
        .forEach(
            (path, values) ->
                assertThat(values).as(path).containsExactly(expected.weights().get(path)));
  }

  @ParameterizedTest
  @EnumSource
  void run_twice_endsInTheSameWeights(Precision precision) throws IOException {
    TrainingOptions options = Small.options(3, 1e-2, precision);
    assertSame(whole(options), whole(options));
  }

  @Test
  void run_rounded_learnsAsMuchWithOtherWeights() throws IOException {
    TrainingRun.Outcome plain = whole(Small.options(8, 1e-2));
    TrainingRun.Outcome rounded = whole(Small.options(8, 1e-2, Precision.BFLOAT16));
    assertThat(rounded.best().devLoss())
        .isCloseTo(plain.best().devLoss(), within(0.1 * plain.best().devLoss()));
    assertThat(rounded.best().devLoss()).isNotEqualTo(plain.best().devLoss());
  }

  @Test
  void run_modelWithForms_trainsThemAndKeepsThem() throws IOException {
    WeightForms trained =
        WeightForms.NONE
            .withRank("word.in.weight", 4)
            .withRank("convolution.weight", 6)
            .withWidth("encoder.layer.0.ffn.hidden", 9)
            .withWidth("encoder.layer.0.attention.heads", 1);
    Architecture formed = Small.proformer().with(trained);
    TrainingOptions options = Small.options(16, 1e-2);
    TrainingRun.Outcome outcome =
        new TrainingRun(formed, Small.projected(), Small.LABELS, TRAIN, DEV, options, checkpoint)
            .run(false, false, () -> false, new Counter());
    assertThat(outcome.devAccuracy()).isGreaterThan(0.9);
    Path file = folder.resolve("formed.safetensors");
    outcome.model(formed, Small.projected(), Small.LABELS, Map.of()).save(file, false);
    ClassifierModel read = ClassifierModel.load(file);
    assertThat(read.architecture()).isEqualTo(formed);
    assertThat(read.weights().paths()).contains("word.in.weight.u", "convolution.weight.v");
    try (TextClassifier classifier = new TextClassifier(read)) {
      long right =
          DEV.stream()
              .filter(
                  text ->
                      classifier
                          .classify(String.join(" ", text.words()))
                          .label()
                          .equals(Small.LABELS.get(text.label())))
              .count();
      assertThat((double) right / DEV.size()).isEqualTo(outcome.devAccuracy());
    }
    assertThatThrownBy(() -> run(options, checkpoint).run(true, false, () -> false, new Counter()))
        .isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 10})
  void run_stoppedAndResumed_endsInTheWeightsOfAnUninterruptedOne(int steps) throws IOException {
    TrainingOptions options = Small.options(3, 1e-2);
    Counter counter = new Counter();
    TrainingRun.Outcome stopped =
        run(options, checkpoint).run(false, false, () -> counter.steps >= steps, counter);
    assertThat(stopped.finished()).isFalse();
    assertThat(counter.steps).isEqualTo(steps);
    assertThat(TrainingRun.plannedEpochs(checkpoint)).isEqualTo(3);
    Counter rest = new Counter();
    TrainingRun.Outcome resumed = run(options, checkpoint).run(true, false, () -> false, rest);
    assertThat(resumed.finished()).isTrue();
    assertThat(counter.steps + rest.steps).isEqualTo(3 * 6);
    assertSame(resumed, whole(options));
  }

  @Test
  void run_resumedWithOtherOptions_isRefusedAndTheCheckpointKept() throws IOException {
    run(Small.options(2, 1e-2), checkpoint).run(false, false, () -> false, new Counter());
    byte[] before = Files.readAllBytes(checkpoint);
    TrainingRun other = run(Small.options(2, 1e-3), checkpoint);
    assertThatThrownBy(() -> other.run(true, false, () -> false, new Counter()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("belongs to a run with other data or settings");
    assertThat(checkpoint).hasBinaryContent(before);
  }

  @Test
  void run_damagedCheckpoint_isRefused() throws IOException {
    Files.writeString(checkpoint, "not a checkpoint");
    assertThatThrownBy(
            () ->
                run(Small.options(1, 1e-2), checkpoint)
                    .run(true, false, () -> false, new Counter()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void run_diverges_theLastCheckpointIsIntact() throws IOException {
    TrainingOptions options = Small.options(3, 1e-2);
    Counter counter = new Counter();
    run(options, checkpoint).run(false, false, () -> counter.steps >= 8, counter);
    Checkpoint saved = Checkpoint.load(checkpoint);
    Arrays.fill(saved.state().arrays().get("weights"), Float.NaN);
    saved.save(checkpoint);
    byte[] before = Files.readAllBytes(checkpoint);
    assertThatThrownBy(() -> run(options, checkpoint).run(true, false, () -> false, new Counter()))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("the loss became NaN in epoch 2, step 3");
    assertThat(checkpoint).hasBinaryContent(before);
  }

  @Test
  void run_noBetterEpoch_stopsEarlyWithTheBestWeights() throws IOException {
    TrainingOptions o = Small.options(200, 1e-2);
    TrainingOptions patient =
        new TrainingOptions(200, 16, 1e-2, 0.1, o.decay(), 0, 0, 1, 0, 0, 0, 2, "", 1, 2);
    TrainingRun.Outcome outcome = whole(patient);
    assertThat(outcome.finished()).isTrue();
    assertThat(outcome.epochs()).hasSizeLessThan(200);
    int best = outcome.best().number();
    assertThat(outcome.epochs()).hasSize(best + 2);
    assertThat(outcome.epochs())
        .allMatch(epoch -> epoch.devAccuracy() <= outcome.best().devAccuracy());
  }

  @Test
  void outcome_half_scoresTheWeightsThatTheFileGivesBack() throws Exception {
    TrainingRun.Outcome outcome =
        run(Small.options(6, 1e-2), null).run(false, true, () -> false, new Counter());
    outcome
        .weights()
        .forEach(
            (path, values) -> {
              for (float value : values) {
                assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(value))).isEqualTo(value);
              }
            });
    ClassifierModel model =
        outcome.model(Small.proformer(), Small.projected(), Small.LABELS, Map.of("seed", 1L));
    Path file = folder.resolve("model.safetensors");
    model.save(file, true);
    int right = 0;
    try (TextClassifier classifier = TextClassifier.load(file)) {
      for (LabelledText text : DEV) {
        String label = classifier.classify(String.join(" ", text.words())).label();
        right += label.equals(Small.LABELS.get(text.label())) ? 1 : 0;
      }
    }
    assertThat((double) right / DEV.size()).isEqualTo(outcome.devAccuracy()).isGreaterThan(0.8);
  }

  @Test
  void run_rejectLabel_raisesThatLabelsBiasAlone() throws IOException {
    TrainingOptions o = Small.options(4, 1e-2);
    TrainingOptions favouring =
        new TrainingOptions(
            o.epochs(), 16, 1e-2, 0.1, o.decay(), 0.01, 0.1, 1, 0.99, 0.05, 0.5, 0, "music", 1, 2);
    Map<String, float[]> plain = whole(o).weights();
    Map<String, float[]> changed = whole(favouring).weights();
    float[] before = plain.get("head.bias");
    float[] after = changed.get("head.bias");
    assertThat(after[0]).isEqualTo(before[0]);
    assertThat(after[2]).isEqualTo(before[2]);
    assertThat(after[1]).isNotEqualTo(before[1]);
    assertThat(changed.get("head.weight")).containsExactly(plain.get("head.weight"));
  }

  @Test
  void run_goingOnWithAHeadThatFavoursTheLabel_favoursItNoMoreInAll() throws IOException {
    Map<String, float[]> weights = whole(Small.options(4, 1e-2)).weights();
    assertThat(goingOn(weights, 3)).isCloseTo(goingOn(weights, 0), within(1e-3f));
    assertThat(goingOn(weights, -3)).isCloseTo(goingOn(weights, 0), within(1e-3f));
  }

  /** The bias of the label, trained on hardly at all from a head with so much more of it. */
  private static float goingOn(Map<String, float[]> weights, float favour) throws IOException {
    Map<String, float[]> favouring = new LinkedHashMap<>(weights);
    float[] bias = weights.get("head.bias").clone();
    bias[1] += favour;
    favouring.put("head.bias", bias);
    TrainingOptions options =
        new TrainingOptions(
            1, 16, 1e-9, 0, TrainingOptions.Decay.NONE, 0, 0, 1, 0, 0, 0, 0, "music", 1, 1);
    return new TrainingRun(
            Small.proformer(),
            Small.projected(),
            Small.LABELS,
            TRAIN,
            DEV,
            options,
            null,
            null,
            Beginning.from(Weights.of(favouring)))
        .run(false, false, () -> false, new Counter())
        .weights()
        .get("head.bias")[1];
  }

  @Test
  void run_rejectLabelThatIsNone_isRefused() {
    TrainingOptions o = Small.options(1, 1e-2);
    TrainingOptions wrong =
        new TrainingOptions(1, 16, 1e-2, 0, o.decay(), 0, 0, 1, 0, 0, 0, 0, "oos", 1, 1);
    assertThatThrownBy(() -> run(wrong, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rejectLabel 'oos' is no label");
  }
}
