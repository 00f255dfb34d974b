package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderRunTest {
  private static final Architecture MODEL = Small.proformer("classes=0", "vector=5");
  private static final EncoderData TRAIN = data(120, 1);
  private static final EncoderData DEV = data(30, 2);

  private static final UnaryOperator<Map<String, float[]>> HALVES =
      weights -> TrainingLoop.rounded(weights, MODEL.forms());

  @TempDir private Path folder;

  /** A vector for each keyword: two that are alike and one that is not. */
  private static EncoderData data(int count, long seed) {
    float[][] byLabel = {{0.6f, 0.8f, 0, 0, 0}, {0.8f, 0.6f, 0, 0, 0}, {0, 0, 0, -0.6f, 0.8f}};
    List<LabelledText> texts = Small.texts(count, seed);
    return new EncoderData(
        texts.stream().map(LabelledText::words).toList(),
        new EncoderData.Vectors() {
          @Override
          public int dimension() {
            return 5;
          }

          @Override
          public void copyTo(int row, float[] into, int at) {
            System.arraycopy(byLabel[texts.get(row).label()], 0, into, at, 5);
          }
        });
  }

  private static EncoderOptions options(double epochs, double relation) {
    return options(epochs, relation, 0);
  }

  private static EncoderOptions options(double epochs, double relation, double whiten) {
    return new EncoderOptions(epochs, 16, 1e-2, 0.1, 0.01, 1, 0.98, 0.05, relation, whiten, 1, 2);
  }

  private static EncoderRun run(EncoderOptions options, Path checkpoint) {
    return new EncoderRun(MODEL, Small.projected(), TRAIN, DEV, options, checkpoint);
  }

  private static EncoderRun.Outcome whole(EncoderOptions options) throws IOException {
    return run(options, null).run(false, HALVES, () -> false, () -> false, new Steps());
  }

  private static final class Steps implements TrainingRun.Listener {
    private int steps;

    @Override
    public void step(int epoch, int done, int perEpoch, double loss, int words) {
      steps++;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
  }

  @Test
  void run_towardsATeacher_givesVectorsLikeTheTeachers() throws IOException {
    EncoderRun.Outcome outcome = whole(options(30, 1));
    assertThat(outcome.epochs().get(0).devAccuracy()).isLessThan(0.8);
    assertThat(outcome.devCosine())
        .isGreaterThan(0.9)
        .isCloseTo(outcome.best().devAccuracy(), Offset.offset(0.01));
    EmbeddingModel model =
        new EmbeddingModel(MODEL, Small.projected(), true, Map.of(), Weights.of(outcome.weights()));
    try (TextEmbedder embedder = new TextEmbedder(model)) {
      float[] lamp = embedder.embed("please dim the lamp now");
      float[] song = embedder.embed("some song again please");
      float[] rain = embedder.embed("rain in the kitchen tomorrow");
      assertThat(dot(lamp, song)).isGreaterThan(0.85);
      assertThat(dot(lamp, rain)).isLessThan(0.4);
    }
  }

  @Test
  void run_storedOtherwise_scoresAndReturnsWhatIsStored() throws IOException {
    UnaryOperator<Map<String, float[]>> coarse =
        weights -> {
          Map<String, float[]> rounded = new LinkedHashMap<>();
          weights.forEach((path, values) -> rounded.put(path, rounded(values)));
          return rounded;
        };
    EncoderRun.Outcome plain =
        run(options(2, 1), null).run(false, w -> w, () -> false, () -> false, new Steps());
    EncoderRun.Outcome stored =
        run(options(2, 1), null).run(false, coarse, () -> false, () -> false, new Steps());
    plain
        .weights()
        .forEach((path, v) -> assertThat(stored.weights().get(path)).isEqualTo(rounded(v)));
    assertThat(stored.best()).isEqualTo(plain.best());
    assertThat(stored.devCosine()).isNotEqualTo(plain.devCosine());
  }

  private static float[] rounded(float[] values) {
    float[] quarters = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      quarters[i] = Math.round(4 * values[i]) / 4f;
    }
    return quarters;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void run_stoppedAndResumed_endsInTheWeightsOfAnUninterruptedOne() throws IOException {
    EncoderOptions options = options(2.5, 1);
    Path checkpoint = folder.resolve("run.checkpoint");
    Steps steps = new Steps();
    BooleanSupplier stop = () -> steps.steps >= 11;
    EncoderRun.Outcome stopped =
        run(options, checkpoint).run(false, HALVES, stop, () -> false, steps);
    assertThat(stopped.finished()).isFalse();
    assertThat(TrainingRun.plannedEpochs(checkpoint)).isEqualTo(2.5);
    Steps rest = new Steps();
    EncoderRun.Outcome resumed =
        run(options, checkpoint).run(true, HALVES, () -> false, () -> false, rest);
    assertThat(steps.steps + rest.steps).isEqualTo(20); // 2.5 epochs of 8 steps
    EncoderRun.Outcome whole = whole(options);
    assertThat(resumed.epochs()).isEqualTo(whole.epochs()).hasSize(3);
    whole.weights().forEach((path, v) -> assertThat(resumed.weights().get(path)).isEqualTo(v));
    assertThatThrownBy(
            () ->
                run(options(2.5, 0), checkpoint)
                    .run(true, HALVES, () -> false, () -> false, new Steps()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("other data or settings");
  }

  /** Three of five directions never vary here, which is learned first. */
  @Test
  void run_whitened_learnsTooAndResumes() throws IOException {
    assertThat(whole(options(40, 1, 0.5)).devCosine()).isGreaterThan(0.9);
    EncoderOptions options = options(3, 1, 0.5);
    Path checkpoint = folder.resolve("whitened.checkpoint");
    Steps steps = new Steps();
    run(options, checkpoint).run(false, HALVES, () -> steps.steps >= 11, () -> false, steps);
    EncoderRun.Outcome resumed =
        run(options, checkpoint).run(true, HALVES, () -> false, () -> false, new Steps());
    EncoderRun.Outcome whole = whole(options);
    assertThat(resumed.weights().get("word.in.weight"))
        .isEqualTo(whole.weights().get("word.in.weight"));
  }

  @Test
  void run_modelOfOtherWidth_isRefused() {
    assertThatThrownBy(
            () ->
                new EncoderRun(
                    Small.proformer("classes=0"),
                    Small.projected(),
                    TRAIN,
                    DEV,
                    options(1, 0),
                    null))
        .hasMessage("the model gives vectors of 16 values, it should learn such of 5");
  }
}
