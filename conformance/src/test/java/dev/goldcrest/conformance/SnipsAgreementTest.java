package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.LabelSet;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.text.ProjectionConfig;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.runtime.text.WordProjection;
import dev.goldcrest.runtime.text.WordSegmenter;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.TorchGraph;
import dev.goldcrest.torch.TrainingOptions;
import dev.goldcrest.torch.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One trained model, three interpreters: the text classifier on plain loops and on SIMD, and
 * libtorch, give the same logits for every dev and test line of snips.
 */
@Tag("slow")
class SnipsAgreementTest {
  private static final double RELATIVE = 1e-4;
  private static final double TIE = 1e-4;
  private static final int LINES = 1400;

  private final WordSegmenter segmenter = new WordSegmenter(true);

  @Test
  void logits_allSnipsLinesOnThreeInterpreters_agree() throws Exception {
    Path root = Path.of(System.getProperty("goldcrest.root", ".")).resolve("../shared/data/snips");
    assumeTrue(Files.exists(root), "shared data are absent, so snips is not checked");
    assumeTrue(Interpreter.TORCH.unavailable() == null, Interpreter.TORCH::unavailable);
    Dataset train = load(root, "train.tsv");
    LabelSet labels = LabelSet.of(train);
    ClassifierModel model =
        train(labels, texts(train, labels), texts(load(root, "dev.tsv"), labels));
    List<Example> lines = new ArrayList<>(load(root, "dev.tsv").examples());
    lines.addAll(load(root, "test.tsv").examples());
    assertThat(lines).hasSize(LINES);
    try (TextClassifier scalar = new TextClassifier(model, new ScalarKernels());
        TextClassifier simd = new TextClassifier(model, KernelsProvider.kernels())) {
      int right = 0;
      for (Example line : lines) {
        float[] expected = scalar.logits(line.text());
        check(line, "simd", expected, simd.logits(line.text()));
        check(line, "libtorch", expected, libtorch(model, line.text()));
        right += labels.label(argMax(expected)).equals(line.label()) ? 1 : 0;
      }
      // A model that learned nothing would make agreement on labels a weak claim.
      assertThat(right).isGreaterThan(LINES * 8 / 10);
    }
  }

  private static Dataset load(Path root, String file) throws Exception {
    return Datasets.load(root.resolve(file).toString(), ReadOptions.defaults());
  }

  private List<LabelledText> texts(Dataset data, LabelSet labels) {
    List<LabelledText> texts = new ArrayList<>();
    for (Example example : data.examples()) {
      texts.add(new LabelledText(segmenter.words(example.text()), labels.indexOf(example.label())));
    }
    return texts;
  }

  private static ClassifierModel train(
      LabelSet labels, List<LabelledText> train, List<LabelledText> dev) throws Exception {
    Map<String, String> small =
        Map.of("features", "256", "wordHidden", "64", "dim", "64", "ffn", "64", "layers", "1");
    Settings settings =
        new Settings(small)
            .withDefaults(Map.of("classes", Integer.toString(labels.size())))
            .withDefaults(Architectures.preset(ProFormer.NAME, "tiny"));
    Architecture architecture = Architectures.of(ProFormer.NAME, settings);
    TextConfig text = TextConfig.projected(true, ProjectionConfig.lsh(256, true, 1));
    TrainingOptions options =
        new TrainingOptions(
            1, 64, 2e-3, 0.1, TrainingOptions.Decay.COSINE, 0.01, 0.1, 1, 0.9, 0, 0, 0, "", 1, 2);
    return new TrainingRun(architecture, text, labels.labels(), train, dev, options, null)
        .run(false, false, () -> false, new Quiet())
        .model(architecture, text, labels.labels(), Map.of());
  }

  private float[] libtorch(ClassifierModel model, String text) {
    List<String> words = segmenter.words(text);
    WordProjection projection = model.text().projection().create();
    Graph graph = model.architecture().trace(Architecture.WHOLE, Sizes.single(words.size()));
    float[] features = new float[words.size() * projection.size()];
    int[] ids = new int[words.size()];
    for (int i = 0; i < ids.length; i++) {
      projection.project(words, i, features, i * projection.size());
      ids[i] = i;
    }
    float[] mask = new float[ids.length];
    Arrays.fill(mask, 1);
    Map<String, float[]> weights = new LinkedHashMap<>();
    model.weights().paths().forEach(path -> weights.put(path, model.weights().get(path)));
    return TorchGraph.evaluate(
            graph,
            weights,
            Map.of("features", features, "mask", mask),
            Map.of("ids", ids),
            Map.of())
        .outputs()
        .get("logits");
  }

  private static void check(Example line, String who, float[] expected, float[] actual) {
    double largest = 0;
    for (float logit : expected) {
      largest = Math.max(largest, Math.abs(logit));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s, logit %d of '%s'", who, i, line.text())
          .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(RELATIVE * largest));
    }
    int winner = argMax(actual);
    assertThat(expected[winner])
        .as("%s's label", who)
        .isGreaterThanOrEqualTo((float) (expected[argMax(expected)] - TIE));
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static final class Quiet implements TrainingRun.Listener {
    @Override
    public void step(int epoch, int done, int steps, double loss, int words) {}

    @Override
    public void epoch(TrainingRun.Epoch epoch, TrainingRun.Epoch best) {}
  }
}
