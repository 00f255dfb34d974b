package dev.goldcrest.app.train;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.Beginning;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A trained model to go on from: with {@code --init} all but its head is taken over, {@code
 * compress} trains on what it made with the head.
 *
 * @param name of its file, without the folder
 * @param architecture what its weights mean
 * @param text how a text becomes its input
 * @param weights by path
 * @param head whether the head is taken over too
 * @param pruned paths of weights whose zeros are what pruning left
 */
public record Start(
    String name,
    Architecture architecture,
    TextConfig text,
    Weights weights,
    boolean head,
    Set<String> pruned) {
  /** The start that a model file holds, an encoder of texts or a classifier. */
  public static Start of(ModelFile file, String path) throws FormatException {
    TextConfig text =
        file.task().equals(EmbeddingModel.TASK)
            ? EmbeddingModel.of(file, path).text()
            : ClassifierModel.of(file, path).text();
    String name = Provenance.name(path);
    return new Start(name, file.architecture(), text, file.weights(), false, Set.of());
  }

  /** The forms that {@code model} takes over: without the head, ranks and widths of the rest. */
  WeightForms formsFor(Architecture model) {
    if (head) {
      return architecture.forms();
    }
    WeightForms forms = architecture.forms().unstored();
    Value logits = smallest(model).output("logits");
    Map<String, Integer> ranks = new LinkedHashMap<>(forms.ranks());
    for (Value operand : logits.inputs()) {
      ranks.remove(operand.path());
    }
    return new WeightForms(ranks, forms.widths(), Map.of());
  }

  /**
   * What a training of {@code model} begins with.
   *
   * @param wordRate share of every step that weights of {@link Architecture#WORDS} take
   * @throws IllegalArgumentException if the others are not all here in the same shapes
   */
  Beginning beginning(Architecture model, double wordRate) {
    Graph graph = smallest(model);
    Map<String, Value> known = smallest(architecture).parameters();
    Value logits = graph.output("logits");
    Map<String, float[]> taken = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      String path = parameter.path();
      if (!head && logits.op() instanceof Op.Linear && logits.inputs().contains(parameter)) {
        continue;
      }
      Value own = known.get(path);
      if (own == null || !Arrays.equals(sizes(own), sizes(parameter))) {
        throw new IllegalArgumentException(
            "--init "
                + name
                + " has "
                + (own == null ? "no weight " + path : path + " of shape " + own.shape())
                + ", these settings need "
                + parameter.shape());
      }
      taken.put(path, weights.get(path));
    }
    Map<String, Double> rates = new LinkedHashMap<>();
    if (wordRate < 1) {
      Graph words = model.trace(Architecture.WORDS, model.smallest());
      words.parameters().keySet().forEach(path -> rates.put(path, wordRate));
    }
    return new Beginning(Weights.of(taken), pruned, rates);
  }

  private static int[] sizes(Value value) {
    int[] sizes = new int[value.shape().rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = value.shape().at(axis);
    }
    return sizes;
  }

  private static Graph smallest(Architecture model) {
    return model.whole();
  }
}
