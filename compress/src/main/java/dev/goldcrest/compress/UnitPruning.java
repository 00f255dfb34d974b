package dev.goldcrest.compress;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ModelFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Structured pruning: in every layer the least important heads and hidden units go, and the weights
 * become narrower by them.
 *
 * @param heads part of each attention's heads to remove, 0 for none
 * @param hidden part of each feed-forward network's units to remove, 0 for none
 */
public record UnitPruning(double heads, double hidden) {
  private static final String HEADS = "heads";
  private static final String HIDDEN = "hidden";

  public UnitPruning {
    for (double part : new double[] {heads, hidden}) {
      if (!(part >= 0 && part < 1)) {
        throw new IllegalArgumentException(
            "the part of the units to remove must be from 0 to less than 1, got " + part);
      }
    }
    if (heads == 0 && hidden == 0) {
      throw new IllegalArgumentException("no unit is removed");
    }
  }

  /**
   * The rule that a user wrote: {@code 0.25} for both, or {@code heads:0.25}, {@code hidden:0.5} or
   * both with a comma.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static UnitPruning parse(String text) {
    double heads = 0;
    double hidden = 0;
    try {
      for (String part : text.split(",", -1)) {
        int colon = part.indexOf(':');
        String name = colon < 0 ? "" : part.substring(0, colon);
        double value = Double.parseDouble(part.substring(colon + 1));
        if (!name.isEmpty() && !name.equals(HEADS) && !name.equals(HIDDEN)) {
          throw new NumberFormatException(name);
        }
        heads = name.equals(HIDDEN) ? heads : value;
        hidden = name.equals(HEADS) ? hidden : value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "no units are removed by "
              + text
              + "; write a part such as 0.25, or heads:0.25,hidden:0.5",
          e);
    }
    return new UnitPruning(heads, hidden);
  }

  /** As a user writes it. */
  public String text() {
    if (heads == hidden) {
      return Double.toString(heads);
    }
    String some = heads > 0 ? HEADS + ":" + heads : "";
    String others = hidden > 0 ? HIDDEN + ":" + hidden : "";
    return some + (some.isEmpty() || others.isEmpty() ? "" : ",") + others;
  }

  Compression.Result apply(ModelFile model) {
    ModelFile narrow = model;
    List<Change> changes = new ArrayList<>();
    Map<String, Integer> widths = Compression.graph(model.architecture()).widths();
    for (Map.Entry<String, Integer> width : widths.entrySet()) {
      String path = width.getKey();
      double part = path.endsWith(HEADS) ? heads : hidden;
      int units = model.architecture().forms().widths().getOrDefault(path, width.getValue());
      int kept = Math.max(1, units - (int) Math.round(units * part));
      if (kept < units) {
        narrow = narrowed(narrow, path, units, kept, changes);
      }
    }
    return new Compression.Result(narrow, changes);
  }

