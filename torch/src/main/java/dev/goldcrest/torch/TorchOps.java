package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs a graph on libtorch, one call or a few for each operation. Gradients are libtorch's own.
 * Handles are released after their last reader by the same lifetime table that lays out the
 * runtime's arena; what autograd needs, libtorch keeps by itself.
 *
 * <p>The caller holds a {@link PointerScope} around a run; it takes the temporaries that a call
 * leaves behind.
 */
final class TorchOps implements OpVisitor<Tensor> {
  private static final double HIDDEN = -1e30;

  /** Steps of a light convolution that share one band matrix. */
  private static final int BAND = 64;

  private final Graph graph;
  private final MemoryPlan plan;
  private final Map<String, Tensor> parameters;
  private final Map<String, Tensor> inputs;
  private final Noise noise;
  private final Precision precision;
  private final Tensor[] values;
  private final Tensor[] operands;

  /** Takes every product in float32. */
  TorchOps(
      Graph graph,
      MemoryPlan plan,
      Map<String, Tensor> parameters,
      Map<String, Tensor> inputs,
      Noise noise) {
    this(graph, plan, parameters, inputs, noise, Precision.FLOAT32);
  }

  /**
   * @param parameters by path
   * @param inputs by name; floats, and 64-bit integers for indices
   * @param noise what dropout draws from; null outside training
   * @param precision of linears
   */
  TorchOps(
      Graph graph,
      MemoryPlan plan,
      Map<String, Tensor> parameters,
      Map<String, Tensor> inputs,
      Noise noise,
      Precision precision) {
    this.graph = graph;
    this.plan = plan;
    this.parameters = parameters;
    this.inputs = inputs;
    this.noise = noise;
    this.precision = precision;
    this.values = new Tensor[graph.values().size()];
    this.operands = new Tensor[values.length];
  }

  /** Computes every value and returns the outputs by name. */
  Map<String, Tensor> run() {
    runUntil(graph.values().size());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (var output : graph.outputs().entrySet()) {
      outputs.put(output.getKey(), values[output.getValue().id()]);
    }
    return outputs;
  }

  /**
   * Computes what {@code value} needs and returns its first operand; the caller goes on by hand.
   */
  Tensor runTo(Value value) {
    runUntil(value.id());
    return in(value, 0);
  }

  private void runUntil(int end) {
    for (Value value : graph.values().subList(0, end)) {
      values[value.id()] = value.op().accept(this, value);
      release(value);
    }
  }

  private void release(Value now) {
    for (Value operand : now.inputs()) {
      Tensor handle = values[operand.id()];
      if (plan.lastUse(operand) == now.id()
          && handle != null
          && !isLeaf(operand)
          && handle != values[now.id()]) {
        values[operand.id()] = null;
        handle.close();
        Tensor rounded = operands[operand.id()];
        if (rounded != null && rounded != handle) {
          rounded.close();
        }
        operands[operand.id()] = null;
      }
    }
  }

  private static boolean isLeaf(Value value) {
    return value.op() instanceof Op.Input || value.op() instanceof Op.Parameter;
  }

  private Tensor in(Value value, int index) {
    return values[value.input(index).id()];
  }

  @Override
  public Tensor input(Op.Input op, Value value) {
    Tensor tensor = inputs.get(op.name());
    if (tensor == null) {
      throw new IllegalArgumentException(
          "input " + op.name() + " was not fed; fed are " + inputs.keySet());
    }
    return tensor;
  }

  @Override
  public Tensor parameter(Op.Parameter op, Value value) {
    Tensor tensor = parameters.get(op.path());
    if (tensor == null) {
      throw new IllegalArgumentException("parameter " + op.path() + " has no tensor");
    }
    return tensor;
  }

  @Override
  public Tensor sinusoids(Op.Sinusoids op, Value value) {
    return Torch.floats(op.table(), TorchGraph.sizes(value.shape()));
  }

  @Override
  public Tensor linear(Op.Linear op, Value value) {
    return precision.result(
        value.inputs().size() == 2
            ? torch.linear(operand(value, 0), operand(value, 1))
            : torch.linear(
                operand(value, 0), operand(value, 1), new TensorOptional(operand(value, 2))));
  }

  /** An operand as the precision has it, once for all products that read it. */
  private Tensor operand(Value value, int index) {
    int id = value.input(index).id();
    if (operands[id] == null) {
      operands[id] = precision.operand(values[id]);
    }
    return operands[id];
  }

