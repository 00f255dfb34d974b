package dev.goldcrest.app.energy;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Processor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The block {@code co2_eq_emissions} in the metadata of a Hugging Face model card
 * (https://huggingface.co/docs/hub/model-cards-co2), whose emissions are grams.
 */
public final class ModelCard {
  private ModelCard() {}

  /** The block of a training. */
  public static Map<String, Object> block(Energy.Reading energy, boolean fineTuned) {
    Footprint footprint = energy.footprint();
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("emissions", footprint.kgCo2() * 1000);
    block.put(
        "source",
        "Goldcrest "
            + Cli.version()
            + ", "
            + (energy.measured() ? "RAPL" : "estimated from CPU time"));
    block.put("training_type", fineTuned ? "fine-tuning" : "pre-training");
    if (!footprint.world().location().isEmpty()) {
      block.put("geographical_location", footprint.world().location());
    }
    block.put(
        "hardware_used", Runtime.getRuntime().availableProcessors() + " x " + Processor.name());
    return block;
  }

  /** The block as YAML, with its name. */
  public static String yaml(Map<String, ?> block) {
    StringBuilder yaml = new StringBuilder("co2_eq_emissions:\n");
    block.forEach(
        (name, value) ->
            yaml.append("  ")
                .append(name)
                .append(": ")
                .append(value instanceof Number ? value : quoted(value.toString()))
                .append('\n'));
    return yaml.toString();
  }

  /** A double-quoted scalar. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(Character.isISOControl(c) ? ' ' : c);
      }
    }
    return quoted.append('"').toString();
  }
}
