package dev.goldcrest.app.energy;

import java.nio.file.Path;

/**
 * What a run may take, and how what it takes is counted.
 *
 * @param maxMinutes of training, or null; what comes out then depends on the machine's speed
 * @param maxWattHours of training, or null; likewise
 * @param world what energy costs, or null for what the environment says
 * @param emissions a file of CodeCarbon's columns that the run is added to, or null
 */
public record Spending(Double maxMinutes, Double maxWattHours, World world, Path emissions) {
  /** Without limits. */
  public static final Spending FREE = new Spending(null, null, null, null);

  /** Whether there is a limit to what training may take. */
  public boolean limited() {
    return maxMinutes != null || maxWattHours != null;
  }

  /** The limits as the user knows them: {@code 5 minutes}, {@code 2 Wh}, or both. */
  public String limits() {
    String minutes = maxMinutes == null ? "" : maxMinutes + " minutes";
    String energy = maxWattHours == null ? "" : Footprint.energy(maxWattHours);
    return minutes + (limited() && !minutes.isEmpty() && !energy.isEmpty() ? " and " : "") + energy;
  }
}
