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
import java.util.ArrayList;
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

  /** A weight that is meant: its rule, and where two factors begin to save. */
  private record Target(String path, Shape shape, Rank rule, int most) {
    Matrix matrix(float[] values) {
      return Matrix.of(shape.at(0), values.length / shape.at(0), values);
    }
  }

  /** What became of a weight; no factors where it was left. */
  private record Found(Target target, Svd.Factors factors, Change change) {}

  Compression.Result apply(ModelFile model) {
    List<Found> found =
        targets(Compression.graph(model.architecture())).parallelStream()
            .map(target -> factorise(target, model.weights().get(target.path())))
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

  /**
   * The forms of a model whose weights are not trained yet: factors then start at random.
   *
   * @throws IllegalArgumentException for a rank by energy, which needs trained weights
   */
  static WeightForms byDesign(Compression plan, Architecture architecture) {
    WeightForms forms = architecture.forms();
    for (Target target : new LowRank(plan, null).targets(Compression.graph(architecture))) {
      int rank = target.rule().of(target.most(), null);
      forms = rank == 0 ? forms : forms.withRank(target.path(), rank);
    }
    return forms;
  }

  private List<Target> targets(Graph graph) {
    Set<String> tables = new HashSet<>();
    Set<String> ends = new HashSet<>();
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Gather) {
        tables.add(value.input(0).path());
      } else if (value.op() instanceof Op.Linear && graph.outputs().containsValue(value)) {
        ends.add(value.input(1).path());
      }
    }
    List<Target> targets = new ArrayList<>();
    WeightForms.factorisable(graph)
        .forEach(
            (path, shape) -> {
              boolean table = tables.contains(path);
              Rank rule = table ? plan.tableRank() : plan.rank();
              if (rule != null && (table || plan.outputs() || !ends.contains(path))) {
                // Of a convolution the package looks at the channels alone, and so do we.
                targets.add(new Target(path, shape, rule, Rank.most(shape.at(0), shape.at(1))));
              }
            });
    return targets;
  }

  private Found factorise(Target target, float[] values) {
    Matrix weight = target.matrix(values);
    Matrix root = calibration == null ? null : calibration.root(target.path());
    Matrix seen = root == null ? weight : weight.times(root);
    Svd svd = target.rule() instanceof Rank.Energy ? Svd.of(seen) : null;
    int rank = target.rule().of(target.most(), svd == null ? null : svd.singular());
    if (rank == 0) {
      String why = "no rank below " + target.most() + " by " + target.rule().text();
      return new Found(target, null, new Change(target.path(), Change.Kind.LEFT, why, 0));
    }
    Svd.Factors factors = plan.solver().factors(seen, svd, rank);
    double norm = seen.norm();
    double error = norm == 0 ? 0 : factors.product().distance(seen) / norm;
    if (root != null) {
      factors = new Svd.Factors(factors.left(), factors.right().overLower(root)).balanced();
    }
    String detail = "rank " + rank + " of " + Math.min(weight.rows(), weight.columns());
    return new Found(
        target, factors, new Change(target.path(), Change.Kind.FACTORISED, detail, error));
  }
}
