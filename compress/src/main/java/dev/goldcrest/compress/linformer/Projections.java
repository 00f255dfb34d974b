package dev.goldcrest.compress.linformer;

import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.nn.ProjectedAttention.Sharing;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What attention is to look at instead of all steps.
 *
 * @param rows k, to which keys and values are projected
 * @param sharing who has projections of its own
 */
public record Projections(int rows, Sharing sharing) {
  public Projections {
    if (rows < 1) {
      throw new IllegalArgumentException("attention needs at least 1 row, got " + rows);
    }
  }

  /** So many rows, projections for each layer. */
  public static Projections of(int rows) {
    return new Projections(rows, Sharing.HEADWISE);
  }

  /**
   * What a user wrote: {@code 128}, or {@code 128:layerwise}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Projections parse(String text) {
    int colon = text.indexOf(':');
    String rows = colon < 0 ? text : text.substring(0, colon);
    try {
      Projections each = of(Integer.parseInt(rows));
      return colon < 0 ? each : new Projections(each.rows, sharing(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      String names =
          Arrays.stream(Sharing.values()).map(Settings::text).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "no projections are called "
              + text
              + "; write the rows, such as 128, or who shares them too: 128:layerwise, of "
              + names,
          e);
    }
  }

  private static Sharing sharing(String name) {
    return Sharing.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** What {@link #parse} reads. */
  public String text() {
    return sharing == Sharing.HEADWISE ? "" + rows : rows + ":" + Settings.text(sharing);
  }
}
