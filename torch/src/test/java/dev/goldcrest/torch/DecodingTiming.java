package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Prints {@link DecodingSpeed} of a tiny translator with drawn weights: d = 160, 3 + 3 layers,
 * 8,000 tokens, beam 4, 12 tokens a target. Run {@code main} with the test class path; arguments:
 * architecture, seconds, further settings as {@code name=value}.
 */
final class DecodingTiming {
  private DecodingTiming() {}

  public static void main(String[] arguments) {
    String name = arguments.length > 0 ? arguments[0] : "transformer";
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 10;
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", "translate");
    settings.put("dim", "160");
    settings.put("layers", "3");
    settings.put("decoderLayers", "3");
    settings.put("heads", "4");
    settings.put("vocabulary", "8000");
    settings.put("maxLength", "256");
    for (int i = 2; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    Architecture model = Architectures.of(name, new Settings(settings));
    Weights weights = Weights.initial(model.whole(), 1);
    Random random = new Random(1);
    List<int[]> sources = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int[] source =
          random
              .ints(9 + random.nextInt(8), 4, Integer.parseInt(settings.get("vocabulary")))
              .toArray();
      source[source.length - 1] = 2;
      sources.add(source);
    }
    DecodingOptions options = new DecodingOptions(4, 1, 12, 0, 12, 0, true);
    DecodingSpeed speed =
        DecodingSpeed.of(
            model, weights, KernelsProvider.kernels(), sources, options, seconds, seconds);
    System.out.printf(
        Locale.ROOT,
        "%s, %s: %.2f ms a sentence, libtorch %.2f ms, ratio %.2f, %d of %d differ%n",
        name,
        speed.kernels(),
        speed.millis(),
        speed.torchMillis(),
        speed.ratio(),
        speed.different(),
        speed.sentences());
  }
}
