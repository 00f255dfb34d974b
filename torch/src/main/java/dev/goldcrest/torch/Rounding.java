package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What a file will give back of weights that it stores in fewer bits. Training computes with these
 * and steps the weights behind them, whose gradient is taken to be the same (straight-through:
 * Bengio, Léonard and Courville, 2013), so that it learns around the rounding.
 */
final class Rounding implements AutoCloseable {
  private static final int LARGEST = 127;
  private static final int FIRST_ROUNDS = 40;

  private final List<Weight> weights = new ArrayList<>();

  /** One weight's place in the flat buffer, and its codebook once it has one. */
  private static final class Weight {
    private final String path;
    private final WeightForms.Stored stored;
    private final long offset;
    private final long length;
    private final long rows;
    private Tensor codebook;

    Weight(String path, WeightForms.Stored stored, long offset, Value parameter) {
      this.path = path;
      this.stored = stored;
      this.offset = offset;
      this.length = parameter.shape().size();
      this.rows = WeightForms.Stored.rows(parameter.shape());
    }
  }

  private Rounding() {}

  /** The rounding of weights in these forms; null when all of them are kept as they are. */
  static Rounding of(Collection<Value> parameters, WeightForms forms) {
    Rounding rounding = new Rounding();
    long offset = 0;
    for (Value parameter : parameters) {
      WeightForms.Stored stored = forms.stored(parameter.path());
      if (stored != WeightForms.Stored.F32) {
        rounding.weights.add(new Weight(parameter.path(), stored, offset, parameter));
      }
      offset += parameter.shape().size();
    }
    return rounding.weights.isEmpty() ? null : rounding;
  }

  /**
   * Writes what the file would give back of {@code from} to {@code to}.
   *
   * @param learn moves the values of codebooks towards what they stand for, one round of k-means;
   *     without it they stay as they are
   */
  void apply(FlatParameters from, FlatParameters to, boolean learn) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      to.buffer().copy_(from.buffer());
      for (Weight weight : weights) {
        Tensor flat = to.buffer().narrow(0, weight.offset, weight.length);
        switch (weight.stored) {
          case F32 -> {}
          case F16 -> flat.copy_(flat.to(torch.ScalarType.Half));
          case INT8 -> int8(flat.view(weight.rows, weight.length / weight.rows));
          case KMEANS8, KMEANS4 -> cluster(weight, flat, learn);
        }
      }
    }
  }

  private static void int8(Tensor rows) {
    Tensor scale =
        rows.abs()
            .amax(new long[] {1}, true)
            .div_(new Scalar((double) LARGEST))
            .clamp_min_(new Scalar((double) Float.MIN_NORMAL)); // a row of zeros stays one
    rows.div_(scale).round_().mul_(scale);
  }

  /** Zeros keep the code 0 for themselves: they are what pruning left. */
  private static void cluster(Weight weight, Tensor flat, boolean learn) {
    Tensor there = flat.ne(new Scalar(0.0));
    if (weight.codebook == null) {
      weight.codebook = first(weight, flat, there);
      for (int round = 0; round < FIRST_ROUNDS; round++) {
        learn(weight.codebook, flat, there);
      }
    } else if (learn) {
      learn(weight.codebook, flat, there);
    }
    Tensor nearest = weight.codebook.index_select(0, codes(weight.codebook, flat));
    flat.copy_(nearest.mul_(there));
  }

  /** Evenly from the least to the largest element; with pruned ones among them one value fewer. */
  private static Tensor first(Weight weight, Tensor flat, Tensor there) {
    boolean zeros = !there.all().item_bool();
    int count = weight.stored.codes() - (zeros ? 1 : 0);
    float least = flat.amin().item_float();
    float width = flat.amax().item_float() - least;
    float[] even = new float[count];
    for (int i = 0; i < count; i++) {
      even[i] = least + width * (i + 0.5f) / count;
    }
    Tensor made = Torch.floats(even, count);
    made.retainReference(); // outlives the scope
    return made;
  }

  private static Tensor codes(Tensor codebook, Tensor flat) {
    long count = codebook.numel();
    Tensor limits =
        codebook
            .narrow(0, 0, count - 1)
            .add(codebook.narrow(0, 1, count - 1))
            .mul_(new Scalar(0.5));
    return torch.bucketize(flat, limits);
  }

  /** Moves each value to the mean of the elements that are nearest to it. */
  private static void learn(Tensor codebook, Tensor flat, Tensor there) {
    Tensor codes = codes(codebook, flat);
    long count = codebook.numel();
    Tensor sums = sum(codes, flat, count);
    Tensor counts = sum(codes, there, count);
    Tensor used = counts.gt(new Scalar(0.0));
    Tensor means = sums.div_(counts.clamp_min_(new Scalar(1.0)));
    Tensor moved = torch.where(used, means.to(torch.ScalarType.Float), codebook);
    codebook.copy_(moved.sort().get0()); // an empty cluster may have been overtaken
  }

  private static Tensor sum(Tensor codes, Tensor values, long count) {
    return torch.bincount(codes, new TensorOptional(values.to(torch.ScalarType.Double)), count);
  }

  /** The codebooks by path, for a checkpoint. */
  Map<String, float[]> codebooks() {
    Map<String, float[]> codebooks = new LinkedHashMap<>();
    for (Weight weight : weights) {
      if (weight.codebook != null) {
        codebooks.put(weight.path, Torch.floats(weight.codebook));
      }
    }
    return codebooks;
  }

  /** Takes back what {@link #codebooks} gave. */
  void restore(Map<String, float[]> codebooks) {
    for (Weight weight : weights) {
      float[] values = codebooks.get(weight.path);
      if (values != null) {
        closeCodebook(weight);
        weight.codebook = Torch.floats(values, values.length);
      }
    }
  }

  private static void closeCodebook(Weight weight) {
    if (weight.codebook != null) {
      weight.codebook.close();
      weight.codebook = null;
    }
  }

  @Override
  public void close() {
    weights.forEach(Rounding::closeCodebook);
  }
}
