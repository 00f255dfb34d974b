package dev.goldcrest.app.energy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Table 3 of Strubell et al., 2019; its hours and watts are rounded as printed there. */
class StrubellTest {
  /**
   * Transformer-base on 8 P100 for 12 h; BERT-base on 64 V100 for 79 h (its money shows 79.2); the
   * search for the Evolved Transformer.
   */
  @ParameterizedTest
  @CsvSource({
    "12, 1415.78, 8, 0.43, 1.46, 27, 26, 41, 140",
    "79.2, 12041.51, 64, 0.74, 2.48, 1507, 1438, 3751, 12571",
    "274120, 1515.43, 0, 0, 0, 656347, 626155, 0, 0"
  })
  void footprint_inStrubellsWorld_isThePublishedRow(
      double hours,
      double watts,
      int chips,
      double least,
      double most,
      long kilowattHours,
      long pounds,
      long leastRent,
      long mostRent) {
    Strubell training = new Strubell(hours, watts, chips, least, most);
    Footprint footprint = training.footprint(World.STRUBELL);
    assertThat(Math.round(footprint.wattHours() / 1000)).isEqualTo(kilowattHours);
    assertThat(Math.round(footprint.kgCo2() / Strubell.KILOGRAMS_PER_POUND)).isEqualTo(pounds);
    assertThat(Math.round(training.leastRent())).isEqualTo(leastRent);
    assertThat(Math.round(training.mostRent())).isEqualTo(mostRent);
  }
}
