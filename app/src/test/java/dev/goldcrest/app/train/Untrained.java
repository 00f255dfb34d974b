package dev.goldcrest.app.train;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.Initializer;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.runtime.text.WordTokenizer;
import dev.goldcrest.torch.text.BpeTrainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tiny models that write, as they are before training. */
public final class Untrained {
  private Untrained() {}

  /** A model that reads and writes bytes, at most {@code maxLength} of them. */
  public static SequenceModel ofBytes(String task, int maxLength) {
    return of(task, maxLength, true, new BpeTrainer(false).train(0));
  }

  /** A language model of the words in {@code text}. */
  public static SequenceModel ofWords(String text) {
    return ofWords(text, true);
  }

  /**
   * The same.
   *
   * @param tied whether it writes with the table that it reads with
   */
  public static SequenceModel ofWords(String text, boolean tied) {
    return of("lm", 32, tied, WordTokenizer.train(List.of(text), false, 1, 1000));
  }

  private static SequenceModel of(String task, int maxLength, boolean tied, Tokenizer tokenizer) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", task.equals("lm") ? "lm" : "translate");
    settings.put("vocabulary", Integer.toString(tokenizer.size()));
    settings.put("maxLength", Integer.toString(maxLength));
    settings.put("tied", Boolean.toString(tied));
    settings.put("dim", "16");
    settings.put("layers", "1");
    settings.put("heads", "2");
    settings.put("crossHeads", "2");
    settings.put("convolutionHeads", "2");
    settings.put("kernels", "3");
    Architecture model = Architectures.of("lite-transformer", new Settings(settings));
    return new SequenceModel(
        task,
        model,
        tokenizer,
        tokenizer,
        DecodingOptions.DEFAULT,
        Map.of(),
        Weights.of(Initializer.initial(model.whole(), 1)));
  }
}
