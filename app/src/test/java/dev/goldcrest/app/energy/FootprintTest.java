package dev.goldcrest.app.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FootprintTest {
  private static Terminal terminal(Map<String, String> environment) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream());
    return new Terminal(out, out, environment, false, 80);
  }

  @ParameterizedTest
  @CsvSource({"5Wh, 5", "300mWh, 0.3", "1.2kWh, 1200", "2 MWh, 2e6", "0.5 Wh, 0.5"})
  void parse_amounts_areWattHours(String text, double wattHours) {
    assertThat(Footprint.parse("--max-energy", text)).isEqualTo(wattHours, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5W", "Wh", "-1Wh", "0Wh", "5wh", "1e99kWh"})
  void parse_otherTexts_areRefusedInASentence(String text) {
    assertThatThrownBy(() -> Footprint.parse("--max-energy", text))
        .isInstanceOf(UserError.class)
        .hasMessage("--max-energy: '" + text + "' is no energy such as 5Wh, 300mWh or 1.2kWh");
  }

  @ParameterizedTest
  @CsvSource({
    "0.00234, 2.34 mWh",
    "4.309, 4.31 Wh",
    "99.96, 100 Wh",
    "1234, 1.23 kWh",
    "1507000, '1,507 kWh'",
    "0, 0 Wh"
  })
  void energy_anyAmount_hasThreeDigitsAndAUnit(double wattHours, String text) {
    assertThat(Footprint.energy(wattHours)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.00002, 20.0 mg", "0.0021, 2.10 g", "12.3456, 12.3 kg", "284019, 284 t"})
  void mass_anyAmount_hasThreeDigitsAndAUnit(double kilograms, String text) {
    assertThat(Footprint.mass(kilograms)).isEqualTo(text);
  }

  @Test
  void world_fromTheEnvironment_replacesTheDefaults() {
    World world =
        World.of(
            terminal(
                Map.of(
                    "GOLDCREST_WATTS_PER_CORE", "7.5",
                    "GOLDCREST_PUE", "1.1",
                    "GOLDCREST_KG_PER_KWH", "0.05",
                    "GOLDCREST_PRICE_PER_KWH", "0.3",
                    "GOLDCREST_LOCATION", "Graz, Austria")));
    assertThat(world).isEqualTo(new World(7.5, 1.1, 0.05, 0.3, "Graz, Austria"));
    assertThat(World.of(terminal(Map.of()))).isEqualTo(World.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "GOLDCREST_PUE, 0.9, '--pue (or GOLDCREST_PUE) must be from 1 to 1000000, got 0.9'",
    "GOLDCREST_KG_PER_KWH, -1, '--kg-per-kwh (or GOLDCREST_KG_PER_KWH) must be from 0 to 1000000,"
        + " got -1.0'",
    "GOLDCREST_PRICE_PER_KWH, NaN, '--price-per-kwh (or GOLDCREST_PRICE_PER_KWH) must be from 0 to"
        + " 1000000, got NaN'",
    "GOLDCREST_PUE, much, 'GOLDCREST_PUE: ''much'' is not a number'"
  })
  void world_ofImpossibleNumbers_isRefusedInASentence(String name, String value, String sentence) {
    assertThatThrownBy(() -> World.of(terminal(Map.of(name, value))))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }
}
