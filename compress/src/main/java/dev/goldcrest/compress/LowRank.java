package dev.goldcrest.compress;

import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.compress.matrix.Svd;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ModelFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Factorises the weights of a model that a compression means. Where it is known what a linear
 * reads, its factors are those that err least on that: the SVD is of the weight times a root of the
 * inputs' second moments, which is then taken off again (SVD-LLM, arXiv 2403.07378).
 *
 * <p>A weight that is two factors already is factorised anew from their product, if its rank
 * becomes lower by that.
 */
final class LowRank {
  private final Compression plan;
  private final Calibration calibration;

  /**
   * @param calibration what data the linears read, or null
   */
  LowRank(Compression plan, Calibration calibration) {
    this.plan = plan;
    this.calibration = calibration;
  }

  /**
   * A weight that is meant.
   *
   * @param most where two factors begin to save
   * @param present its rank if it is two factors already, or 0
   */
  private record Target(String path, Shape shape, Rank rule, int most, int present) {
    /** The rank that it gets, or 0 where it is left. */
    int rank(double[] singular) {
      int rank = rule.of(most, singular);
      return present > 0 && rank >= present ? 0 : rank;
    }

    /** Why it is left. */
    String why() {
      if (present > 0) {
        return "rank " + present + " already";
      }
      return rule instanceof Rank.Ratio
          ? "too small for a rank of " + rule.text()
          : "factors by " + rule.text() + " would be no smaller";
    }
  }

  /** What became of a weight; no factors where it was left. */
  private record Found(Target target, Svd.Factors factors, Change change) {}

  Compression.Result apply(ModelFile model) {
    List<Found> found =
        targets(Compression.graph(model.architecture())).parallelStream()
            .map(target -> factorise(target, whole(model, target.path(), target.shape())))
            .collect(Collectors.toList());
    WeightForms forms = model.architecture().forms();
    Map<String, float[]> values = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> values.put(path, model.weights().get(path)));
    List<Change> changes = new ArrayList<>();
    for (Found each : found) {
      changes.add(each.change());
      if (each.factors() != null) {
        String path = each.target().path();
        forms = forms.withRank(path, each.factors().left().columns());
        values.remove(path);
        values.put(WeightForms.first(path), each.factors().right().floats());
        values.put(WeightForms.second(path), each.factors().left().floats());
      }
    }
    Architecture low = model.architecture().with(forms);
    return new Compression.Result(Compression.with(model, low, values), changes);
  }

  /** A weight (out, in), or (out, in K), of low rank as the product of its factors. */
  static Matrix whole(ModelFile model, String path, Shape shape) {
    int rows = shape.at(0);
    int rank = model.architecture().forms().rank(path);
    if (rank == 0) {
      return Matrix.of(rows, shape.size() / rows, model.weights().get(path));
    }
    float[] first = model.weights().get(WeightForms.first(path));
    return Matrix.of(rows, rank, model.weights().get(WeightForms.second(path)))
        .times(Matrix.of(rank, first.length / rank, first));
  }

  /**
   * The forms of a model whose weights are not trained yet: factors then start at random. How they
   * are stored is left out.
   *
   * @throws IllegalArgumentException for a rank by energy, which needs trained weights
   */
  static WeightForms byDesign(Compression plan, Architecture architecture) {
    WeightForms forms = architecture.forms().unstored();
    for (Target target : new LowRank(plan, null).targets(Compression.graph(architecture))) {
      int rank = target.rank(null);
      forms = rank == 0 ? forms : forms.withRank(target.path(), rank);
    }
    return forms;
  }

  /** What {@link #byDesign} does to each weight that the plan means. */
  static List<Change> changesByDesign(Compression plan, Architecture architecture) {
    List<Change> changes = new ArrayList<>();
    for (Target target : new LowRank(plan, null).targets(Compression.graph(architecture))) {
      int rank = target.rank(null);
      changes.add(
          rank == 0
              ? new Change(target.path(), Change.Kind.LEFT, target.why(), 0)
              : new Change(target.path(), Change.Kind.FACTORISED, "rank " + rank, 0));
    }
    return changes;
  }

  /** Paths of the parameters that are tables of vectors, both factors of one included. */
  static Set<String> tables(Graph graph) {
    Set<String> tables = new HashSet<>();
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Gather) {
        tables.add(value.input(0).path());
      }
    }
    for (String path : graph.lowRank().keySet()) {
      if (tables.contains(WeightForms.second(path))) {
        tables.add(WeightForms.first(path));
      }
    }
    return tables;
  }

  /**
   * Paths of the weights whose linears a model ends with: nothing but softmaxes and how their parts
   * are put together (an adaptive softmax) comes after them.
   */
  private static Set<String> ends(Graph graph) {
    Set<String> ends = new HashSet<>();
    Set<Value> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(graph.outputs().values());
    while (!open.isEmpty()) {
      Value value = open.pop();
      Op op = value.op();
      if (!seen.add(value)) {
        continue;
      }
      if (op instanceof Op.Linear) {
        ends.add(value.input(1).path());
      } else if (op instanceof Op.Softmax
          || op instanceof Op.Slice
          || op instanceof Op.Concat
          || op instanceof Op.Binary) {
        open.addAll(value.inputs());
      }
    }
    return ends;
  }

  private List<Target> targets(Graph graph) {
    Set<String> tables = tables(graph);
    Set<String> ends = ends(graph);
    List<Target> targets = new ArrayList<>();
    Map<String, Shape> shapes = new LinkedHashMap<>(WeightForms.factorisable(graph));
    shapes.putAll(graph.lowRank());
    shapes.forEach(
        (path, shape) -> {
          int present = graph.forms().rank(path);
          // A table's rows, and what an output is made with, are those of its second factor.
          String read = present > 0 ? WeightForms.second(path) : path;
          boolean table = tables.contains(read);
          Rank rule = table ? plan.tableRank() : plan.rank();
          if (rule != null && (table || plan.outputs() || !ends.contains(read))) {
            // Of a convolution the package looks at the channels alone, and so do we.
            int most = Rank.most(shape.at(0), shape.at(1));
            targets.add(new Target(path, shape, rule, most, present));
          }
        });
    return targets;
  }

  private Found factorise(Target target, Matrix weight) {
    String reads = target.present() > 0 ? WeightForms.first(target.path()) : target.path();
    Matrix root = calibration == null ? null : calibration.root(reads);
    Matrix seen = root == null ? weight : weight.times(root);
    Svd svd = target.rule() instanceof Rank.Energy ? Svd.of(seen) : null;
    int rank = target.rank(svd == null ? null : svd.singular());
    if (rank == 0) {
      Change left = new Change(target.path(), Change.Kind.LEFT, target.why(), 0);
      return new Found(target, null, left);
    }
    Svd.Factors factors = plan.solver().factors(seen, svd, rank);
    double norm = seen.norm();
    double error = norm == 0 ? 0 : factors.product().distance(seen) / norm;
    if (root != null) {
      factors = new Svd.Factors(factors.left(), factors.right().overLower(root)).balanced();
    }
    int full = Math.min(weight.rows(), weight.columns());
    String detail = "rank " + rank + " of " + (target.present() > 0 ? target.present() : full);
    return new Found(
        target, factors, new Change(target.path(), Change.Kind.FACTORISED, detail, error));
  }
}
