package dev.goldcrest.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimiserTest {
  private static final Map<String, double[]> GOLDEN = GoldenNumbers.read("optimisers.tsv");

  private static final Map<String, Rule> RULES = new LinkedHashMap<>();

  static {
    RULES.put("torch_adam", new Rule.Adam(0.9, 0.98, 1e-8, 0));
    RULES.put("torch_adam_l2", new Rule.Adam(0.9, 0.999, 1e-8, 0.1));
    RULES.put("torch_adamw", Rule.AdamW.of(0.1));
    RULES.put("fairseq_adam", new Rule.FairseqAdam(0.9, 0.98, 1e-8, 0.1));
    RULES.put("fairseq_adam_eps1e-6", new Rule.FairseqAdam(0.9, 0.98, 1e-6, 0));
    RULES.put("fairseq_nag", new Rule.FairseqNag(0.99, 0.05));
    RULES.put("torch_sgd_momentum", new Rule.Sgd(0.9, false, 0.01));
    RULES.put("torch_sgd_nesterov", new Rule.Sgd(0.9, true, 0));
  }

  static Iterable<String> rules() {
    return RULES.keySet();
  }

  @BeforeAll
  static void load() {
    assumeTrue(
        Torch.available(),
        "libtorch's natives are not there for this system: optimisers are not checked");
  }

  private static double rate(String name, int step) {
    return name.equals("fairseq_nag") && step >= 2 ? 0.005 : 0.01;
  }

  private static Tensor tensor(String name) {
    return tensor(GOLDEN.get(name));
  }

  private static Tensor tensor(double... values) {
    return Tensor.create(GoldenNumbers.floats(values));
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.get(values);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_fiveGradients_givesTheOriginalProgramsParameters(String name) {
    try (Tensor parameters = tensor("in.parameters");
        Optimiser optimiser = new Optimiser(RULES.get(name), parameters, null)) {
      for (int step = 0; step < 5; step++) {
        try (Tensor gradient = tensor("in.gradient." + step)) {
          optimiser.step(gradient, rate(name, step));
          assertThat(values(gradient))
              .containsExactly(GoldenNumbers.floats(GOLDEN.get("in.gradient." + step)));
        }
        double[] expected = GOLDEN.get("out." + name + "." + step);
        if (expected != null) {
          float[] actual = values(parameters);
          for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                .as("step %d element %d", step, i)
                .isCloseTo(expected[i], within(1e-6));
          }
        }
      }
      assertThat(optimiser.steps()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void restore_inTheMiddle_endsInTheSameBits(String name) {
    float[] whole;
    float[] resumed;
    Optimiser.Snapshot snapshot;
    float[] half;
    try (Tensor parameters = tensor("in.parameters");
        Optimiser optimiser = new Optimiser(RULES.get(name), parameters, null)) {
      run(optimiser, name, 0, 3);
      snapshot = optimiser.snapshot();
      half = values(parameters);
      run(optimiser, name, 3, 5);
      whole = values(parameters);
    }
    try (Tensor parameters = Tensor.create(half);
        Optimiser optimiser = new Optimiser(RULES.get(name), parameters, null)) {
      optimiser.restore(snapshot);
      run(optimiser, name, 3, 5);
      resumed = values(parameters);
    }
    assertThat(resumed).containsExactly(whole);
    assertThat(whole).isNotEqualTo(half);
  }

  private static void run(Optimiser optimiser, String name, int from, int to) {
    for (int step = from; step < to; step++) {
      try (Tensor gradient = tensor("in.gradient." + step)) {
        optimiser.step(gradient, rate(name, step));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void step_decayMask_sparesWhatItHides(String name) {
    float[] all = stepped(RULES.get(name), null);
    float[] masked = stepped(RULES.get(name), new double[] {1, 0});
    float[] none = stepped(RULES.get(name), new double[] {0, 0});
    assertThat(masked[0]).isCloseTo(all[0], within(1e-6f));
    assertThat(masked[1]).isEqualTo(none[1]);
    assertThat(stepped(RULES.get(name), new double[] {1, 1})[1]).isCloseTo(all[1], within(1e-6f));
  }

  private static float[] stepped(Rule rule, double[] mask) {
    try (Tensor parameters = tensor(2, -3);
        Tensor gradient = tensor(0.5, 0.25);
        Tensor decayed = mask == null ? null : tensor(mask);
        Optimiser optimiser = new Optimiser(rule, parameters, decayed)) {
      optimiser.step(gradient, 0.1);
      return values(parameters);
    }
  }

  @Test
  void step_adamWOnce_isTheHandWorkedStep() {
    // 2 (1 - 0.1 * 0.5) - 0.1 * sign of the gradient: the first step of Adam has length rate.
    float[] stepped = stepped(new Rule.AdamW(0.9, 0.999, 1e-12, 0.5), new double[] {1, 0});
    assertThat(stepped[0]).isCloseTo(1.8f, within(1e-6f));
    assertThat(stepped[1]).isCloseTo(-3.1f, within(1e-6f));
  }

  @Test
  void clip_aboveTheBound_givesNormAndOriginalsGradient() {
    try (Tensor gradient = tensor("in.gradient.0")) {
      double norm = Optimiser.clip(gradient, 0.5);
      assertThat(norm).isCloseTo(GOLDEN.get("out.clip.norm")[0], within(1e-6));
      double[] expected = GOLDEN.get("out.clip.gradient");
      float[] actual = values(gradient);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
      }
    }
  }

  @Test
  void clip_belowTheBound_changesNothing() {
    try (Tensor gradient = tensor(0.3, 0.4)) {
      assertThat(Optimiser.clip(gradient, 0.6)).isCloseTo(0.5, within(1e-7));
      assertThat(values(gradient)).containsExactly(0.3f, 0.4f);
    }
  }

  @Test
  void clip_notFinite_saysSo() {
    try (Tensor gradient = tensor(0.3, Double.NaN)) {
      assertThat(Optimiser.clip(gradient, 0.6)).isNaN();
    }
  }

  @Test
  void restore_stateOfAnotherRule_isRefused() {
    try (Tensor parameters = tensor(1, 2);
        Optimiser adam = new Optimiser(Rule.AdamW.of(0), parameters, null);
        Optimiser sgd = new Optimiser(new Rule.Sgd(0, false, 0), parameters, null)) {
      Optimiser.Snapshot snapshot = adam.snapshot();
      assertThatThrownBy(() -> sgd.restore(snapshot))
          .hasMessageContaining("[momentum]")
          .hasMessageContaining("[mean, square]");
    }
  }

  @Test
  void step_gradientOfAnotherLength_isRefusedWithBothLengths() {
    try (Tensor parameters = tensor(1, 2);
        Tensor gradient = tensor(1, 2, 3);
        Optimiser optimiser = new Optimiser(Rule.AdamW.of(0), parameters, null)) {
      assertThatThrownBy(() -> optimiser.step(gradient, 1))
          .hasMessageContaining("3 elements for 2 parameters");
    }
  }

  @Test
  void step_manyTimes_leavesNoNativeMemoryBehind() {
    try (Tensor parameters = Tensor.create(new float[1000]);
        Tensor gradient = Tensor.create(new float[1000]);
        Optimiser optimiser = new Optimiser(Rule.AdamW.of(0.1), parameters, null)) {
      optimiser.step(gradient, 0.1);
      long before = Pointer.totalCount();
      for (int step = 0; step < 500; step++) {
        optimiser.step(gradient, 0.1);
        Optimiser.clip(gradient, 1);
      }
      assertThat(Pointer.totalCount() - before).isLessThan(20);
    }
  }
}