  @Override
  public Tensor attention(Op.Attention op, Value value) {
    Tensor q = heads(in(value, 0), value.input(0), op.heads());
    Tensor k = heads(in(value, 1), value.input(1), op.heads());
    Tensor v = heads(in(value, 2), value.input(2), op.heads());
    boolean drops = noise != null && op.dropout() > 0;
    boolean onlyCausal = op.causal() && value.inputs().size() == 3;
    Tensor visible = onlyCausal && !drops ? null : visible(op, value);
    Tensor bias = bias(visible, Op.Attention.bias(value));
    Tensor seen =
        drops
            ? attentionWithDropout(op, q, k, v, bias)
            : torch.scaled_dot_product_attention(
                q, k, v, optional(bias), 0, onlyCausal, new DoubleOptional(), false);
    Tensor joined = seen.transpose(1, 2).reshape(TorchGraph.sizes(value.shape()));
    // Where a query sees nothing its weights are even; the product makes the result 0, as defined.
    return visible == null ? joined : joined.mul(seesAny(op, value));
  }

  private Tensor attentionWithDropout(Op.Attention op, Tensor q, Tensor k, Tensor v, Tensor bias) {
    Tensor scores =
        q.matmul(k.transpose(2, 3))
            .mul(new Scalar(1 / Math.sqrt((double) q.size(3)))); // (B, H, T, S)
    Tensor weights = (bias == null ? scores : scores.add(bias)).softmax(3);
    return weights.mul(noise.keep(op.dropout(), weights)).matmul(v);
  }

  /** (B, T, C) -> (B, H, T, C/H). */
  private static Tensor heads(Tensor x, Value value, int heads) {
    Shape shape = value.shape();
    return x.reshape(shape.at(0), shape.at(1), heads, shape.at(2) / heads).transpose(1, 2);
  }

  /** 1 where a query may look, broadcast to (B, H, T, S); null when everywhere. */
  private Tensor visible(Op.Attention op, Value value) {
    Tensor visible = null;
    Value mask = Op.Attention.mask(value);
    if (mask != null) {
      visible = values[mask.id()].unsqueeze(1).unsqueeze(1);
    }
    if (op.causal()) {
      long time = value.shape().at(1);
      Tensor past = torch.ones(time, time).tril();
      visible = visible == null ? past : visible.mul(past);
    }
    return visible;
  }

  /** What is added to the scores, broadcast to (B, H, T, S); null for nothing. */
  private Tensor bias(Tensor visible, Value bias) {
    if (bias == null) {
      return visible == null ? null : hiding(visible);
    }
    Tensor more = values[bias.id()];
    return visible == null ? more : more.add(hiding(visible));
  }