  /**
   * Which weights a width is a part of shows when it is traced narrower: it writes those whose rows
   * become fewer and is read by those whose columns do.
   */
  private static ModelFile narrowed(
      ModelFile given, String path, int units, int count, List<Change> changes) {
    ModelFile model = whole(given, path, count);
    Architecture before = model.architecture();
    Architecture after = before.with(before.forms().withWidth(path, count));
    Graph wide = Compression.graph(before);
    Graph narrow = Compression.graph(after);
    double[] importance = importance(model, wide, narrow, units);
    int[] kept = Units.best(importance, count);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Value parameter : narrow.parameters().values()) {
      String name = parameter.path();
      float[] weight = model.weights().get(owned(name, kept, units, wide, narrow));
      int axis = axis(wide.parameters().get(name).shape(), parameter.shape());
      int rows = wide.parameters().get(name).shape().at(0);
      values.put(
          name,
          axis < 0
              ? weight
              : axis == 0
                  ? Units.rows(weight, kept, units)
                  : Units.columns(weight, rows, kept, units));
    }
    changes.add(
        new Change(path, Change.Kind.NARROWED, count + " of " + units, lost(importance, kept)));
    return Compression.with(model, after, values);
  }

  /**
   * With whole weights in place of the factors that save nothing in a model narrowed to {@code
   * count} units.
   */
  private static ModelFile whole(ModelFile model, String path, int count) {
    WeightForms forms = model.architecture().forms();
    if (forms.ranks().isEmpty()) {
      return model;
    }
    WeightForms dense = new WeightForms(Map.of(), forms.widths(), Map.of());
    Graph narrow = Compression.graph(model.architecture().with(dense.withWidth(path, count)));
    Map<String, Shape> shapes = Compression.graph(model.architecture()).lowRank();
    Map<String, Integer> ranks = new LinkedHashMap<>(forms.ranks());
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().paths().forEach(name -> values.put(name, model.weights().get(name)));
    for (String name : forms.ranks().keySet()) {
      Shape left = narrow.parameters().get(name).shape();
      if (forms.rank(name) >= Rank.most(left.at(0), left.at(1))) {
        ranks.remove(name);
        values.remove(WeightForms.first(name));
        values.remove(WeightForms.second(name));
        values.put(name, LowRank.whole(model, name, shapes.get(name)).floats());
      }
    }
    WeightForms fewer = new WeightForms(ranks, forms.widths(), forms.stored());
    return Compression.with(model, model.architecture().with(fewer), values);
  }

  /**
   * The weight that takes the place of {@code name}: where each unit has one of its own, numbered
   * in the path, that of the unit that is kept.
   */
  private static String owned(String name, int[] kept, int units, Graph wide, Graph narrow) {
    String[] parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (!part.matches("[0-9]{1,6}") || Integer.parseInt(part) >= kept.length) {
        continue;
      }
      parts[i] = Integer.toString(units - 1);
      String last = String.join(".", parts);
      if (wide.parameters().containsKey(last) && !narrow.parameters().containsKey(last)) {
        parts[i] = Integer.toString(kept[Integer.parseInt(part)]);
        return String.join(".", parts);
      }
      parts[i] = part;
    }
    return name;
  }

  /** The axis that became shorter, or -1. */
  private static int axis(Shape wide, Shape narrow) {
    for (int axis = 0; axis < wide.rank(); axis++) {
      if (wide.at(axis) != narrow.at(axis)) {
        return axis;
      }
    }
    return -1;
  }

  /**
   * By what is written and what is read; of an attention these are values and output. Of factors
   * their product counts.
   */
  private static double[] importance(ModelFile model, Graph wide, Graph narrow, int units) {
    Map<String, Shape> before = shapes(wide);
    String written = null;
    String read = null;
    for (Map.Entry<String, Shape> left : shapes(narrow).entrySet()) {
      String path = left.getKey();
      Shape full = before.get(path);
      int axis = axis(full, left.getValue());
      boolean values = path.endsWith("v.weight");
      if (full.rank() == 2 && axis == 0 && (written == null || values)) {
        written = path;
      } else if (full.rank() == 2 && axis == 1 && read == null) {
        read = path;
      }
    }
    if (written == null || read == null) {
      throw new IllegalArgumentException("nothing writes or nothing reads these units");
    }
    int size = before.get(written).at(0) / units;
    float[] writes = LowRank.whole(model, written, before.get(written)).floats();
    float[] reads = LowRank.whole(model, read, before.get(read)).floats();
    return Units.importance(writes, reads, units, size);
  }

  /** Of all weights, those of low rank as if they were whole. */
  private static Map<String, Shape> shapes(Graph graph) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      shapes.put(parameter.path(), parameter.shape());
    }
    for (String path : graph.lowRank().keySet()) {
      shapes.remove(WeightForms.first(path));
      shapes.remove(WeightForms.second(path));
    }
    shapes.putAll(graph.lowRank());
    return shapes;
  }

  /** The part of the units' importance that went, as a norm. */
  private static double lost(double[] importance, int[] kept) {
    double all = 0;
    for (double each : importance) {
      all += each * each;
    }
    double left = 0;
    for (int unit : kept) {
      left += importance[unit] * importance[unit];
    }
    return all == 0 ? 0 : Math.sqrt(Math.max(0, 1 - left / all));
  }
}
