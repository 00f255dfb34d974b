package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Terminal;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What training may take and what that costs: the same options for {@code train}, {@code distill},
 * {@code compress}.
 */
public final class SpendingOptions {
  @Option(
      names = "--max-minutes",
      paramLabel = "N",
      description = "of the whole command: train fewer epochs if the recipe's would take longer")
  private Double maxMinutes;

  @Option(
      names = "--max-energy",
      paramLabel = "ENERGY",
      description = "likewise if training would take more: 5Wh, 300mWh, 1.2kWh")
  private String maxEnergy;

  @Option(
      names = "--emissions",
      paramLabel = "FILE",
      description = "add the run to a CSV file with CodeCarbon's columns")
  private Path emissions;

  @Mixin private WorldOptions world;

  /** What was asked for. The minutes count from now on: call it before any data are read. */
  public Spending spending(Terminal terminal) {
    return new Spending(
        maxMinutes,
        maxEnergy == null ? null : Footprint.parse("--max-energy", maxEnergy),
        world.world(terminal),
        emissions);
  }

  /** An option that was given and means nothing where nothing is trained, or null. */
  public String given() {
    if (maxMinutes != null) {
      return "--max-minutes";
    }
    if (maxEnergy != null) {
      return "--max-energy";
    }
    return emissions != null ? "--emissions" : world.given();
  }
}
