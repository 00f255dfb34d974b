package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.text.TextConfig;
import java.util.List;

/**
 * What one prediction costs.
 *
 * @param parameters weights of the model
 * @param macs multiply-adds, the network of each word included
 * @param words of the text that is meant, as many as are read: half of the texts have at most so
 *     many
 */
public record PredictionCost(long parameters, long macs, int words) {
  /** Of the median of these texts. */
  public static PredictionCost of(Architecture model, TextConfig text, List<String> texts) {
    int most = text.mostWords(model.maxLength());
    int[] words = texts.stream().mapToInt(line -> text.words(line, most)).toArray();
    return of(model, text, DataShape.median(words));
  }

  /** Of a text with so many words, or as many as the model reads. */
  public static PredictionCost of(Architecture model, TextConfig text, int words) {
    int used = Math.max(1, Math.min(words, text.mostWords(model.maxLength())));
    Cost cost = whole(model, text, used);
    return new PredictionCost(cost.parameters(), cost.macs(), used);
  }

  /** The same by layer; the tokens around the words are read too. */
  static Cost whole(Architecture model, TextConfig text, int words) {
    int multiple = model.lengthMultiple();
    int steps = (words + text.frame() + multiple - 1) / multiple * multiple;
    return Cost.of(model.trace(Architecture.WHOLE, Sizes.single(steps)));
  }
}
