package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The verb {@code cost} without a model: carbon dioxide and money of an amount of energy, of hours
 * at a power (Strubell et al., 2019), or of a training that was recorded.
 */
public final class Calculator {
  private static final double MOST = 1e15;

  @Option(
      names = "--energy",
      paramLabel = "ENERGY",
      description = "without a model: what 5Wh or 27kWh of a machine cost in the world")
  private String energy;

  @Option(
      names = "--hours",
      paramLabel = "N",
      description = "without a model: what so long at --power costs, as Strubell et al. count")
  private Double hours;

  @Option(names = "--power", paramLabel = "W", description = "watts of all parts together")
  private Double power;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "accelerators that are rented for --hours")
  private Integer chips;

  @Option(
      names = "--chip-price",
      paramLabel = "LEAST[,MOST]",
      description = "of one for an hour, such as 0.74,2.48")
  private String chipPrice;

  @Option(
      names = "--run",
      paramLabel = "FILE",
      description = "without a model: what a run record (MODEL.run.json) says, as a model card")
  private Path run;

  /** Whether a calculation is asked for, and no model. */
  public boolean asked() {
    return energy != null
        || hours != null
        || power != null
        || chips != null
        || chipPrice != null
        || run != null;
  }

  /**
   * The calculation.
   *
   * @param options what the command line says of the world
   */
  public Report report(Terminal terminal, WorldOptions options) throws IOException {
    int kinds = (energy == null ? 0 : 1) + (hours == null ? 0 : 1) + (run == null ? 0 : 1);
    if (kinds != 1 || (hours == null) != (power == null)) {
      throw UserError.usage("cost: give --energy, or --hours with --power, or --run");
    }
    if ((chips == null) != (chipPrice == null) || (chips != null && hours == null)) {
      throw UserError.usage("cost: --chips and --chip-price go together, with --hours");
    }
    if (run != null && options.given() != null) {
      throw UserError.usage("cost: %s: a run record says so itself; leave it out", options.given());
    }
    options.refuseLocation("cost");
    if (options.watts() != null) {
      throw UserError.usage(
          "cost: --watts is of a busy core; leave it out beside --energy, --hours");
    }
    if (run != null) {
      return card();
    }
    World world = options.world(terminal);
    if (energy != null) {
      double wattHours = Footprint.parse("--energy", energy);
      return new Sum(Footprint.ofMachine(wattHours, world), null);
    }
    boolean sane = hours > 0 && hours < MOST && power > 0 && power < MOST;
    if (!sane || (chips != null && chips < 1)) {
      throw UserError.usage("cost: --hours, --power and --chips must be above 0 and below 1e15");
    }
    double[] prices = prices();
    Strubell strubell = new Strubell(hours, power, chips == null ? 0 : chips, prices[0], prices[1]);
    return new Sum(strubell.footprint(world), strubell);
  }

  private double[] prices() {
    if (chipPrice == null) {
      return new double[2];
    }
    try {
      String[] parts = chipPrice.split(",", -1);
      double least = Double.parseDouble(parts[0]);
      double most = parts.length == 1 ? least : Double.parseDouble(parts[1]);
      if (parts.length <= 2 && least >= 0 && most >= least && most < MOST) {
        return new double[] {least, most};
      }
    } catch (NumberFormatException e) {
      // Falls through to the sentence below.
    }
    throw UserError.usage("cost: --chip-price: '%s' is not LEAST or LEAST,MOST", chipPrice);
  }

  private Report card() throws IOException {
    if (!Files.isRegularFile(run) || !Files.isReadable(run)) {
      throw UserError.failed("%s cannot be read; train writes MODEL.run.json", run);
    }
    Map<String, Object> record;
    try {
      record = Json.parseObject(Files.readString(run));
    } catch (JsonException | CharacterCodingException e) {
      throw UserError.failed("%s is no run record: it is not JSON", run);
    }
    if (!(record.get("co2_eq_emissions") instanceof Map<?, ?> block)) {
      throw UserError.failed("%s is no run record with an energy; train again", run);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    block.forEach((name, value) -> values.put(name.toString(), value));
    return new Card(values);
  }

  private record Card(Map<String, Object> block) implements Report {
    @Override
    public void print(PrintStream out) {
      out.print(ModelCard.yaml(block));
    }

    @Override
    public Object json() {
      return Map.of("co2_eq_emissions", block);
    }
  }

  private record Sum(Footprint footprint, Strubell strubell) implements Report {
    @Override
    public void print(PrintStream out) {
      double kilograms = footprint.kgCo2();
      double pounds = kilograms / Strubell.KILOGRAMS_PER_POUND;
      World world = footprint.world();
      row(out, "energy", Footprint.energy(footprint.wattHours()), "PUE " + world.pue());
      row(
          out,
          "CO2",
          Footprint.mass(kilograms),
          String.format(
              Locale.ROOT, "%s lb at %.3f kg a kWh", Footprint.three(pounds), world.kgPerKwh()));
      row(
          out,
          "electricity",
          Footprint.three(footprint.money()),
          "at " + world.pricePerKwh() + " a kWh");
      if (strubell != null && strubell.chips() > 0) {
        String range =
            String.format(Locale.ROOT, "%,.0f-%,.0f", strubell.leastRent(), strubell.mostRent());
        row(out, "rent", range, strubell.chips() + " x " + strubell.hours() + " h");
      }
    }

    private static void row(PrintStream out, String what, String value, String note) {
      out.printf(Locale.ROOT, "%-12s %16s  %s%n", what, value, note);
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>(footprint.json());
      object.put("poundsCo2", footprint.kgCo2() / Strubell.KILOGRAMS_PER_POUND);
      if (strubell != null && strubell.chips() > 0) {
        object.put("leastRent", strubell.leastRent());
        object.put("mostRent", strubell.mostRent());
      }
      return object;
    }
  }
}
