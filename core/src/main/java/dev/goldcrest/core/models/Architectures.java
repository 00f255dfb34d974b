package dev.goldcrest.core.models;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The registry: an architecture is one line here. */
public final class Architectures {
  private static final Map<String, Entry> ENTRIES = new LinkedHashMap<>();

  static {
    add(
        ProFormer.NAME,
        ProFormer::from,
        Map.of("paper", "", "tiny", Presets.PROFORMER_TINY, "encoder", Presets.PROFORMER_ENCODER));
    add(Bert.NAME, Bert::from, Presets.BERT);
    add(VanillaTransformer.NAME, VanillaTransformer::from, Presets.TRANSFORMER);
    add(Linformer.NAME, Linformer::from, Presets.LINFORMER);
    add(LiteTransformer.NAME, LiteTransformer::from, Presets.LITE_TRANSFORMER);
    add(EvolvedTransformer.NAME, EvolvedTransformer::from, Presets.EVOLVED_TRANSFORMER);
    add(MaskAttention.NAME, MaskAttention::from, Presets.MASK_ATTENTION);
    add(Lstr.NAME, Lstr::from, Map.of("paper", "", "tiny", Presets.LSTR_TINY));
  }

  private Architectures() {}

  private record Entry(Function<Settings, Architecture> from, Map<String, String> presets) {}

  private static void add(
      String name, Function<Settings, Architecture> from, Map<String, String> presets) {
    ENTRIES.put(name, new Entry(from, presets));
  }

  /** Names that {@link #of} takes. */
  public static Collection<String> names() {
    return Collections.unmodifiableSet(ENTRIES.keySet());
  }

  /** The presets of an architecture. */
  public static List<String> presets(String name) {
    List<String> presets = new java.util.ArrayList<>(entry(name).presets().keySet());
    Collections.sort(presets);
    return presets;
  }

  /** The settings of a preset, by name. */
  public static Map<String, String> preset(String name, String preset) {
    String line = entry(name).presets().get(preset);
    if (line == null) {
      throw new IllegalArgumentException(
          name + " has no preset " + preset + Nearest.hint(preset, presets(name)));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : line.split(" ")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        settings.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return settings;
  }

  /**
   * The architecture {@code name} with {@code settings}; unknown settings are the caller's to
   * refuse.
   */
  public static Architecture of(String name, Settings settings) {
    return entry(name).from().apply(settings);
  }

  private static Entry entry(String name) {
    Entry entry = ENTRIES.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "unknown architecture " + name + Nearest.hint(name, names()));
    }
    return entry;
  }
}
