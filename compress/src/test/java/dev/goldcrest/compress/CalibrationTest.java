package dev.goldcrest.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.Session;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final int TIME = 8;

  private static ModelFile bert() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair :
        "vocabulary=40 dim=16 layers=2 heads=2 ffn=24 maxLength=8 readout=pooler classes=3"
            .split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Architecture architecture = Architectures.of("bert", new Settings(settings));
    Weights weights = Weights.initial(Compression.graph(architecture), 3);
    return new ModelFile("classify", architecture, Map.of(), Map.of(), weights);
  }

  /** Logits of texts of few words, so that their vectors lie in few directions. */
  private static float[][] run(ModelFile model, Kernels kernels, int texts) {
    Graph graph = model.architecture().trace(Architecture.WHOLE, new Sizes(1, TIME, TIME));
    Session session = new Session(graph, model.weights(), kernels);
    SplittableRandom random = new SplittableRandom(5);
    float[][] logits = new float[texts][];
    for (int text = 0; text < texts; text++) {
      for (int i = 0; i < TIME; i++) {
        session.indices("ids")[i] = random.nextInt(6);
        session.floats("mask")[i] = 1;
      }
      session.run();
      logits[text] = session.output("logits").clone();
    }
    return logits;
  }

  private static Calibration calibrated(ModelFile model, int rows, int texts) {
    Calibration calibration = new Calibration(model, rows);
    run(calibration.model(), calibration.kernels(new ScalarKernels()), texts);
    return calibration;
  }

  private static double distance(float[][] one, float[][] other) {
    double sum = 0;
    for (int text = 0; text < one.length; text++) {
      for (int i = 0; i < one[text].length; i++) {
        sum += Math.pow(one[text][i] - other[text][i], 2);
      }
    }
    return Math.sqrt(sum);
  }

  @Test
  void reshaped_forWhatIsRead_errsLessOnItThanTheSvd() {
    ModelFile model = bert();
    Calibration calibration = calibrated(model, 1_000, 60);
    Compression plan = Compression.NONE.withRank(new Rank.Ratio(0.5));
    Compression.Result plain = plan.reshaped(model);
    Compression.Result fitted = plan.reshaped(model, calibration);
    assertThat(fitted.model().architecture()).isEqualTo(plain.model().architecture());
    Graph graph = Compression.graph(model.architecture());
    for (Change change : fitted.changes()) {
      String path = change.path();
      Shape shape = graph.parameters().get(path).shape();
      Matrix weight = Matrix.of(shape.at(0), shape.at(1), model.weights().get(path));
      Matrix root = calibration.root(path);
      Matrix seen = weight.times(root);
      double ours = product(fitted.model(), path).times(root).distance(seen) / seen.norm();
      double svd = product(plain.model(), path).times(root).distance(seen) / seen.norm();
      assertThat(change.error()).as(path).isCloseTo(ours, within(1e-5));
      assertThat(ours).as(path).isLessThan(svd + 1e-6);
    }
    float[][] expected = run(model, new ScalarKernels(), 60);
    double off = distance(run(fitted.model(), new ScalarKernels(), 60), expected);
    assertThat(off)
        .isLessThan(0.6 * distance(run(plain.model(), new ScalarKernels(), 60), expected));
  }

  private static Matrix product(ModelFile model, String path) {
    int rank = model.architecture().forms().rank(path);
    float[] first = model.weights().get(WeightForms.first(path));
    float[] second = model.weights().get(WeightForms.second(path));
    return Matrix.of(second.length / rank, rank, second)
        .times(Matrix.of(rank, first.length / rank, first));
  }

  @Test
  void kernels_thatWatch_changeNothing() {
    ModelFile model = bert();
    Calibration calibration = new Calibration(model, 10);
    float[][] watched = run(model, calibration.kernels(new ScalarKernels()), 5);
    assertThat(watched).isDeepEqualTo(run(model, new ScalarKernels(), 5));
    assertThat(calibration.full()).as("the pooler reads one row a text").isFalse();
    assertThat(calibrated(model, 10, 10).full()).isTrue();
  }

  /** What is stored as codes is looked at as floats. */
  @Test
  void model_ofCodes_isSeenToo() {
    ModelFile coded = Compression.NONE.withStored(WeightForms.Stored.INT8).stored(bert()).model();
    Calibration calibration = calibrated(coded, 100, 20);
    assertThat(calibration.root("pooler.weight")).isNotNull();
    assertThat(calibration.root("embedding.weight")).isNull();
  }

  @Test
  void reshaped_unitsAfterCalibration_areRefused() {
    Compression plan =
        Compression.NONE.withUnits(new UnitPruning(0.5, 0)).withRank(Rank.parse("4"));
    assertThatThrownBy(() -> plan.reshaped(bert(), new Calibration(bert(), 1)))
        .hasMessageContaining("remove units, then calibrate");
  }
}
