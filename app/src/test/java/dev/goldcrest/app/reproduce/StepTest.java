package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepTest {
  @Test
  void plan_ofAll_hasEachSetsSeedsAndATwin() {
    List<Step> plan = Step.plan(List.of(), List.of());
    assertThat(plan).hasSize(6 * 3 + 3 + 9 + 1);
    assertThat(plan).extracting(Step::key).doesNotHaveDuplicates().contains("imdb-model-seed1");
    assertThat(plan)
        .extracting(Step::key)
        .doesNotContain("imdb-model-seed2")
        .contains("glosses-demo-seed1");
    assertThat(plan.stream().filter(step -> step.variant() == Step.Variant.TWIN)).hasSize(9);
  }

  @Test
  void plan_ofOneSetAndSeeds_isJustThat() {
    assertThat(Step.plan(List.of("sst2"), List.of(4L, 7L)))
        .extracting(Step::key)
        .containsExactly("sst2-model-seed4", "sst2-model-seed7", "sst2-twin-seed4");
  }
}
