package dev.goldcrest.app.energy;

import java.nio.file.Path;

/**
 * What a run may take, and how what it takes is counted.
 *
 * @param maxMinutes from {@code since} to the model, or null; what comes out then depends on the
 *     machine's speed
 * @param maxWattHours of training, or null; likewise
 * @param world what energy costs, or null for what the environment says
 * @param emissions a file of CodeCarbon's columns that the run is added to, or null
 * @param since {@link System#nanoTime} from which the minutes count
 */
public record Spending(
    Double maxMinutes, Double maxWattHours, World world, Path emissions, long since) {
  /** Without limits. */
  public static final Spending FREE = new Spending(null, null, null, null);

  /** The minutes count from now on; make it before any data are read. */
  public Spending(Double maxMinutes, Double maxWattHours, World world, Path emissions) {
    this(maxMinutes, maxWattHours, world, emissions, System.nanoTime());
  }

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
