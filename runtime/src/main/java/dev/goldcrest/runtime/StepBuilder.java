package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.runtime.kernels.AttentionShape;
import dev.goldcrest.runtime.kernels.Convolution;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.LightConvolution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Turns the nodes of a graph into steps, once a session. Each visit gives the value's place and
 * adds its steps.
 */
final class StepBuilder implements OpVisitor<Place> {
  private static final Place NOWHERE = new Place(null, 0);

  final Map<String, float[]> floats = new LinkedHashMap<>();
  final Map<String, int[]> indices = new LinkedHashMap<>();
  final List<Step> steps = new ArrayList<>();
  final float[] arena;
  final float[] scratch;
  float[][] wide;

  /** The id of the value that each step belongs to. */
  final List<Integer> owners = new ArrayList<>();

  private final Weights weights;
  private final Kernels kernels;
  private final MemoryPlan plan;
  private final Place[] places;
  private final Map<Integer, float[][]> packedHere = new LinkedHashMap<>();

  StepBuilder(Graph graph, Weights weights, Kernels kernels, MemoryPlan plan) {
    this.weights = weights;
    this.kernels = kernels;
    this.plan = plan;
    arena = new float[plan.arenaSize()];
    places = new Place[graph.values().size()];
    int most = Kernels.ROW_SCRATCH;
    for (Value value : graph.values()) {
      most = Math.max(most, scratchOf(value));
    }
    scratch = new float[most];
    for (Value value : graph.values()) {
      places[value.id()] = value.op().accept(this, value);
    }
  }

  /**
   * A parameter's floats are made, where they are codes, and kept if somebody asks for them here.
   */
  Place place(Value value) {
    if (value.op() instanceof Op.Parameter && places[value.id()] == null) {
      places[value.id()] = new Place(weights.get(value.path()), 0);
    }
    return places[value.id()];
  }

  /** The scales of a weight that is held as bytes with one for each of its rows; else null. */
  private float[] scales(Value weight) {
    float[] scales = weight.op() instanceof Op.Parameter ? weights.scales(weight.path()) : null;
    return scales != null && scales.length == weight.shape().at(0) ? scales : null;
  }

  private float[][] wide() {
    wide = wide == null ? kernels.wideRoom() : wide;
    return wide;
  }

  private int scratchOf(Value value) {
    if (value.op() instanceof Op.Linear) {
      return value.shape().at(-1);
    }
    if (value.op() instanceof Op.Attention) {
      return kernels.attentionScratch(shapeOf((Op.Attention) value.op(), value));
    }
    if (value.op() instanceof Op.Convolution) {
      return shapeOf((Op.Convolution) value.op(), value).scratch();
    }
    return 0;
  }

  private Place arena(Value value) {
    return new Place(arena, plan.offset(value));
  }

  private Place of(Value value, int operand) {
    return operand < value.inputs().size() ? place(value.input(operand)) : NOWHERE;
  }

  private Place of(Value operand) {
    return operand == null ? NOWHERE : place(operand);
  }

  private Place add(Value value, Step step, Place at) {
    steps.add(step);
    owners.add(value.id());
    return at;
  }

  @Override
  public Place input(Op.Input op, Value value) {
    if (op.dtype() == DType.I32) {
      indices.put(op.label(), new int[op.of().size()]);
      return NOWHERE;
    }
    float[] array = new float[op.of().size()];
    floats.put(op.label(), array);
    return new Place(array, 0);
  }

  @Override
  public Place parameter(Op.Parameter op, Value value) {
    int size = weights.size(op.path());
    if (size != op.of().size()) {
      throw new IllegalArgumentException(
          "weight "
              + op.path()
              + " must have the "
              + op.of().size()
              + " elements of "
              + op.of()
              + ", got "
              + size);
    }
    return null;
  }

  @Override
  public Place sinusoids(Op.Sinusoids op, Value value) {
    return new Place(op.table(), 0);
  }

