package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.graph.WeightForms.Stored;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training around what a file will make of the weights. */
class RoundingTest {
  private static final List<LabelledText> TRAIN = Small.texts(96, 1);
  private static final List<LabelledText> DEV = Small.texts(30, 2);
  private static final int HALF = 2;

  @TempDir private Path folder;

  private static Graph graph(Architecture model) {
    return model.whole();
  }

  private static Architecture storing(Stored stored) {
    Architecture model = Small.proformer();
    WeightForms forms = WeightForms.NONE;
    for (Value parameter : graph(model).parameters().values()) {
      boolean weight = parameter.shape().rank() > 1;
      forms = forms.withStored(parameter.path(), weight ? stored : Stored.F16);
    }
    return model.with(forms);
  }

  /** Weights of which every second element is pruned. */
  private static Beginning pruned(Architecture model) {
    Weights drawn = Weights.initial(graph(model), 1);
    Map<String, float[]> half = new LinkedHashMap<>();
    for (Value parameter : graph(model).parameters().values()) {
      float[] values = drawn.get(parameter.path()).clone();
      for (int i = 0; i < values.length && parameter.shape().rank() > 1; i += HALF) {
        values[i] = 0;
      }
      half.put(parameter.path(), values);
    }
    Set<String> matrices = new HashSet<>();
    for (Value parameter : graph(model).parameters().values()) {
      if (parameter.shape().rank() > 1) {
        matrices.add(parameter.path());
      }
    }
    return new Beginning(Weights.of(half), matrices);
  }

  private static TrainingRun run(Architecture model, Beginning start, Path checkpoint) {
    return new TrainingRun(
        model,
        Small.projected(),
        Small.LABELS,
        TRAIN,
        DEV,
        Small.options(3, 1e-2),
        checkpoint,
        null,
        start);
  }

  /** Stops after a number of steps. */
  private static final class Steps implements TrainingRun.Listener {
    private int taken;

    @Override
    public void step(int epoch, int done, int steps, double loss, int words) {
      taken++;
    }

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
  }

  private static Map<String, float[]> whole(Architecture model, Beginning start)
      throws IOException {
    return run(model, start, null).run(false, false, () -> false, new Steps()).weights();
  }

  @Test
  void zerosOfPrunedWeights_stayWhereEverythingElseMoves() throws IOException {
    Architecture model = Small.proformer();
    Beginning start = pruned(model);
    Map<String, float[]> trained = whole(model, start);
    for (Value parameter : graph(model).parameters().values()) {
      float[] before = start.weights().get(parameter.path());
      float[] after = trained.get(parameter.path());
      int moved = 0;
      for (int i = 0; i < after.length; i++) {
        if (parameter.shape().rank() > 1 && before[i] == 0) {
          assertThat(after[i]).as(parameter.path() + " " + i).isZero();
        } else {
          moved += after[i] != before[i] ? 1 : 0;
        }
      }
      assertThat(moved).as(parameter.path()).isPositive();
    }
    Set<String> others = new HashSet<>(start.pruned());
    others.remove("head.weight");
    Map<String, float[]> free = whole(model, new Beginning(start.weights(), others));
    assertThat(free.get("head.weight")[0]).as("not among the pruned").isNotZero();
    assertThat(free.get("word.in.weight")[0]).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "INT8", "KMEANS8", "KMEANS4"})
  void outcome_isWhatAFileOfThatFormGivesBack(Stored stored) throws IOException {
    Architecture model = storing(stored);
    boolean zeros = stored.codes() > 0;
    Beginning start = zeros ? pruned(model) : Beginning.FRESH;
    Map<String, float[]> trained = whole(model, start);
    for (Value parameter : graph(model).parameters().values()) {
      String path = parameter.path();
      float[] values = trained.get(path);
      Stored how = model.forms().stored(path);
      if (how == Stored.F16) {
        assertThat(TrainingLoop.rounded(Map.of(path, values), WeightForms.NONE).get(path))
            .containsExactly(values);
      } else if (how == Stored.INT8) {
        requireGrid(path, values, parameter.shape().at(0));
      } else {
        TreeSet<Float> used = new TreeSet<>();
        for (int i = 0; i < values.length; i++) {
          used.add(values[i] + 0f);
          assertThat(values[i] == 0).as(path + " " + i).isEqualTo(i % HALF == 0);
        }
        assertThat(used.size()).as(path).isBetween(2, how.codes());
      }
    }
  }

  private static void requireGrid(String path, float[] values, int rows) {
    int columns = values.length / rows;
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      for (int i = row * columns; i < (row + 1) * columns && largest > 0; i++) {
        double code = 127.0 * values[i] / largest;
        assertThat(Math.abs(code - Math.rint(code))).as(path + " " + i).isLessThan(1e-4);
      }
    }
  }

  /** The codebooks are part of the checkpoint. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "KMEANS4"})
  void run_stoppedAndResumed_endsInTheWeightsOfAnUninterruptedOne(Stored stored)
      throws IOException {
    Architecture model = storing(stored);
    Beginning start = pruned(model);
    Path checkpoint = folder.resolve("run.checkpoint");
    Steps steps = new Steps();
    TrainingRun.Outcome stopped =
        run(model, start, checkpoint).run(false, false, () -> steps.taken >= 8, steps);
    assertThat(stopped.finished()).isFalse();
    Map<String, float[]> resumed =
        run(model, start, checkpoint).run(true, false, () -> false, new Steps()).weights();
    whole(model, start)
        .forEach((path, values) -> assertThat(resumed.get(path)).containsExactly(values));
  }

  /** Fewer bits lose something, but not what was learned. */
  @Test
  void run_fourBits_stillLearns() throws IOException {
    Architecture model = storing(Stored.KMEANS4);
    TrainingRun run =
        new TrainingRun(
            model,
            Small.projected(),
            Small.LABELS,
            Small.texts(200, 1),
            DEV,
            Small.options(20, 2e-2),
            null);
    assertThat(run.run(false, false, () -> false, new Steps()).devAccuracy()).isGreaterThan(0.9);
  }
}
