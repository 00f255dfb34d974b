package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.UserError;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of energy and what it costs in its world.
 *
 * @param wattHours that the building draws: those of the machine times {@link World#pue}
 */
public record Footprint(double wattHours, World world) {
  private static final Pattern AMOUNT =
      Pattern.compile("(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)\\s*(m|k|M|)Wh");

  /** The energy of {@code wattHours} of the machine. */
  public static Footprint ofMachine(double wattHours, World world) {
    return new Footprint(wattHours * world.pue(), world);
  }

  /** Carbon dioxide in kilograms. */
  public double kgCo2() {
    return wattHours / 1000 * world.kgPerKwh();
  }

  /** In the currency of {@link World#pricePerKwh}. */
  public double money() {
    return wattHours / 1000 * world.pricePerKwh();
  }

  /** {@code 4.31 Wh, 2.05 g CO2, 0.000647 at 0.15 a kWh}. */
  public String text() {
    return energy(wattHours)
        + ", "
        + mass(kgCo2())
        + " CO2, "
        + three(money())
        + " at "
        + plain(world.pricePerKwh())
        + " a kWh";
  }

  /** For JSON: wattHours, kgCo2, money and what they follow from. */
  public Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("wattHours", wattHours);
    object.put("kgCo2", kgCo2());
    object.put("money", money());
    object.put("pue", world.pue());
    object.put("kgPerKwh", world.kgPerKwh());
    object.put("pricePerKwh", world.pricePerKwh());
    return object;
  }

  /** Watt-hours of {@code 5Wh}, {@code 300mWh} or {@code 1.2kWh}. */
  public static double parse(String option, String text) {
    Matcher matcher = AMOUNT.matcher(text.trim());
    if (matcher.matches()) {
      double factor =
          switch (matcher.group(2)) {
            case "m" -> 1e-3;
            case "k" -> 1e3;
            case "M" -> 1e6;
            default -> 1;
          };
      double wattHours = Double.parseDouble(matcher.group(1)) * factor;
      if (wattHours > 0 && wattHours < 1e15) {
        return wattHours;
      }
    }
    throw UserError.usage("%s: '%s' is no energy such as 5Wh, 300mWh or 1.2kWh", option, text);
  }

  /** Watt-hours with three digits and a fitting unit. */
  public static String energy(double wattHours) {
    return scaled(wattHours, "Wh");
  }

  /** Kilograms as mg, g, kg or t. */
  public static String mass(double kilograms) {
    return kilograms >= 1000 ? three(kilograms / 1000) + " t" : scaled(kilograms * 1000, "g");
  }

  private static String scaled(double value, String unit) {
    if (value != 0 && Math.abs(value) < 0.0995) {
      return three(value * 1000) + " m" + unit;
    }
    return value >= 999.5 ? three(value / 1000) + " k" + unit : three(value) + " " + unit;
  }

  /** Three significant digits, more only before the point. */
  static String three(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    double size = Math.abs(value);
    int before = (int) Math.floor(Math.log10(size)) + 1;
    before += size >= 0.9995 * Math.pow(10, before) ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + Math.max(0, Math.min(12, 3 - before)) + "f", value);
  }

  private static String plain(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