  @Override
  public Place linear(Op.Linear op, Value value) {
    Shape weight = value.input(1).shape();
    int out = weight.at(0);
    int in = weight.at(1);
    int rows = value.shape().rows();
    Place to = arena(value);
    float[] scales = scales(value.input(1));
    if (scales != null) {
      byte[][] bytes = packedBytes(value.input(1).path(), scales, out, in);
      return add(
          value,
          Step.linearInt8(
              kernels, rows, in, out, of(value, 0), bytes, scales, of(value, 2), to, wide()),
          to);
    }
    float[][] packed = packed(value, out, in);
    return add(
        value,
        Step.linear(kernels, rows, in, out, of(value, 0), packed, of(value, 2), to, scratch),
        to);
  }

  /** The name of what depends on weights alone, so that all sessions can share it; else null. */
  private static String constant(Value value) {
    if (value.op() instanceof Op.Permute) {
      String of = constant(value.input(0));
      return of == null ? null : of + " in order " + ((Op.Permute) value.op()).order();
    }
    return value.op() instanceof Op.Parameter ? value.path() : null;
  }

  private byte[] bytes(String path) {
    return ((Coded.Int8) weights.coded(path)).values();
  }

  /** Bytes are packed once for all sessions. */
  private byte[][] packedBytes(String path, float[] scales, int out, int in) {
    Kernels by = kernels; // all that the weights may keep of this session
    return weights.packed(
        path,
        path + " of bytes packed for " + by.name(),
        () -> {
          byte[][] packed = by.roomInt8(out, in);
          by.packInt8(bytes(path), out, in, packed);
          return packed;
        },
        packed -> {
          byte[] values = new byte[out * in];
          by.unpackInt8(packed, out, in, values);
          return new Coded.Int8(values, scales);
        });
  }

  /** The floats of a constant that are read once. */
  private float[] constants(Value weight) {
    return weight.op() instanceof Op.Parameter
        ? weights.floats(weight.path())
        : place(weight).array();
  }

  /** A constant is packed once for all sessions; a computed weight before each use. */
  private float[][] packed(Value linear, int out, int in) {
    Value weight = linear.input(1);
    String constant = constant(weight);
    if (constant != null) {
      String key = constant + " packed for " + kernels.name();
      Supplier<float[][]> pack =
          () -> {
            float[][] packed = kernels.room(out, in);
            kernels.pack(constants(weight), 0, out, in, packed);
            return packed;
          };
      if (!(weight.op() instanceof Op.Parameter) || weights.isCoded(weight.path())) {
        return weights.derived(key, pack);
      }
      Kernels by = kernels; // all that the weights may keep of this session
      return weights.packed(weight.path(), key, pack, packed -> unpacked(by, packed, out, in));
    }
    Place from = place(weight);
    float[][] known = packedHere.get(weight.id());
    if (known == null) {
      known = kernels.room(out, in);
      packedHere.put(weight.id(), known);
      add(linear, Step.pack(kernels, out, in, from, known), from);
    }
    return known;
  }

  private static float[] unpacked(Kernels by, float[][] packed, int out, int in) {
    float[] weight = new float[out * in];
    by.unpack(packed, out, in, weight);
    return weight;
  }

  @Override
  public Place attention(Op.Attention op, Value value) {
    Place to = arena(value);
    return add(
        value,
        Step.attention(
            kernels,
            shapeOf(op, value),
            of(value, 0),
            of(value, 1),
            of(value, 2),
            of(Op.Attention.mask(value)),
            of(Op.Attention.bias(value)),
            to,
            scratch),
        to);
  }

  @Override
  public Place dynamicMask(Op.DynamicMask op, Value value) {
    Place to = arena(value);
    Place future = of(value, 3);
    int[] distances =
        Op.DynamicMask.stepping(value.inputs()) ? indices.get(value.input(3).path()) : null;
    int range = value.input(2).shape().at(0);
    return add(
        value,
        new Step.DynamicMask(
            value.shape(), range, distances, of(value, 0), of(value, 1), of(value, 2), future, to),
        to);
  }

