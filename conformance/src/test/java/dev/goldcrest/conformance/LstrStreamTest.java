package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stream mode gives what batch mode gives, on every interpreter, long after the memory is full. */
class LstrStreamTest {
  private static final Lstr MODEL = new Lstr(5, 12, 3, 16, 7, 2, 4, 3, 1, 5, 2, 2, true, 0.1, 4);

  /** More than twice what the memories hold. */
  private static final int LENGTH = 2 * (7 * 2 + 4) + 5;

  static List<Interpreter> interpreters() {
    return List.of(Interpreter.REFERENCE, Interpreter.SCALAR, Interpreter.SIMD, Interpreter.TORCH);
  }

  private static Map<String, double[]> parameters() {
    Graph whole = MODEL.trace(Architecture.WHOLE, Sizes.single(1));
    return OpCase.of("lstr-stream", "", 0, 1, scope -> null)
        .feed(OpCase.OTHERS, Feed.SMALL)
        .arguments(whole)
        .parameters();
  }

  @Tag("simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("interpreters")
  void stream_everyFrame_equalsBatchAndIgnoresTheFuture(Interpreter interpreter) {
    assumeTrue(interpreter.unavailable() == null, interpreter::unavailable);
    LstrByEntries stream = new LstrByEntries(MODEL, interpreter, parameters());
    Random random = new Random(3);
    double[][] frames = new double[LENGTH][];
    Arrays.setAll(frames, t -> random.doubles(5, -1, 1).toArray());
    for (int t = 0; t < LENGTH; t++) {
      stream.push(frames[t]);
      int start = Math.max(0, t - MODEL.shortFrames() + 1);
      // What comes after t is garbage here, and must not matter.
      double[][] until = new double[LENGTH][];
      for (int s = 0; s < LENGTH; s++) {
        until[s] = s <= t ? frames[s] : random.doubles(5, -9, 9).toArray();
      }
      double[] window = stream.window(until, start);
      int row = (t - start) * MODEL.classes();
      Compare.close(
          "frame " + t + " on " + interpreter.name(),
          stream.newest(),
          Arrays.copyOfRange(window, row, row + MODEL.classes()),
          1e-5,
          0);
    }
    assertThat(LENGTH).isGreaterThan(2 * MODEL.longSamples() * MODEL.longRate());
  }
}
