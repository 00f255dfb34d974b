package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.torch.Torch;
import dev.goldcrest.torch.optim.Losses;
import dev.goldcrest.torch.optim.Optimiser;
import dev.goldcrest.torch.optim.Rule;
import dev.goldcrest.torch.optim.Schedule;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;

/** Losses, optimisers and schedules of PyTorch and fairseq. */
final class TrainingRunners {
  private static final String TORCH = "torch";

  private TrainingRunners() {}

  private static void needTorch() {
    Assumptions.assumeTrue(Interpreter.TORCH.unavailable() == null, Interpreter.TORCH::unavailable);
    Torch.load();
  }

  private static double[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (FloatPointer data = tensor.data_ptr_float()) {
      data.get(values);
    }
    return Arguments.doubles(values);
  }

  static void labelSmoothing(GoldenCase golden) throws IOException {
    needTorch();
    double smoothing = GoldenCase.number(golden.config(), "eps");
    int pad = golden.integer("pad");
    try (PointerScope scope = new PointerScope()) {
      float[] given = Arguments.floats(golden.array("in.logits"));
      Tensor logits =
          Tensor.create(given, golden.size("in.logits", 0), golden.size("in.logits", 1));
      logits.set_requires_grad(true);
      Tensor targets = Tensor.create(golden.longs("in.target"));
      Tensor sum = Losses.crossEntropy(logits, targets, null, smoothing, pad);
      golden.requireOutput("fairseq_loss_sum", values(sum), TORCH);
      golden.requireOutput("torch_ce_smoothed_sum", values(sum), TORCH);
      golden.requireOutput(
          "fairseq_nll_sum", values(Losses.crossEntropy(logits, targets, null, 0, pad)), TORCH);
      Tensor mean = Losses.meanCrossEntropy(logits, targets, null, smoothing, pad);
      golden.requireOutput("torch_ce_smoothed_mean", values(mean), TORCH);
      sum.mul(new Scalar(golden.array("cot.fairseq_loss_sum")[0])).backward();
      golden.requireGradient("in.logits", 0, values(logits.grad()), TORCH);
    }
  }

  static void schedules(GoldenCase golden) throws IOException {
    for (Map.Entry<String, Object> entry : golden.config().entrySet()) {
      Map<String, Object> config = Json.object(entry.getValue(), entry.getKey());
      Schedule schedule = schedule(entry.getKey(), config);
      double[] rates = new double[golden.size("out." + entry.getKey(), 0)];
      for (int update = 0; update < rates.length; update++) {
        rates[update] = schedule.rate(update);
      }
      golden.requireOutput(entry.getKey(), rates, "Schedule");
    }
  }

  private static Schedule schedule(String name, Map<String, Object> config) throws IOException {
    double rate = ((Number) Json.array(config.get("lr"), "lr").get(0)).doubleValue();
    long warmup = (Long) config.get("warmup_updates");
    double initial = GoldenCase.number(config, "warmup_init_lr");
    return name.startsWith("inverse_sqrt")
        ? new Schedule.FairseqInverseSqrt(rate, warmup, initial)
        : new Schedule.FairseqCosine(
            rate,
            GoldenCase.number(config, "max_lr"),
            warmup,
            initial,
            (Long) config.get("lr_period_updates"),
            GoldenCase.number(config, "t_mult"),
            GoldenCase.number(config, "lr_shrink"));
  }

  static void optimisers(GoldenCase golden) throws IOException {
    needTorch();
    for (Map.Entry<String, Object> entry :
        Json.object(golden.config().get("optimisers"), "optimisers").entrySet()) {
      optimiser(golden, entry.getKey(), Json.object(entry.getValue(), entry.getKey()));
    }
    double most = GoldenCase.number(golden.config(), "clip_max_norm");
    try (Tensor gradient = Tensor.create(gradient(golden, 0))) {
      double norm = Optimiser.clip(gradient, most);
      golden.requireOutput("clip0.5.total_norm", new double[] {norm}, TORCH);
      requireParts(golden, "clip0.5.", values(gradient), 0);
    }
  }

  /** Both tensors lie in one flat buffer, w before b. */
  private static void optimiser(GoldenCase golden, String name, Map<String, Object> config)
      throws IOException {
    int steps = golden.integer("steps");
    double[] w = new double[0];
    double[] b = new double[0];
    try (Tensor parameters = Tensor.create(flat(golden.array("in.w"), golden.array("in.b")));
        Optimiser optimiser = new Optimiser(rule(config), parameters, null)) {
      for (int step = 0; step < steps; step++) {
        // Steps are counted from 1 in the key.
        boolean late = step >= 2 && config.containsKey("lr_from_step3");
        try (Tensor gradient = Tensor.create(gradient(golden, step))) {
          optimiser.step(gradient, GoldenCase.number(config, late ? "lr_from_step3" : "lr"));
        }
        double[] now = values(parameters);
        int split = golden.array("in.w").length;
        w = append(w, Arrays.copyOfRange(now, 0, split));
        b = append(b, Arrays.copyOfRange(now, split, now.length));
      }
    }
    golden.requireOutput(name + ".w", w, TORCH);
    golden.requireOutput(name + ".b", b, TORCH);
  }

  private static void requireParts(GoldenCase golden, String prefix, double[] flat, int from)
      throws IOException {
    int split = golden.array("in.w").length;
    golden.requireOutput(prefix + "w", Arrays.copyOfRange(flat, from, from + split), TORCH);
    golden.requireOutput(prefix + "b", Arrays.copyOfRange(flat, from + split, flat.length), TORCH);
  }

  private static float[] gradient(GoldenCase golden, int step) throws IOException {
    double[] w = golden.array("in.grads_w");
    double[] b = golden.array("in.grads_b");
    int sizeW = golden.array("in.w").length;
    int sizeB = golden.array("in.b").length;
    return flat(
        Arrays.copyOfRange(w, step * sizeW, (step + 1) * sizeW),
        Arrays.copyOfRange(b, step * sizeB, (step + 1) * sizeB));
  }

  private static float[] flat(double[] w, double[] b) {
    return Arguments.floats(append(w, b));
  }

  private static double[] append(double[] first, double[] second) {
    double[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static Rule rule(Map<String, Object> config) {
    double beta1 = GoldenCase.number(config, "beta1");
    double beta2 = GoldenCase.number(config, "beta2");
    double epsilon = GoldenCase.number(config, "eps");
    double l2 = GoldenCase.number(config, "l2");
    double decoupled = GoldenCase.number(config, "decoupled");
    double momentum = GoldenCase.number(config, "momentum");
    String family = (String) config.get("family");
    return switch (family) {
      case "adam" ->
          decoupled > 0
              ? new Rule.AdamW(beta1, beta2, epsilon, decoupled)
              : new Rule.Adam(beta1, beta2, epsilon, l2);
      case "fairseq_adam" -> new Rule.FairseqAdam(beta1, beta2, epsilon, decoupled);
      case "fairseq_nag" -> new Rule.FairseqNag(momentum, decoupled);
      case "sgd" -> new Rule.Sgd(momentum, GoldenCase.number(config, "nesterov") == 1, l2);
      default -> throw new AssertionError("no rule for optimiser family " + family);
    };
  }
}