  private static AttentionShape shapeOf(Op.Attention op, Value value) {
    Shape q = value.input(0).shape();
    Shape v = value.input(2).shape();
    return new AttentionShape(q.at(0), op.heads(), q.at(1), v.at(1), q.at(2), v.at(2), op.causal());
  }

  @Override
  public Place convolution(Op.Convolution op, Value value) {
    Convolution convolution = shapeOf(op, value);
    Value weight = value.input(1);
    Place to = arena(value);
    float[] scales = op.groups() == 1 ? scales(weight) : null;
    if (scales != null) {
      byte[][] bytes =
          weights.derived(
              weight.path() + " of bytes packed for convolution by " + kernels.name(),
              () -> convolution.packInt8(kernels, bytes(weight.path())));
      return add(
          value,
          Step.convolveInt8(
              kernels, convolution, of(value, 0), bytes, scales, of(value, 2), to, scratch, wide()),
          to);
    }
    boolean constant = weight.op() instanceof Op.Parameter;
    Place from = constant ? NOWHERE : place(weight);
    float[][][] packed =
        constant
            ? weights.derived(
                weight.path()
                    + " packed for convolution in "
                    + op.groups()
                    + " by "
                    + kernels.name(),
                () -> convolution.pack(kernels, constants(weight), 0))
            : null;
    return add(
        value,
        Step.convolve(kernels, convolution, of(value, 0), packed, from, of(value, 2), to, scratch),
        to);
  }

  private static Convolution shapeOf(Op.Convolution op, Value value) {
    Shape x = value.input(0).shape();
    Shape weight = value.input(1).shape();
    return new Convolution(
        x.at(0), x.at(1), x.at(2), weight.at(0), weight.at(2), op.groups(), op.left(), op.right());
  }

  @Override
  public Place lightConvolution(Op.LightConvolution op, Value value) {
    Shape x = value.input(0).shape();
    Shape taps = value.input(1).shape();
    Place to = arena(value);
    LightConvolution shape =
        new LightConvolution(
            x.at(0),
            x.at(1),
            value.shape().at(1),
            x.at(2),
            op.heads(),
            taps.at(-1),
            op.left(),
            taps.rank() == 2);
    return add(value, Step.lightConvolve(kernels, shape, of(value, 0), of(value, 1), to), to);
  }

  @Override
  public Place layerNorm(Op.LayerNorm op, Value value) {
    Shape x = value.shape();
    Place to = arena(value);
    float epsilon = (float) op.epsilon();
    return add(
        value,
        Step.layerNorm(
            kernels,
            x.rows(),
            x.at(-1),
            epsilon,
            of(value, 0),
            of(value, 1),
            of(value, 2),
            to,
            scratch),
        to);
  }

  @Override
  public Place softmax(Op.Softmax op, Value value) {
    Shape x = value.shape();
    Place to = arena(value);
    return add(value, Step.softmax(kernels, x.rows(), x.at(-1), op.log(), of(value, 0), to), to);
  }

  @Override
  public Place unary(Op.Unary op, Value value) {
    Place to = arena(value);
    return add(value, Step.unary(kernels, op.kind(), value.shape().size(), of(value, 0), to), to);
  }

  @Override
  public Place binary(Op.Binary op, Value value) {
    Place to = arena(value);
    Broadcast broadcast = new Broadcast(value.shape(), value.input(1).shape());
    return add(
        value, Step.binary(kernels, op.kind(), broadcast, of(value, 0), of(value, 1), to), to);
  }

  @Override
  public Place affine(Op.Affine op, Value value) {
    Place to = arena(value);
    return add(
        value,
        Step.affine(
            kernels,
            value.shape().size(),
            (float) op.scale(),
            (float) op.shift(),
            of(value, 0),
            to),
        to);
  }

