package dev.goldcrest.conformance.golden;

import dev.goldcrest.app.metrics.AveragePrecision;
import dev.goldcrest.app.metrics.Detection;
import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.torch.Torch;
import dev.goldcrest.torch.optim.Losses;
import dev.goldcrest.torch.optim.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;

/** How LSTR's authors train and measure. */
final class DetectionRunners {
  private static final String OURS = "Java";

  private DetectionRunners() {}

  static Detection detection(double[] truth, double[] scores, int classes, int ignored) {
    int frames = scores.length / classes;
    boolean[][] labels = new boolean[frames][classes];
    double[][] rows = new double[frames][];
    for (int t = 0; t < frames; t++) {
      rows[t] = Arrays.copyOfRange(scores, t * classes, (t + 1) * classes);
      for (int c = 0; c < classes; c++) {
        labels[t][c] = truth[t * classes + c] > 0;
      }
    }
    return Detection.of(labels, rows, new boolean[frames], 0, ignored);
  }

  static void metrics(GoldenCase golden) throws IOException {
    Detection ours =
        detection(
            golden.array("in.ground_truth"),
            golden.array("in.prediction"),
            golden.integer("classes"),
            golden.integer("ignore_index"));
    golden.requireOutput("perframe.AP.mean", new double[] {ours.map()}, OURS);
    perClass(golden, "perframe.AP.per_class", ours.precisions());
    if (golden.has("out.perframe.cAP.mean")) {
      golden.requireOutput("perframe.cAP.mean", new double[] {ours.calibratedMap()}, OURS);
      perClass(golden, "perframe.cAP.per_class", ours.calibrated());
    }
    if (golden.has("out.perstage.AP.mean")) {
      golden.requireOutput("perstage.AP.mean", ours.stages(), OURS);
    }
    if (golden.has("out.perstage.cAP.mean")) {
      golden.requireOutput("perstage.cAP.mean", ours.calibratedStages(), OURS);
    }
  }

  /** NaN stands for a class that is left out, on both sides. */
  private static void perClass(GoldenCase golden, String output, double[] ours) throws IOException {
    double[] theirs = golden.array("out." + output);
    List<Double> left = new ArrayList<>();
    List<Double> right = new ArrayList<>();
    for (int c = 0; c < theirs.length; c++) {
      if (Double.isNaN(theirs[c]) != Double.isNaN(ours[c])) {
        throw new AssertionError(
            output + " of class " + c + " is " + ours[c] + ", not " + theirs[c]);
      }
      if (!Double.isNaN(theirs[c])) {
        left.add(ours[c]);
        right.add(theirs[c]);
      }
    }
    dev.goldcrest.conformance.Compare.close(
        output,
        left.stream().mapToDouble(Double::doubleValue).toArray(),
        right.stream().mapToDouble(Double::doubleValue).toArray(),
        Double.parseDouble(golden.text("atol")),
        0);
  }

  static void calibrated(GoldenCase golden) throws IOException {
    double[] positive = golden.array("in.y_true");
    boolean[] truth = new boolean[positive.length];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = positive[i] > 0;
    }
    double[] scores = golden.array("in.y_score");
    golden.requireOutput("ap", new double[] {AveragePrecision.of(truth, scores)}, OURS);
    golden.requireOutput("cap", new double[] {AveragePrecision.calibrated(truth, scores)}, OURS);
    // Its third number is of scores that its notes give as a formula.
    boolean[] rare = new boolean[1000];
    double[] spread = new double[1000];
    for (int i = 0; i < rare.length; i++) {
      rare[i] = i % 20 == 0;
      spread[i] = i * 7919 % 1000 / 1000.0;
    }
    golden.requireOutput(
        "cap_random_scores", new double[] {AveragePrecision.calibrated(rare, spread)}, OURS);
  }

  static void loss(GoldenCase golden) throws IOException {
    Assumptions.assumeTrue(Interpreter.TORCH.unavailable() == null, Interpreter.TORCH::unavailable);
    Torch.load();
    int ignored = golden.integer("ignore_index");
    int classes = golden.size("in.logits", 1);
    int frames = golden.size("in.logits", 0);
    double[] targets = golden.array("in.target");
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(Arguments.floats(golden.array("in.logits")), frames, classes);
      logits.set_requires_grad(true);
      Tensor target = Tensor.create(Arguments.floats(targets), frames, classes);
      Tensor each = Losses.multiLabel(logits, target, null, ignored);
      int counted = 0;
      List<Double> kept = new ArrayList<>();
      double[] losses = values(each);
      for (int t = 0; t < frames; t++) {
        if (ignored < 0 || targets[t * classes + ignored] == 0) {
          kept.add(losses[t]);
          counted++;
        }
      }
      golden.requireOutput(
          "none", kept.stream().mapToDouble(Double::doubleValue).toArray(), "torch");
      golden.requireOutput("sum", values(each.sum()), "torch");
      Tensor mean = each.sum().div(new org.bytedeco.pytorch.Scalar((double) counted));
      golden.requireOutput("mean", values(mean), "torch");
      mean.mul(new org.bytedeco.pytorch.Scalar(golden.array("cot.mean")[0])).backward();
      golden.requireGradient("in.logits", 0, values(logits.grad()), "torch");
    }
  }

  private static double[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.get(values);
    }
    return Arguments.doubles(values);
  }

  static void schedule(GoldenCase golden) throws IOException {
    var config = golden.config();
    Schedule schedule =
        new Schedule.CosineTimesWarmup(
            GoldenCase.number(config, "base_lr"),
            GoldenCase.number(config, "warmup_factor"),
            golden.integer("warmup_iters"),
            golden.integer("max_iters"));
    double[] rates = new double[golden.size("out.lr", 0)];
    for (int update = 0; update < rates.length; update++) {
      rates[update] = schedule.rate(update);
    }
    golden.requireOutput("lr", rates, OURS);
  }
}
