package dev.goldcrest.torch;

/**
 * What a run took so far, all processes together that worked on it up to their last checkpoints.
 *
 * @param wattHours of the machine
 * @param cpuSeconds of all threads
 * @param seconds by the clock
 */
public record Spent(double wattHours, double cpuSeconds, double seconds) {
  /** Of a run that begins. */
  public static final Spent NONE = new Spent(0, 0, 0);
}
