package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models and texts that train in a moment. */
final class Small {
  static final List<String> LABELS = List.of("light", "music", "weather");
  private static final String[] KEYWORDS = {"lamp", "song", "rain"};
  private static final String[] FILLERS = {
    "please", "now", "the", "in", "kitchen", "tomorrow", "a", "some", "with", "again"
  };
  private static final String PROFORMER =
      "features=64 wordHidden=16 dim=16 groupFactor=1 layers=1 heads=2 ffn=16 convolution=3"
          + " positions=learned normFirst=true wordDrop=0.1 dropout=0.1 maxLength=16 classes=3";

  private Small() {}

  /** A 16-d model; {@code settings} as {@code name=value} go before its own. */
  static Architecture proformer(String... settings) {
    return Architectures.of("proformer", new Settings(map(PROFORMER, settings)));
  }

  static Architecture bert() {
    String settings = "dim=16 layers=1 heads=2 ffn=16 maxLength=16 classes=3 vocabulary=";
    return Architectures.of(
        "bert", new Settings(map(settings + indexed(true).inputs(), new String[0])));
  }

  private static Map<String, String> map(String line, String[] more) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String part : (line + " " + String.join(" ", more)).trim().split(" ")) {
      map.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
    }
    return map;
  }

  static TextConfig projected() {
    return TextConfig.projected(true, ProjectionConfig.lsh(64, true, 1));
  }

  static TextConfig indexed(boolean classToken) {
    List<String> words = new ArrayList<>(List.of(KEYWORDS));
    words.addAll(List.of(FILLERS));
    return TextConfig.indexed(true, new Vocabulary(words), classToken);
  }

  /** Texts of 3 to 16 words, one of which gives the label away. */
  static List<LabelledText> texts(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      int length = 3 + random.nextInt(14);
      for (int word = 0; word < length; word++) {
        words.add(FILLERS[random.nextInt(FILLERS.length)]);
      }
      words.set(random.nextInt(length), KEYWORDS[i % KEYWORDS.length]);
      texts.add(new LabelledText(words, i % KEYWORDS.length));
    }
    return texts;
  }

  /** Everything the recipe uses, switched on. */
  static TrainingOptions options(int epochs, double learningRate) {
    return options(epochs, learningRate, Precision.FLOAT32);
  }

  static TrainingOptions options(int epochs, double learningRate, Precision precision) {
    return new TrainingOptions(
        epochs,
        16,
        learningRate,
        0.1,
        TrainingOptions.Decay.COSINE,
        0.01,
        0.1,
        1,
        0.99,
        0.05,
        0.5,
        0,
        "",
        1,
        2,
        precision);
  }
}
