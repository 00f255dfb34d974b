package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Lstr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorRunTest {
  private static final Lstr MODEL = new Lstr(2, 8, 2, 16, 5, 2, 4, 2, 1, 2, 1, 1, true, 0.1, 2);
  private static final List<Recording> TRAIN = recordings(24, 1);
  private static final List<Recording> DEV = recordings(6, 2);

  @TempDir private Path folder;

  @BeforeAll
  static void needTorch() {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Torch.available(), "libtorch's natives cannot be loaded on this system");
  }

  /** The second class holds where the first feature was positive two frames ago. */
  private static List<Recording> recordings(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Recording> recordings = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      int frames = r == 0 ? 3 : 30 + r;
      float[] values = new float[frames * 2];
      float[] targets = new float[frames * 2];
      for (int t = 0; t < frames; t++) {
        values[2 * t] = random.nextBoolean() ? 1 : -1;
        values[2 * t + 1] = (float) random.nextDouble();
        boolean held = t >= 2 && values[2 * (t - 2)] > 0;
        targets[2 * t + (held ? 1 : 0)] = 1;
      }
      recordings.add(new Recording(frames, values, targets));
    }
    return recordings;
  }

  private static DetectorOptions options(int epochs, int workers) {
    return new DetectorOptions(epochs, 8, 0.02, 0.1, 0.01, 1, 0.9, 0.5, 0.01, 0.01, 0, 7, workers);
  }

  /**
   * Share of the dev frames whose larger logit is right. The first two of a recording have no frame
   * to tell by; whether a run learns that they hold nothing hangs on the last bits of its products.
   */
  private static double accuracy(List<float[]> logits) {
    int right = 0;
    int all = 0;
    for (int r = 0; r < logits.size(); r++) {
      for (int t = 2; t < DEV.get(r).frames(); t++) {
        int best = logits.get(r)[2 * t] > logits.get(r)[2 * t + 1] ? 0 : 1;
        right += DEV.get(r).targets()[2 * t + best] > 0 ? 1 : 0;
        all++;
      }
    }
    return (double) right / all;
  }

  private static final class Silent implements TrainingRun.Listener {
    @Override
    public void step(int epoch, int done, int steps, double loss, int words) {}

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
  }

  private DetectorRun run(int epochs, int workers, Path checkpoint) {
    return new DetectorRun(
        MODEL, TRAIN, DEV, -1, options(epochs, workers), DetectorRunTest::accuracy, checkpoint);
  }

  @Test
  void run_learnableStream_isLearned() throws IOException {
    DetectorRun.Outcome outcome = run(30, 1, null).run(false, true, () -> false, new Silent());
    assertThat(outcome.finished()).isTrue();
    assertThat(outcome.score()).isGreaterThan(0.95);
    assertThat(outcome.epochs()).hasSize(30);
    assertThat(outcome.best().devAccuracy()).isGreaterThan(0.95);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resume_afterAStop_endsInTheSameBits(int workers) throws IOException {
    Map<String, float[]> whole =
        run(3, workers, null).run(false, false, () -> false, new Silent()).weights();
    Path checkpoint = folder.resolve("run.checkpoint");
    AtomicInteger asked = new AtomicInteger();
    DetectorRun.Outcome stopped =
        run(3, workers, checkpoint)
            .run(false, false, () -> asked.incrementAndGet() > 4, new Silent());
    assertThat(stopped.finished()).isFalse();
    assertThat(Files.exists(checkpoint)).isTrue();
    DetectorRun.Outcome resumed =
        run(3, workers, checkpoint).run(true, false, () -> false, new Silent());
    assertThat(resumed.weights().keySet()).isEqualTo(whole.keySet());
    whole.forEach(
        (path, values) ->
            assertThat(Arrays.equals(values, resumed.weights().get(path))).as(path).isTrue());
    assertThatThrownBy(
            () -> run(4, workers, checkpoint).run(true, false, () -> false, new Silent()))
        .hasMessageContaining("belongs to a run with other data or settings");
  }

  @Test
  void run_framesOfTheIgnoredClass_areNotLearned() throws IOException {
    List<Recording> all = new ArrayList<>();
    for (Recording recording : TRAIN) {
      float[] targets = new float[recording.frames() * 2];
      Arrays.fill(targets, 1);
      all.add(new Recording(recording.frames(), recording.values(), targets));
    }
    DetectorRun nothing =
        new DetectorRun(MODEL, all, DEV, 1, options(1, 1), DetectorRunTest::accuracy, null);
    DetectorRun.Outcome outcome = nothing.run(false, false, () -> false, new Silent());
    assertThat(outcome.epochs().get(0).loss()).isZero();
  }
}
