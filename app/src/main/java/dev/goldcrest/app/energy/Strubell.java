package dev.goldcrest.app.energy;

/**
 * The cost of a training as Strubell et al., 2019 (arXiv 1906.02243) count it: kWh = PUE hours
 * watts / 1000, CO2 = kWh times that of the grid, money = hours chips price. With {@link
 * World#STRUBELL} it gives the paper's table.
 *
 * @param hours that it lasts
 * @param watts that processors, memory and accelerators draw together meanwhile
 * @param chips accelerators that are rented; 0 for none
 * @param leastPrice of an accelerator's hour, such as a pre-emptible one's
 * @param mostPrice of an accelerator's hour, such as one's on demand
 */
public record Strubell(double hours, double watts, int chips, double leastPrice, double mostPrice) {
  /** An avoirdupois pound. */
  public static final double KILOGRAMS_PER_POUND = 0.45359237;

  /** What it draws in a world. */
  public Footprint footprint(World world) {
    return Footprint.ofMachine(hours * watts, world);
  }

  /** The cheapest rent. */
  public double leastRent() {
    return hours * chips * leastPrice;
  }

  /** The dearest. */
  public double mostRent() {
    return hours * chips * mostPrice;
  }
}
