package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;

/**
 * What energy costs where the work is done. Every number can be given, on the command line ({@link
 * WorldOptions}) or in the environment; none is a claim about the reader's power plant.
 *
 * @param wattsPerCore power of one busy core, where there is no counter to read
 * @param pue power usage effectiveness: what the building draws for each watt of the machine
 * @param kgPerKwh carbon dioxide of a kilowatt-hour, in kilograms
 * @param pricePerKwh of a kilowatt-hour, in a currency of the reader's choice
 * @param location as a model card says it; empty where nobody said
 */
public record World(
    double wattsPerCore, double pue, double kgPerKwh, double pricePerKwh, String location) {
  /**
   * A server's or desktop's busy core is rated at 5-15 W; no building; the world's average grid as
   * the International Energy Agency gave it for 2018 (475 g), which CodeCarbon assumes too; about
   * what households pay, in dollars.
   */
  public static final World DEFAULT = new World(10, 1, 0.475, 0.15, "");

  /** Strubell et al., 2019: the average data centre of 2018, and 0.954 pounds of the US grid. */
  public static final World STRUBELL =
      new World(10, 1.58, 0.954 * Strubell.KILOGRAMS_PER_POUND, 0.15, "");

  private static final double MOST = 1e6;

  public World {
    require("--watts", "GOLDCREST_WATTS_PER_CORE", wattsPerCore, 0, MOST);
    require("--pue", "GOLDCREST_PUE", pue, 1, MOST);
    require("--kg-per-kwh", "GOLDCREST_KG_PER_KWH", kgPerKwh, 0, MOST);
    require("--price-per-kwh", "GOLDCREST_PRICE_PER_KWH", pricePerKwh, 0, MOST);
  }

  private static void require(
      String option, String variable, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw UserError.usage(
          "%s (or %s) must be from %.0f to %.0f, got %s", option, variable, least, most, value);
    }
  }

  /** The defaults with what the environment says. */
  public static World of(Terminal terminal) {
    return new World(
        number(terminal, "GOLDCREST_WATTS_PER_CORE", DEFAULT.wattsPerCore),
        number(terminal, "GOLDCREST_PUE", DEFAULT.pue),
        number(terminal, "GOLDCREST_KG_PER_KWH", DEFAULT.kgPerKwh),
        number(terminal, "GOLDCREST_PRICE_PER_KWH", DEFAULT.pricePerKwh),
        terminal.environment("GOLDCREST_LOCATION", DEFAULT.location));
  }

  private static double number(Terminal terminal, String variable, double otherwise) {
    String given = terminal.environment(variable, "");
    if (given.isEmpty()) {
      return otherwise;
    }
    try {
      return Double.parseDouble(given);
    } catch (NumberFormatException e) {
      throw UserError.usage("%s: '%s' is not a number", variable, given);
    }
  }
}
