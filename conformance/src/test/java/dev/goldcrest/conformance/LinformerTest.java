package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What projected attention must keep: its mask. */
class LinformerTest {
  private static final int REAL = 3;

  private static Linformer model(String line) {
    Map<String, String> settings = new LinkedHashMap<>();
    String all =
        "vocabulary=11 dim=8 layers=2 heads=2 ffn=6 maxLength=12 k=6 classes=3 readout=mean "
            + line;
    for (String pair : all.trim().split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return Linformer.from(new Settings(settings));
  }

  /** The logits of three tokens among {@code time} of which the others are pads. */
  private static double[] logits(Linformer model, int time) {
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, time, 1));
    Map<String, double[]> parameters = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(
            (path, value) ->
                parameters.put(
                    path,
                    new Random(path.hashCode())
                        .doubles(value.shape().size(), -0.5, 0.5)
                        .toArray()));
    double[] ids = new double[time];
    double[] mask = new double[time];
    for (int t = 0; t < time; t++) {
      ids[t] = t < REAL ? 2 + t : 7;
      mask[t] = t < REAL ? 1 : 0;
    }
    Arguments arguments = new Arguments(parameters, Map.of("ids", ids, "mask", mask));
    return Interpreter.REFERENCE.run(graph, arguments).get("logits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sharing=none",
        "sharing=headwise",
        "sharing=key-value inputFirst=false projectionBias=true",
        "sharing=layerwise",
        "inputFirst=false tiedValues=true",
        "oneHead=true",
        "sharing=key-value stride=2 projectionBias=true",
        "convolution=true projectionBias=true",
        "frame=transformer stride=1 sharing=layerwise"
      })
  void logits_morePads_areTheSame(String line) {
    Linformer model = model(line);
    double[] few = logits(model, 4);
    assertThat(logits(model, 12)).containsExactly(few, within(1e-12));
    assertThat(logits(model, 8)).containsExactly(few, within(1e-12));
  }
}
