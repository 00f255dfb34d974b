package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationStepTest {
  @Test
  void plan_ofAll_hasEachSetsSeedsAndATwin() {
    List<ClassificationStep> plan = ClassificationStep.plan(List.of(), List.of());
    assertThat(plan).hasSize(6 * 3 + 3 + 9 + 1);
    assertThat(plan)
        .extracting(ClassificationStep::key)
        .doesNotHaveDuplicates()
        .contains("imdb-model-seed1");
    assertThat(plan)
        .extracting(ClassificationStep::key)
        .doesNotContain("imdb-model-seed2")
        .contains("glosses-demo-seed1");
    assertThat(plan.stream().filter(step -> step.variant() == ClassificationStep.Variant.TWIN))
        .hasSize(9);
  }

  @Test
  void plan_ofOneSetAndSeeds_isJustThat() {
    assertThat(ClassificationStep.plan(List.of("sst2"), List.of(4L, 7L)))
        .extracting(ClassificationStep::key)
        .containsExactly("sst2-model-seed4", "sst2-model-seed7", "sst2-twin-seed4");
  }
}
