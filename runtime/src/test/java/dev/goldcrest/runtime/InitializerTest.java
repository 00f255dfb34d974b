package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class InitializerTest {
  private static float[] draw(String path, Init init, long seed, int... sizes) {
    return Initializer.initial(new Op.Parameter(path, Shape.of(sizes), init), seed);
  }

  private static double[] momentsAndLargest(float[] values) {
    double mean = 0;
    double squares = 0;
    double largest = 0;
    for (float value : values) {
      mean += (double) value / values.length;
      squares += (double) value * value / values.length;
      largest = Math.max(largest, Math.abs(value));
    }
    return new double[] {mean, Math.sqrt(squares), largest};
  }

  @Test
  void initial_pinnedNumbers_sameOnEveryPlatform() {
    assertThat(draw("encoder.layer.0.ffn.in.weight", new Init.Normal(0.02), 1, 3, 1))
        .containsExactly(0.039972216f, -0.009412443f, 0.03729097f);
    assertThat(draw("head.weight", new Init.Uniform(1), 42, 3))
        .containsExactly(-0.7499229f, -0.2843992f, 0.25423196f);
  }

  @Test
  void initial_wholeGraph_eachAsIfAlone() {
    Graph graph = Samples.everything();
    Map<String, float[]> all = Initializer.initial(graph, 5);

    assertThat(all.keySet()).isEqualTo(graph.parameters().keySet());
    graph
        .parameters()
        .forEach(
            (path, value) ->
                assertThat(all.get(path))
                    .isEqualTo(Initializer.initial((Op.Parameter) value.op(), 5)));
  }

  @Test
  void initial_otherPathOrSeed_otherNumbers() {
    float[] one = draw("a.weight", new Init.Normal(1), 1, 8);

    assertThat(draw("a.weight", new Init.Normal(1), 1, 8)).isEqualTo(one);
    assertThat(draw("b.weight", new Init.Normal(1), 1, 8)).isNotEqualTo(one);
    assertThat(draw("a.weight", new Init.Normal(1), 2, 8)).isNotEqualTo(one);
  }

  @Test
  void initial_normal_hasItsMoments() {
    double[] moments = momentsAndLargest(draw("w", new Init.Normal(0.5), 9, 300, 301));

    assertThat(moments[0]).isCloseTo(0, Offset.offset(0.01));
    assertThat(moments[1]).isCloseTo(0.5, Offset.offset(0.01));
    assertThat(moments[2]).isBetween(1.8, 3.2);
  }

  @Test
  void initial_bounds_followTheFans() {
    double xavier = 2 * Math.sqrt(6.0 / (40 * 3 + 60 * 3));
    double[] moments = momentsAndLargest(draw("w", new Init.Xavier(2), 9, 60, 40, 3));
    assertThat(moments[2]).isBetween(0.99 * xavier, xavier);
    assertThat(moments[1]).isCloseTo(xavier / Math.sqrt(3), Offset.offset(0.01));

    double fanIn = 1 / Math.sqrt(40 * 3);
    assertThat(momentsAndLargest(draw("w", new Init.FanIn(), 9, 60, 40, 3))[2])
        .isBetween(0.99 * fanIn, fanIn);
    assertThat(momentsAndLargest(draw("w", new Init.Uniform(0.1), 9, 5000))[2])
        .isBetween(0.099, 0.1 + 1e-8);
    assertThat(draw("w", new Init.Constant(2), 9, 3)).containsExactly(2, 2, 2);
  }
}
