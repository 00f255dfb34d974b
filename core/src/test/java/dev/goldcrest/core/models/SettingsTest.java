package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private enum Colour {
    LIGHT_RED,
    BLUE
  }

  private static Settings of(String name, String value) {
    return new Settings(Map.of(name, value));
  }

  @Test
  void readers_givenValues_returnThem() {
    assertThat(of("dim", " 12 ").integer("dim", 3, 1, 20)).isEqualTo(12);
    assertThat(of("rate", "1e-3").number("rate", 3, 0, 1)).isEqualTo(0.001);
    assertThat(of("pre", "true").flag("pre", false)).isTrue();
    assertThat(of("seed", "-9223372036854775808").seed("seed", 1)).isEqualTo(Long.MIN_VALUE);
    assertThat(of("colour", "light-red").choice("colour", Colour.BLUE, Colour.values()))
        .isEqualTo(Colour.LIGHT_RED);
  }

  @Test
  void readers_nothingGiven_returnTheFallback() {
    Settings none = new Settings(Map.of());
    assertThat(none.integer("dim", 3, 1, 20)).isEqualTo(3);
    assertThat(none.number("rate", 0.5, 0, 1)).isEqualTo(0.5);
    assertThat(none.flag("pre", true)).isTrue();
    assertThat(none.seed("seed", 7)).isEqualTo(7);
    assertThat(none.choice("colour", Colour.BLUE, Colour.values())).isEqualTo(Colour.BLUE);
    assertThat(none.has("dim")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "21", "1.5", "", "twelve", "99999999999", "0x10"})
  void integer_outsideItsBoundsOrNoNumber_namesSettingBoundsAndText(String text) {
    assertThatThrownBy(() -> of("dim", text).integer("dim", 3, 1, 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting dim must be a whole number from 1 to 20, got '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.01", "NaN", "Infinity", "half", ""})
  void number_outsideItsBoundsOrNoNumber_namesSettingBoundsAndText(String text) {
    assertThatThrownBy(() -> of("rate", text).number("rate", 0.5, 0, 1))
        .hasMessage("setting rate must be a number from 0.0 to 1.0, got '" + text + "'");
  }

  @Test
  void others_wrongText_nameTheChoices() {
    assertThatThrownBy(() -> of("pre", "yes").flag("pre", true))
        .hasMessage("setting pre must be true or false, got 'yes'");
    assertThatThrownBy(
            () -> of("colour", "LIGHT_RED").choice("colour", Colour.BLUE, Colour.values()))
        .hasMessage("setting colour must be one of [light-red, blue], got 'LIGHT_RED'");
    assertThatThrownBy(() -> of("seed", "1e3").seed("seed", 1))
        .hasMessage("setting seed must be a whole number, got '1e3'");
  }

  @Test
  void requireAllKnown_misspelt_namesTheNearest() {
    Settings settings = of("groupFacter", "2");
    settings.integer("groupFactor", 4, 1, 9);
    settings.integer("dim", 4, 1, 9);
    assertThatThrownBy(settings::requireAllKnown)
        .hasMessage("unknown setting groupFacter; did you mean groupFactor?");
    assertThat(settings.known()).containsExactly("groupFactor", "dim");
  }

  @Test
  void requireAllKnown_everythingRead_isSilent() {
    Settings settings = of("dim", "2");
    settings.integer("dim", 4, 1, 9);
    settings.requireAllKnown();
  }

  @Test
  void withDefaults_givenWins() {
    Settings settings = of("dim", "2").withDefaults(Map.of("dim", "3", "heads", "4"));
    assertThat(settings.integer("dim", 1, 1, 9)).isEqualTo(2);
    assertThat(settings.integer("heads", 1, 1, 9)).isEqualTo(4);
  }
}