  @Override
  public Place reduce(Op.Reduce op, Value value) {
    Shape x = value.input(0).shape();
    int axis = x.resolve(op.axis());
    Place to = arena(value);
    return add(
        value,
        Step.reduce(
            kernels,
            op.kind(),
            x.size(0, axis),
            x.at(axis),
            x.size(axis + 1, x.rank()),
            of(value, 0),
            of(value, 1),
            to),
        to);
  }

  @Override
  public Place gather(Op.Gather op, Value value) {
    Shape table = value.input(0).shape();
    String input = value.input(1).path();
    Place to = arena(value);
    boolean coded = scales(value.input(0)) != null;
    Coded.Int8 int8 = coded ? weights.int8(value.input(0).path()) : null;
    return add(
        value,
        new Step.Gather(
            value.path(),
            input,
            indices.get(input),
            op,
            table.at(0),
            table.at(1),
            int8 == null ? of(value, 0) : NOWHERE,
            int8,
            to),
        to);
  }

  @Override
  public Place reshape(Op.Reshape op, Value value) {
    return of(value, 0);
  }

  @Override
  public Place permute(Op.Permute op, Value value) {
    Shape x = value.input(0).shape();
    int rank = x.rank();
    int[] sizes = new int[rank];
    int[] strides = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int from = op.order().get(axis);
      sizes[axis] = x.at(from);
      strides[axis] = x.size(from + 1, rank);
    }
    String constant = constant(value);
    if (constant != null) {
      return new Place(
          weights.derived(
              constant,
              () -> {
                Place from = new Place(constants(value.input(0)), 0);
                Place once = new Place(new float[x.size()], 0);
                new Step.Permute(sizes, strides, x.size(), from, once).run();
                return once.array();
              }),
          0);
    }
    Place to = arena(value);
    return add(value, new Step.Permute(sizes, strides, x.size(), of(value, 0), to), to);
  }

  /** Leading rows of a weight or a constant are where they are; anything else is copied. */
  @Override
  public Place slice(Op.Slice op, Value value) {
    Shape x = value.input(0).shape();
    int axis = x.resolve(op.axis());
    int inner = x.size(axis + 1, x.rank());
    Place from = of(value, 0);
    Place start = new Place(from.array(), from.at() + op.from() * inner);
    int blocks = x.size(0, axis);
    if (blocks == 1 && from.array() != arena) {
      return start;
    }
    Place to = arena(value);
    int length = op.length() * inner;
    return add(value, new Step.Copy(blocks, length, start, x.at(axis) * inner, to, length), to);
  }

  @Override
  public Place concat(Op.Concat op, Value value) {
    int axis = value.shape().resolve(op.axis());
    int blocks = value.shape().size(0, axis);
    int stride = value.shape().size(axis, value.shape().rank());
    Place to = arena(value);
    int at = to.at();
    for (int i = 0; i < 2; i++) {
      Shape part = value.input(i).shape();
      int length = part.size(axis, part.rank());
      add(
          value,
          new Step.Copy(blocks, length, of(value, i), length, new Place(arena, at), stride),
          to);
      at += length;
    }
    return to;
  }

  /** In place where the plan says that the cache may be written over, else into a copy of it. */
  @Override
  public Place append(Op.Append op, Value value) {
    Shape x = value.input(1).shape();
    Place from = of(value, 0);
    Place to = plan.root(value) == value.id() ? arena(value) : from;
    int size = value.shape().size();
    if (!from.equals(to)) {
      add(value, new Step.Copy(1, size, from, size, to, size), to);
    }
    int[] position = indices.get(value.input(2).path());
    return add(
        value,
        new Step.Append(
            value.path(),
            position,
            x.at(0),
            value.shape().at(1),
            x.at(1),
            x.at(2),
            of(value, 1),
            to),
        to);
  }

  /** A session computes what a model says, not what its training disturbs. */
  @Override
  public Place dropout(Op.Dropout op, Value value) {
    Place from = of(value, 0);
    Place to = arena(value);
    int size = value.shape().size();
    return from.equals(to) ? to : add(value, new Step.Copy(1, size, from, size, to, size), to);
  }
}
