package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchStepperTest {
  private static final DecodingOptions OPTIONS = new DecodingOptions(4, 1, 1, 0, 20, 0, true);
  private static final List<int[]> SOURCES =
      List.of(new int[] {5, 6, 7, 2}, new int[] {9, 2}, new int[] {5, 5, 5, 5, 5, 5, 5, 5, 5, 2});

  @BeforeEach
  void needsLibtorch() {
    assumeTrue(Torch.available(), "libtorch's natives cannot be loaded here");
  }

  private static Architecture model() {
    return Architectures.of(
        "transformer",
        new Settings(
            Map.of(
                "task",
                "translate",
                "dim",
                "16",
                "layers",
                "1",
                "heads",
                "2",
                "vocabulary",
                "50",
                "maxLength",
                "30")));
  }

  private static Weights weights(Architecture model) {
    return Weights.initial(model.whole(), 1);
  }

  @Test
  void search_manyTimes_keepsNoTensors() {
    Architecture model = model();
    BeamSearch search = new BeamSearch(new ScalarKernels());
    try (TorchStepper stepper = new TorchStepper(model, weights(model))) {
      search.search(stepper, SOURCES.get(0), OPTIONS);
      long before = Pointer.totalCount();
      for (int i = 0; i < 10; i++) {
        search.search(stepper, SOURCES.get(0), OPTIONS);
      }
      assertThat(Pointer.totalCount() - before).isLessThan(10);
    }
  }

  @Test
  void measure_tinyModel_sameTargetsAndTimesOfBoth() {
    Architecture model = model();
    DecodingSpeed speed =
        DecodingSpeed.of(
            model, weights(model), KernelsProvider.kernels(), SOURCES, OPTIONS, 0.05, 0.05);

    assertThat(speed.sentences()).isEqualTo(3);
    assertThat(speed.different()).isZero();
    assertThat(speed.millis()).isPositive();
    assertThat(speed.ratio()).isEqualTo(speed.torchMillis() / speed.millis());
    assertThatThrownBy(
            () ->
                DecodingSpeed.of(
                    model, weights(model), new ScalarKernels(), List.of(), OPTIONS, 0, 0))
        .hasMessage("there is no sentence to measure");
  }
}
