package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.energy.Footprint;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a whole training will take, told from the first epoch that is wholly of this process: as
 * much for each of the epochs that are planned.
 *
 * @param epochs from that one on
 * @param seconds of all of them
 * @param footprint of all of them and of what came before
 */
public record Forecast(int epochs, double seconds, Footprint footprint) {
  /**
   * @param seconds of the first
   * @param before what was used before it
   * @param after what was used at its end
   */
  static Forecast of(double seconds, Footprint before, Footprint after, int epochs) {
    double one = after.wattHours() - before.wattHours();
    Footprint all = new Footprint(before.wattHours() + one * epochs, after.world());
    return new Forecast(epochs, seconds * epochs, all);
  }

  String sentence() {
    return String.format(
        Locale.ROOT,
        "the whole run will take about %s and %s, if it needs all %d epochs",
        Progress.duration(seconds),
        footprint.text(),
        epochs);
  }

  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("epochs", epochs);
    object.put("seconds", seconds);
    object.put("wattHours", footprint.wattHours());
    object.put("kgCo2", footprint.kgCo2());
    object.put("money", footprint.money());
    return object;
  }
}
