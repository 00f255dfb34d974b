package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import picocli.CommandLine.Option;

/** The options that say what energy costs; what is not given is the environment's. */
public final class WorldOptions {
  @Option(
      names = "--watts",
      paramLabel = "W",
      description = "power of a busy core, where no counter can be read (default: 10)")
  private Double watts;

  @Option(
      names = "--pue",
      paramLabel = "N",
      description = "watts of the building for each of the machine (default: 1)")
  private Double pue;

  @Option(
      names = "--kg-per-kwh",
      paramLabel = "KG",
      description = "carbon dioxide of a kilowatt-hour (default: 0.475)")
  private Double kgPerKwh;

  @Option(
      names = "--price-per-kwh",
      paramLabel = "PRICE",
      description = "of a kilowatt-hour, in any currency (default: 0.15)")
  private Double pricePerKwh;

  @Option(
      names = "--location",
      paramLabel = "TEXT",
      description = "where that is, for model cards: 'Graz, Austria'")
  private String location;

  /** Of a busy core, or null. */
  Double watts() {
    return watts;
  }

  /** Refuses a place where nothing writes a model card. */
  public void refuseLocation(String verb) {
    if (location != null) {
      throw UserError.usage("%s: --location is for model cards, which a training writes", verb);
    }
  }

  /** An option that was given, or null. */
  String given() {
    if (watts != null) {
      return "--watts";
    }
    if (pue != null) {
      return "--pue";
    }
    if (kgPerKwh != null) {
      return "--kg-per-kwh";
    }
    return pricePerKwh != null ? "--price-per-kwh" : location != null ? "--location" : null;
  }

  /** What was given, above the environment, above the defaults. */
  public World world(Terminal terminal) {
    World world = World.of(terminal);
    return new World(
        watts == null ? world.wattsPerCore() : watts,
        pue == null ? world.pue() : pue,
        kgPerKwh == null ? world.kgPerKwh() : kgPerKwh,
        pricePerKwh == null ? world.pricePerKwh() : pricePerKwh,
        location == null ? world.location() : location);
  }
}
