package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Every architecture of the registry for every task it knows, at a size for tests. A new one joins
 * by its registry line.
 */
final class SmallModels {
  /** As far as an architecture has a setting of the name. */
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("dim", "16"),
          Map.entry("layers", "2"),
          Map.entry("decoderLayers", "2"),
          Map.entry("heads", "2"),
          Map.entry("ffn", "12"),
          Map.entry("vocabulary", "13"),
          Map.entry("classes", "3"),
          Map.entry("maxLength", "24"),
          Map.entry("kernels", "3,7"),
          Map.entry("wordHidden", "6"),
          Map.entry("groupFactor", "2"),
          Map.entry("crossHeads", "4"),
          Map.entry("wideHeads", "4"),
          Map.entry("convolutionHeads", "2"));

  /** What is tried beside defaults, of each architecture that has the settings of a line. */
  private static final List<String> VARIANTS =
      List.of(
          "",
          "normFirst=true sourceVocabulary=9 tied=false",
          "convolutionHeads=4 convolution=lightweight glu=false kernels=4,1",
          "normFirst=false range=3 inner=gelu first=ffn",
          "decoderFirst=none inner=none",
          "cutoffs=4,9",
          "cutoffs=4 tied=false");

  private SmallModels() {}

  /** One of them; its name says what is set. */
  record Small(String name, Architecture architecture) {
    Task task() {
      return architecture.task();
    }

    int vocabulary(String input) {
      Map<String, String> settings = architecture.settings();
      String own = settings.getOrDefault("sourceVocabulary", "0");
      String shared = settings.get("vocabulary");
      return Integer.parseInt(input.equals("source") && !own.equals("0") ? own : shared);
    }

    /** Weights that are nowhere 0 or 1, so that nothing hides. */
    Map<String, double[]> parameters() {
      Graph graph = architecture.whole();
      Map<String, double[]> parameters = new LinkedHashMap<>();
      graph
          .parameters()
          .forEach(
              (path, value) -> {
                Random random = new Random(path.hashCode());
                double[] values = new double[value.shape().size()];
                for (int i = 0; i < values.length; i++) {
                  values[i] = (float) (0.3 * random.nextGaussian());
                }
                parameters.put(path, values);
              });
      return parameters;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Small> all() {
    List<Small> all = new ArrayList<>();
    for (String name : Architectures.names()) {
      if (!Architectures.of(name, new Settings(Map.of())).readsTokens()) {
        continue;
      }
      Set<String> known = of(name, "").architecture().settings().keySet();
      if (!known.contains("task")) {
        all.add(of(name, ""));
        all.add(formed(of(name, "")));
        continue;
      }
      for (Task task : Task.values()) {
        for (String variant : VARIANTS) {
          boolean fits = known.containsAll(pairs(variant).keySet());
          if (fits && (task == Task.LM || !variant.contains("cutoffs"))) {
            all.add(of(name, "task=" + Settings.text(task) + " " + variant));
            if (variant.isEmpty()) {
              all.add(formed(all.get(all.size() - 1)));
            }
          }
        }
      }
    }
    return all;
  }

  /** With every weight of low rank that can be, and half of every width. */
  static Small formed(Small small) {
    Architecture model = small.architecture();
    Graph graph = model.whole();
    WeightForms forms = WeightForms.NONE;
    for (Map.Entry<String, Integer> width : graph.widths().entrySet()) {
      forms = forms.withWidth(width.getKey(), (width.getValue() + 1) / 2);
    }
    Graph narrow = model.with(forms).trace(Architecture.WHOLE, model.smallest());
    for (Map.Entry<String, Shape> weight : WeightForms.factorisable(narrow).entrySet()) {
      int least = Math.min(weight.getValue().at(0), weight.getValue().at(1));
      forms = forms.withRank(weight.getKey(), Math.min(3, least));
    }
    return new Small(small.name() + " formed", model.with(forms));
  }

  private static Map<String, String> pairs(String line) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : line.trim().split(" ")) {
      if (!pair.isEmpty()) {
        pairs.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    return pairs;
  }

  /** One with these settings beside those of small models. */
  static Small of(String name, String line) {
    Map<String, String> settings = new LinkedHashMap<>();
    Set<String> names = Architectures.of(name, new Settings(Map.of())).settings().keySet();
    for (String known : names) {
      // A table of words instead of a projection would be another architecture.
      boolean twin = known.equals("vocabulary") && names.contains("features");
      if (SMALL.containsKey(known) && !twin) {
        settings.put(known, SMALL.get(known));
      }
    }
    settings.putAll(pairs(line));
    Settings given = new Settings(settings);
    Architecture architecture = Architectures.of(name, given);
    given.requireAllKnown();
    return new Small((name + " " + line.trim()).trim(), architecture);
  }
}