  private static TensorOptional optional(Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  /** 0 where visible, a number below every score elsewhere. */
  private static Tensor hiding(Tensor visible) {
    return visible.sub(new Scalar(1.0)).mul(new Scalar(-HIDDEN));
  }

  /** 1 for queries that see a key: (B, 1, 1), or (B, T, 1) when causal. */
  private Tensor seesAny(Op.Attention op, Value value) {
    Value operand = Op.Attention.mask(value);
    if (operand == null) {
      return torch.ones(1, 1, 1);
    }
    Tensor mask = values[operand.id()];
    Tensor any =
        op.causal() ? mask.cumsum(1).clamp_max(new Scalar(1.0)) : mask.amax(new long[] {1}, true);
    return any.unsqueeze(-1);
  }

  @Override
  public Tensor dynamicMask(Op.DynamicMask op, Value value) {
    int range = value.input(2).shape().at(0);
    int steps = value.shape().at(2);
    int keys = value.shape().at(3);
    boolean stepping = Op.DynamicMask.stepping(value.inputs());
    boolean ahead = value.inputs().size() == 4 && !stepping;
    TensorVector all = new TensorVector(in(value, 2), torch.zeros(1));
    if (ahead) {
      all.push_back(in(value, 3));
    }
    Tensor distances = // (T S)
        stepping
            ? in(value, 3)
            : torch.arange(new Scalar(steps)).unsqueeze(1).sub(torch.arange(new Scalar(keys)));
    Tensor index =
        distances
            .clamp(
                new ScalarOptional(new Scalar(ahead ? -range : 0)),
                new ScalarOptional(new Scalar(range)))
            .neg()
            .add(new Scalar(range))
            .reshape(-1);
    Tensor far = torch.index_select(torch.cat(all, 0), 0, index).reshape(steps, keys);
    Tensor same = // (B, H, T, 1)
        in(value, 0).unsqueeze(1).add(in(value, 1).reshape(-1, 1, 1));
    return same.add(far);
  }

  @Override
  public Tensor convolution(Op.Convolution op, Value value) {
    Tensor x = in(value, 0).transpose(1, 2);
    if (op.left() > 0 || op.right() > 0) {
      x = torch.constant_pad_nd(x, new long[] {op.left(), op.right()}, new Scalar(0.0));
    }
    TensorOptional bias =
        value.inputs().size() == 3 ? new TensorOptional(in(value, 2)) : new TensorOptional();
    Tensor y =
        torch.conv1d(
            x, in(value, 1), bias, new long[] {1}, new long[] {0}, new long[] {1}, op.groups());
    return y.transpose(1, 2);
  }

  /**
   * A product with a band matrix for each head, whose row t holds the taps of step t from column t
   * on; long sequences in pieces, since the bands grow with the square of the length.
   */
  @Override
  public Tensor lightConvolution(Op.LightConvolution op, Value value) {
    Shape x = value.input(0).shape();
    Shape taps = value.input(1).shape();
    boolean shared = taps.rank() == 2;
    int kernel = taps.at(-1);
    int width = x.at(2) / op.heads();
    int steps = value.shape().at(1);
    Tensor source = // (H, Tin, B C/H) or (B, H, Tin, C/H)
        in(value, 0).reshape(x.at(0), x.at(1), op.heads(), width).permute(order(shared));
    TensorVector pieces = new TensorVector();
    for (int from = 0; from < steps; from += BAND) {
      int count = Math.min(BAND, steps - from);
      int first = Math.max(0, from - op.left());
      int end = Math.min(x.at(1), from - op.left() + count - 1 + kernel);
      if (end <= first) { // all of it padding
        pieces.push_back(torch.zeros(x.at(0), count, x.at(2)));
        continue;
      }
      Tensor rows =
          shared
              ? in(value, 1).unsqueeze(1).expand(op.heads(), count, kernel)
              : in(value, 1).narrow(1, from, count).transpose(1, 2); // (B, H, count, K)
      Tensor band = band(rows).narrow(-1, first - from + op.left(), end - first);
      if (shared) {
        Tensor flat = source.narrow(1, first, end - first).reshape(op.heads(), end - first, -1);
        pieces.push_back(
            band.matmul(flat)
                .reshape(op.heads(), count, x.at(0), width)
                .permute(2, 1, 0, 3)
                .reshape(x.at(0), count, x.at(2)));
      } else {
        pieces.push_back(
            band.matmul(source.narrow(2, first, end - first))
                .transpose(1, 2)
                .reshape(x.at(0), count, x.at(2)));
      }
    }
    return pieces.size() == 1 ? pieces.get(0) : torch.cat(pieces, 1);
  }

  private static long[] order(boolean shared) {
    return shared ? new long[] {2, 1, 0, 3} : new long[] {0, 2, 1, 3};
  }

  /** (..., T, K) -> (..., T, T + K - 1): row t shifted by t, zeros around it. */
  private static Tensor band(Tensor rows) {
    long steps = rows.size(-2);
    long columns = steps + rows.size(-1) - 1;
    Tensor padded = // rows of one column more, read as rows of that one less, move by one each
        torch.constant_pad_nd(rows, new long[] {0, steps}, new Scalar(0.0));
    long[] shape = padded.sizes().vec().get();
    long[] flat = java.util.Arrays.copyOf(shape, shape.length - 1);
    flat[flat.length - 1] = steps * (columns + 1);
    shape[shape.length - 1] = columns;
    return padded.reshape(flat).narrow(-1, 0, steps * columns).reshape(shape);
  }

  @Override
  public Tensor layerNorm(Op.LayerNorm op, Value value) {
    long[] last = {value.shape().at(-1)};
    TensorOptional weight = new TensorOptional(in(value, 1));
    TensorOptional bias = new TensorOptional(in(value, 2));
    return torch.layer_norm(in(value, 0), last, weight, bias, op.epsilon(), false);
  }

  @Override
  public Tensor softmax(Op.Softmax op, Value value) {
    return op.log() ? torch.log_softmax(in(value, 0), -1) : torch.softmax(in(value, 0), -1);
  }

  @Override
  public Tensor unary(Op.Unary op, Value value) {
    Tensor x = in(value, 0);
    return switch (op.kind()) {
      case RELU -> torch.relu(x);
      case GELU -> torch.gelu(x);
      case GELU_TANH -> torch.gelu(x, "tanh");
      case SIGMOID -> torch.sigmoid(x);
      case SILU -> torch.silu(x);
      case SOFTPLUS -> torch.softplus(x);
      case TANH -> torch.tanh(x);
    };
  }

  @Override
  public Tensor binary(Op.Binary op, Value value) {
    return switch (op.kind()) {
      case ADD -> in(value, 0).add(in(value, 1));
      case MULTIPLY -> in(value, 0).mul(in(value, 1));
    };
  }

  @Override
  public Tensor affine(Op.Affine op, Value value) {
    Tensor scaled = op.scale() == 1 ? in(value, 0) : in(value, 0).mul(new Scalar(op.scale()));
    return scaled.add(new Scalar(op.shift()));
  }

  @Override
  public Tensor reduce(Op.Reduce op, Value value) {
    Tensor x = in(value, 0);
    long[] axis = {op.axis()};
    if (value.inputs().size() == 1) {
      return switch (op.kind()) {
        case MAX -> x.amax(axis, false);
        case MEAN -> x.mean(axis, false, new ScalarTypeOptional());
        case SUM -> x.sum(axis, false, new ScalarTypeOptional());
      };
    }
    Tensor mask = in(value, 1); // axes 0 to axis of x
    Tensor any = mask.amax(new long[] {op.axis()}, false);
    Tensor wide = mask;
    Tensor wideAny = any;
    for (int i = op.axis() + 1; i < value.input(0).shape().rank(); i++) {
      wide = wide.unsqueeze(-1);
      wideAny = wideAny.unsqueeze(-1);
    }
    return switch (op.kind()) {
      case MAX ->
          x.masked_fill(wide.eq(new Scalar(0)), new Scalar(HIDDEN)).amax(axis, false).mul(wideAny);
      case SUM -> x.mul(wide).sum(axis, false, new ScalarTypeOptional());
      case MEAN -> {
        Tensor count = wide.sum(axis, false, new ScalarTypeOptional()).clamp_min(new Scalar(1.0));
        yield x.mul(wide).sum(axis, false, new ScalarTypeOptional()).div(count);
      }
    };
  }

  @Override
  public Tensor gather(Op.Gather op, Value value) {
    Tensor flat = in(value, 1).reshape(-1);
    if (op.partial()) {
      long last = value.input(0).shape().at(0) - 1;
      Tensor row = flat.sub(new Scalar(op.from()));
      Tensor near =
          row.clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(last)));
      Tensor inside = row.eq(near).unsqueeze(1);
      return torch
          .index_select(in(value, 0), 0, near)
          .mul(inside)
          .reshape(TorchGraph.sizes(value.shape()));
    }
    return torch.index_select(in(value, 0), 0, flat).reshape(TorchGraph.sizes(value.shape()));
  }

  @Override
  public Tensor reshape(Op.Reshape op, Value value) {
    return in(value, 0).reshape(TorchGraph.sizes(value.shape()));
  }

  @Override
  public Tensor permute(Op.Permute op, Value value) {
    long[] order = new long[op.order().size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = op.order().get(i);
    }
    return in(value, 0).permute(order);
  }

  @Override
  public Tensor slice(Op.Slice op, Value value) {
    return in(value, 0).narrow(op.axis(), op.from(), op.length());
  }

  @Override
  public Tensor concat(Op.Concat op, Value value) {
    return torch.cat(new TensorVector(in(value, 0), in(value, 1)), op.axis());
  }

  @Override
  public Tensor append(Op.Append op, Value value) {
    Tensor cache = in(value, 0);
    long length = value.input(1).shape().at(1);
    long rest = value.shape().at(1) - length;
    long position = in(value, 2).item_long();
    if (position < 0 || position > rest) {
      throw new IllegalArgumentException(
          value.path() + ": append: position " + position + " is outside " + value.shape());
    }
    return torch.cat(
        new TensorVector(
            cache.narrow(1, 0, position),
            in(value, 1),
            cache.narrow(1, position + length, rest - position)),
        1);
  }

  @Override
  public Tensor dropout(Op.Dropout op, Value value) {
    Tensor x = in(value, 0);
    if (noise == null || op.probability() == 0) {
      return x.alias();
    }
    return switch (op.kind()) {
      case ELEMENT -> x.mul(noise.keep(op.probability(), x));
      case TOKEN -> {
        long[] rows = TorchGraph.sizes(value.shape());
        rows[rows.length - 1] = 1;
        yield x.mul(noise.keepUnscaled(op.probability(), rows));
      }
    };
  }
}
