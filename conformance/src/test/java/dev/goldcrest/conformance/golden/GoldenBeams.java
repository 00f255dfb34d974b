package dev.goldcrest.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.decode.Hypothesis;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.decode.Stepper;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.torch.Torch;
import dev.goldcrest.torch.TorchStepper;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The hypotheses that fairseq's generator finds: tokens exact, scores within 1e-4. */
final class GoldenBeams {
  private static final double TOLERANCE = 1e-4;

  private GoldenBeams() {}

  /**
   * Compares every {@code out.beam<width>.lenpen<penalty>.sent<index>}, searched for on sessions of
   * both kernels and on libtorch.
   */
  static void require(
      GoldenCase golden, Architecture model, Map<String, double[]> parameters, int[][] sources)
      throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.forEach((path, each) -> values.put(path, Arguments.floats(each)));
    Weights weights = Weights.of(values);
    Map<String, Stepper> steppers = new LinkedHashMap<>();
    steppers.put("scalar", new SessionStepper(model, weights, new ScalarKernels()));
    steppers.put("simd", new SessionStepper(model, weights, KernelsProvider.kernels()));
    if (Torch.available()) {
      steppers.put("torch", new TorchStepper(model, weights));
    }
    for (String name : golden.names("out.beam")) {
      if (name.endsWith(".scores")) {
        String[] parts = name.split("\\.lenpen|\\.sent|\\.scores");
        DecodingOptions options =
            new DecodingOptions(
                Integer.parseInt(parts[0]),
                Double.parseDouble(parts[1]),
                1,
                0,
                golden.integer("beam_max_len_b"),
                0,
                true);
        String prefix = "out.beam" + name.substring(0, name.length() - ".scores".length());
        int[] source = sources[Integer.parseInt(parts[2])];
        if (source.length < golden.size("in.src_tokens", 1)) {
          golden.forget("since its source was padded, which leaks", prefix + ".*");
          continue;
        }
        for (Map.Entry<String, Stepper> each : steppers.entrySet()) {
          List<Hypothesis> found =
              new BeamSearch(KernelsProvider.kernels()).search(each.getValue(), source, options);
          compare(golden, prefix, found, golden.name() + " " + prefix + " on " + each.getKey());
        }
      }
    }
    steppers.values().forEach(Stepper::close);
  }

  private static void compare(GoldenCase golden, String prefix, List<Hypothesis> found, String what)
      throws IOException {
    double[] scores = golden.array(prefix + ".scores");
    assertThat(found).as(what).hasSize(scores.length);
    for (int rank = 0; rank < scores.length; rank++) {
      String as = what + ", rank " + rank;
      long[] tokens = golden.longs(prefix + ".rank" + rank + ".tokens"); // with the end
      assertThat(Arrays.stream(found.get(rank).tokens()).asLongStream().toArray())
          .as(as)
          .isEqualTo(Arrays.copyOf(tokens, tokens.length - 1));
      assertThat(found.get(rank).score()).as(as).isCloseTo(scores[rank], within(TOLERANCE));
      double[] each = golden.array(prefix + ".rank" + rank + ".positional_scores");
      for (int i = 0; i < each.length; i++) {
        assertThat((double) found.get(rank).logProbabilities()[i])
            .as(as + ", token " + i)
            .isCloseTo(each[i], within(TOLERANCE));
      }
    }
  }
}
