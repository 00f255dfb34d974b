package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Draws the first values of parameters. Each parameter has a stream of its own, seeded by (seed,
 * path), so neither the order of declaration nor the other parameters change it; logarithm and
 * cosine are StrictMath's, so every platform draws the same bytes.
 */
public final class Initializer {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_BASIS = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long state;

  private Initializer(long seed, String path) {
    long hash = FNV_BASIS;
    for (int i = 0; i < path.length(); i++) {
      hash = (hash ^ path.charAt(i)) * FNV_PRIME;
    }
    state = mix(seed + GOLDEN_GAMMA) ^ mix(hash);
  }

  /** The first values of every parameter of {@code graph}, by path. */
  public static Map<String, float[]> initial(Graph graph, long seed) {
    Map<String, float[]> drawn = new LinkedHashMap<>();
    for (Map.Entry<String, Value> entry : graph.parameters().entrySet()) {
      drawn.put(entry.getKey(), initial((Op.Parameter) entry.getValue().op(), seed));
    }
    return drawn;
  }

  /** The first values of one parameter, in row-major order. */
  public static float[] initial(Op.Parameter parameter, long seed) {
    Initializer random = new Initializer(seed, parameter.path());
    Shape shape = parameter.of();
    Init init = parameter.init();
    float[] values = new float[shape.size()];
    if (init instanceof Init.Constant) {
      java.util.Arrays.fill(values, (float) ((Init.Constant) init).value());
    } else if (init instanceof Init.Normal) {
      random.fillNormal(values, ((Init.Normal) init).deviation());
    } else {
      random.fillUniform(values, init.bound(shape));
    }
    return values;
  }

  private void fillUniform(float[] values, double bound) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * nextUnit() - 1) * bound);
    }
  }

  /** Box and Muller (1958): two uniforms give two normals. */
  private void fillNormal(float[] values, double deviation) {
    for (int i = 0; i < values.length; i += 2) {
      double radius = deviation * Math.sqrt(-2 * StrictMath.log(1 - nextUnit()));
      double angle = 2 * Math.PI * nextUnit();
      values[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < values.length) {
        values[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  /** Uniform in [0, 1), 53 bits. */
  private double nextUnit() {
    state += GOLDEN_GAMMA;
    return (mix(state) >>> 11) * 0x1p-53;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
