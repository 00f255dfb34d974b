package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.UserError;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that turn multiply-adds into energy: nothing is run for it. */
public final class ComputeOptions {
  /** A backward pass takes twice the multiply-adds of a forward pass. */
  private static final int TRAINING_PASSES = 3;

  private static final double MOST = 1e15;
  private static final double USUAL_GMACS = 10;

  @Option(
      names = "--gmacs",
      paramLabel = "N",
      description = "10^9 multiply-adds that a core does in a second, for the energy (default: 10)")
  private Double gmacs;

  @Option(
      names = "--passes",
      paramLabel = "N",
      description = "forward passes that the energy is of (default: 1000)")
  private Long passes;

  @Option(
      names = "--training-examples",
      paramLabel = "N",
      description = "examples times epochs to train on instead: three passes each")
  private Long trainingExamples;

  /**
   * An amount of multiply-adds and what it costs.
   *
   * @param what {@code 1,000 passes}
   * @param how the formula with its numbers
   */
  public record Estimate(String what, String how, double gmacs, Footprint footprint) {
    /** {@code 1,000 passes: 0.31 mWh...}. */
    public String text() {
      return what + ": " + footprint.text() + " (" + how + ")";
    }

    /** For JSON. */
    public Map<String, Object> json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("of", what);
      object.putAll(footprint.json());
      object.put("measured", false);
      object.put("gmacsPerSecond", gmacs);
      object.put("how", how);
      return object;
    }
  }

  /** An option that was given, or null. */
  public String given() {
    if (gmacs != null) {
      return "--gmacs";
    }
    return passes != null ? "--passes" : trainingExamples != null ? "--training-examples" : null;
  }

  /** What is asked for, of a model with so many multiply-adds a pass. */
  public Estimate estimate(long macs, World world) {
    boolean training = trainingExamples != null;
    if (training && passes != null) {
      throw UserError.usage("cost: give --passes or --training-examples, not both");
    }
    long count = training ? trainingExamples : passes == null ? 1000 : passes;
    double rate = gmacs == null ? USUAL_GMACS : gmacs;
    if (!(rate > 0 && rate < MOST) || count < 1) {
      throw UserError.usage(
          "cost: --gmacs, --passes and --training-examples must be above 0 and finite");
    }
    double times = training ? (double) TRAINING_PASSES * count : count;
    double wattHours = times * macs / (rate * 1e9) * world.wattsPerCore() / 3600;
    String what =
        String.format(Locale.ROOT, training ? "training on %,d examples" : "%,d passes", count);
    String how =
        String.format(
            Locale.ROOT,
            "estimated: %s%,d multiply-adds / %s GMAC/s x %s W a core%s",
            training ? TRAINING_PASSES + " x " : "",
            macs,
            rate,
            world.wattsPerCore(),
            world.pue() == 1 ? "" : " x PUE " + world.pue());
    return new Estimate(what, how, rate, Footprint.ofMachine(wattHours, world));
  }
}
