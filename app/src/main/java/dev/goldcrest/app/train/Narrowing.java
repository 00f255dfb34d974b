package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.compress.Planner;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ModelFile;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Models that one width, {@code dim}, makes narrower.
 *
 * @param choices with which
 * @param half whether floats are stored in 16 bits
 * @param files the file of a model, but for what its weights learn
 * @param ofWidth the model with another dim; throws {@link IllegalArgumentException} where there is
 *     none
 * @param step dims are multiples of this
 */
public record Narrowing(
    Choices choices,
    boolean half,
    Function<Architecture, ModelFile> files,
    IntFunction<Architecture> ofWidth,
    int step) {
  /**
   * The refusal of a model whose file is larger than the budget, naming the widest narrower one
   * that is not, or the smallest there is.
   *
   * @param further what else makes a model smaller
   */
  public UserError unreachable(long budget, Architecture model, String further) {
    ModelFile file = files.apply(model);
    Planner.Found least = SizeBudget.smallest(file, choices, half);
    String start = SizeBudget.start(budget, file, least, choices, half);
    long bytes = half ? SizeBudget.fewestBytes(file) : SizeBudget.bytes(file, false);
    double width = half ? SizeBudget.FEWEST_BYTES : Float.BYTES;
    long parameters = SizeBudget.parameters(model);
    Architecture narrowest = model;
    String setting = "";
    int dim = Integer.parseInt(model.settings().get("dim")) - 1;
    for (dim -= dim % step; dim > 0; dim -= step) {
      try {
        Architecture narrower = ofWidth.apply(dim);
        long fewer = SizeBudget.parameters(narrower);
        if (bytes - (parameters - fewer) * width <= budget) {
          return UserError.unreachable("%s; --set dim=%d would fit", start, dim);
        }
        narrowest = narrower;
        setting = "--set dim=" + dim;
      } catch (IllegalArgumentException e) {
        continue; // a width that its heads do not divide
      }
    }
    String nearest = SizeBudget.nearest(least, files.apply(narrowest), setting, choices, half);
    return UserError.unreachable("%s and no narrower one fits, %s; %s", start, nearest, further);
  }
}
