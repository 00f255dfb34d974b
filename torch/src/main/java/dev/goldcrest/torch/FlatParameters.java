package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Value;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * All parameters of a model in one flat buffer, seen by the graph as views by path. An optimiser is
 * then a few calls on whole buffers, and a checkpoint a few arrays.
 */
final class FlatParameters implements AutoCloseable {
  private record Range(long offset, long length, long[] shape) {}

  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private final Tensor buffer;

  /** A buffer with room for {@code parameters}, all zero. */
  FlatParameters(Collection<Value> parameters) {
    long offset = 0;
    for (Value parameter : parameters) {
      long length = parameter.shape().size();
      ranges.put(parameter.path(), new Range(offset, length, TorchGraph.sizes(parameter.shape())));
      offset += length;
    }
    buffer = torch.zeros(offset);
  }

  /** The whole buffer. */
  Tensor buffer() {
    return buffer;
  }

  /** Copies {@code values} in by path. */
  void set(Map<String, float[]> values) {
    ranges.forEach(
        (path, range) -> {
          try (Tensor view = buffer.narrow(0, range.offset(), range.length())) {
            Torch.write(view, values.get(path));
          }
        });
  }

  /** Copies every parameter out by path. */
  Map<String, float[]> get() {
    Map<String, float[]> values = new LinkedHashMap<>();
    ranges.forEach(
        (path, range) -> {
          try (Tensor view = buffer.narrow(0, range.offset(), range.length())) {
            values.put(path, Torch.floats(view));
          }
        });
    return values;
  }

  /** Views by path that share this memory and take no part in autograd. */
  Map<String, Tensor> views() {
    Map<String, Tensor> views = new LinkedHashMap<>();
    ranges.forEach(
        (path, range) -> {
          try (Tensor flat = buffer.narrow(0, range.offset(), range.length());
              Tensor shaped = flat.view(range.shape())) {
            views.put(path, shaped.detach());
          }
        });
    return views;
  }

  /**
   * Leaves by path that share this memory; their gradients accumulate in {@code gradient}, laid out
   * alike.
   */
  Map<String, Tensor> leaves(FlatParameters gradient) {
    Map<String, Tensor> leaves = views();
    Map<String, Tensor> gradients = gradient.views();
    leaves.forEach(
        (path, leaf) -> {
          leaf.set_requires_grad(true);
          try (Tensor view = gradients.get(path)) {
            leaf.mutable_grad().put(view);
          }
        });
    return leaves;
  }

  /** 1 for weights of two or more axes, 0 for biases and gains, which weight decay leaves alone. */
  Tensor decayMask() {
    float[] mask = new float[Math.toIntExact(buffer.numel())];
    for (Range range : ranges.values()) {
      if (range.shape().length > 1) {
        Arrays.fill(mask, (int) range.offset(), (int) (range.offset() + range.length()), 1);
      }
    }
    return Torch.floats(mask, mask.length);
  }

  /** These shares for every element of the weights at their paths, 1 for everything else. */
  Tensor shares(Map<String, Double> rates) {
    float[] shares = new float[Math.toIntExact(buffer.numel())];
    ranges.forEach(
        (path, range) ->
            Arrays.fill(
                shares,
                (int) range.offset(),
                (int) (range.offset() + range.length()),
                rates.getOrDefault(path, 1.0).floatValue()));
    return Torch.floats(shares, shares.length);
  }

  /** 0 for the zeros of these weights, 1 for everything else. */
  Tensor zeros(Set<String> paths) {
    float[] mask = Torch.floats(buffer);
    for (Map.Entry<String, Range> each : ranges.entrySet()) {
      boolean pruned = paths.contains(each.getKey());
      Range range = each.getValue();
      for (int i = (int) range.offset(); i < range.offset() + range.length(); i++) {
        mask[i] = pruned && mask[i] == 0 ? 0 : 1;
      }
    }
    return Torch.floats(mask, mask.length);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
