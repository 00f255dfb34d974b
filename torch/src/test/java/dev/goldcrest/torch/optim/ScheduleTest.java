package dev.goldcrest.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final Offset<Double> EXACT = within(1e-15);

  private static final Map<String, Schedule> FAIRSEQ =
      Map.of(
          "inverse_sqrt.warmup6", new Schedule.FairseqInverseSqrt(0.0005, 6, 1e-7),
          "inverse_sqrt.warmup4.init-1", new Schedule.FairseqInverseSqrt(0.001, 4, -1),
          "cosine.lite-wmt-scaled", new Schedule.FairseqCosine(1e-7, 0.001, 5, 1e-7, 15, 1, 1),
          "cosine.lite-lm-scaled", new Schedule.FairseqCosine(1e-4, 1, 3, 1e-7, 5, 2, 0.75),
          "cosine.no-warmup-restart", new Schedule.FairseqCosine(1e-5, 0.01, 0, -1, 6, 1, 0.1));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inverse_sqrt.warmup6",
        "inverse_sqrt.warmup4.init-1",
        "cosine.lite-wmt-scaled",
        "cosine.lite-lm-scaled",
        "cosine.no-warmup-restart"
      })
  void rate_fairseqSchedules_areThePublishedProgramsRates(String name) {
    double[] expected = GoldenNumbers.read("schedules.tsv").get(name);
    assertThat(expected).hasSize(21);
    for (int update = 0; update < expected.length; update++) {
      assertThat(FAIRSEQ.get(name).rate(update))
          .as("update %d", update)
          .isCloseTo(expected[update], Percentage.withPercentage(1e-7));
    }
  }

  @Test
  void rate_inverseSqrtWithoutWarmup_startsAtThePeak() {
    assertThat(new Schedule.FairseqInverseSqrt(0.5, 0, -1).rate(0)).isEqualTo(0.5);
  }

  @Test
  void rate_warmupLinear_isTheHandWorkedRamp() {
    Schedule schedule = new Schedule.WarmupLinear(1, 4, 12, 0.2);
    assertThat(schedule.rate(0)).isCloseTo(0.25, EXACT);
    assertThat(schedule.rate(3)).isCloseTo(1, EXACT);
    assertThat(schedule.rate(4)).isCloseTo(1, EXACT);
    assertThat(schedule.rate(8)).isCloseTo(0.6, EXACT);
    assertThat(schedule.rate(12)).isCloseTo(0.2, EXACT);
    assertThat(schedule.rate(1000)).isCloseTo(0.2, EXACT);
  }

  @Test
  void rate_warmupCosine_isTheHandWorkedCurve() {
    Schedule schedule = new Schedule.WarmupCosine(2, 2, 10, 0);
    assertThat(schedule.rate(0)).isCloseTo(1, EXACT);
    assertThat(schedule.rate(2)).isCloseTo(2, EXACT);
    assertThat(schedule.rate(4)).isCloseTo(1 + Math.cos(Math.PI / 4), EXACT);
    assertThat(schedule.rate(6)).isCloseTo(1, EXACT);
    assertThat(schedule.rate(10)).isCloseTo(0, EXACT);
    assertThat(schedule.rate(99)).isCloseTo(0, EXACT);
  }

  @Test
  void rate_withoutWarmup_startsAtThePeak() {
    assertThat(new Schedule.WarmupLinear(3, 0, 10, 0).rate(0)).isEqualTo(3);
    assertThat(new Schedule.WarmupCosine(3, 0, 10, 0).rate(0)).isEqualTo(3);
    assertThat(new Schedule.Constant(3).rate(77)).isEqualTo(3);
  }

  @Test
  void rate_shorterThanItsWarmup_neverExceedsThePeak() {
    Schedule schedule = new Schedule.WarmupCosine(1, 100, 50, 0);
    for (long update = 0; update < 200; update++) {
      assertThat(schedule.rate(update)).isBetween(0.0, 1.0);
    }
  }

  /** golden lstr/schedule-warmup-cosine: factor 0.3, 8 of 20 updates of warm-up. */
  @Test
  void rate_cosineTimesWarmup_isLstrs() {
    Schedule schedule = new Schedule.CosineTimesWarmup(7e-5, 0.3, 8, 20);
    double[] expected = {
      2.1e-05, 2.6958023119321556e-05, 3.2436314583406924e-05, 3.7229190944958486e-05,
      4.115513662203005e-05, 4.406469378937776e-05, 4.584729915994516e-05, 4.643682158543177e-05,
      4.581559480312316e-05, 4.047520627640808e-05, 3.5e-05, 2.9524793723591925e-05
    };
    for (int update = 0; update < expected.length; update++) {
      assertThat(schedule.rate(update)).isCloseTo(expected[update], EXACT);
    }
    assertThat(schedule.rate(19)).isCloseTo(4.309080791701819e-07, EXACT);
  }
}
