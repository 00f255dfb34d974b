package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  private static final StepRecipe RECIPE =
      new StepRecipe(
          Rule.AdamW.of(0.1),
          new Schedule.WarmupLinear(0.01, 0, 100, 0.01),
          0,
          0,
          0,
          1,
          1,
          Precision.FLOAT32);

  @BeforeAll
  static void load() {
    Torch.load();
  }

  /** The weights after some steps along a gradient of ones. */
  private static Map<String, float[]> stepped(Graph graph, Map<String, Double> rates, int steps) {
    Map<String, float[]> initial = Initializer.initial(graph, 3);
    Beginning start = new Beginning(Weights.of(initial), Set.of(), rates);
    try (PointerScope scope = new PointerScope();
        TrainingState state = new TrainingState(graph, initial, RECIPE, start)) {
      Tensor gradient = torch.ones_like(state.weights().buffer());
      for (int step = 0; step < steps; step++) {
        state.update(gradient);
      }
      return state.weights().get();
    }
  }

  @Test
  void update_ratesOfSomeWeights_areTheirShareOfAStepAndTheOthersTakeItWhole() {
    Graph graph = Small.proformer().whole();
    Map<String, float[]> initial = Initializer.initial(graph, 3);
    Map<String, float[]> whole = stepped(graph, Map.of(), 1);
    Map<String, float[]> shared =
        stepped(graph, Map.of("word.in.weight", 0.0, "word.out.weight", 0.25), 1);
    whole.forEach(
        (path, values) -> {
          float[] before = initial.get(path);
          float[] after = shared.get(path);
          for (int i = 0; i < values.length; i++) {
            if (path.equals("word.in.weight")) {
              assertThat(after[i]).as(path).isEqualTo(before[i]);
            } else if (path.equals("word.out.weight")) {
              float quarter = 0.25f * (values[i] - before[i]);
              assertThat(after[i] - before[i]).as(path).isCloseTo(quarter, within(1e-7f));
              assertThat(quarter).as(path).isNotZero();
            } else {
              assertThat(after[i]).as(path).isEqualTo(values[i]);
            }
          }
        });
    assertThat(stepped(graph, Map.of("word.in.weight", 0.0), 5).get("word.in.weight"))
        .isEqualTo(initial.get("word.in.weight"));
  }
}
