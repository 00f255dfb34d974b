package dev.goldcrest.runtime;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The definition of every operation: plain loops over doubles, one array a value, nothing shared,
 * nothing fast. Other interpreters compute the same numbers or are wrong. Doubles leave room for
 * finite differences and for the rounding of golden cases that were computed in floats.
 *
 * <p>Arrays are in row-major order. Inputs of type I32 arrive as whole doubles. Dropout is the
 * identity here.
 */
public final class ReferenceInterpreter implements OpVisitor<double[]> {
  private final Map<String, double[]> parameters;
  private final Map<String, double[]> inputs;
  private final double[][] results;

  private ReferenceInterpreter(
      int values, Map<String, double[]> parameters, Map<String, double[]> inputs) {
    this.parameters = parameters;
    this.inputs = inputs;
    this.results = new double[values][];
  }

  /**
   * Computes the outputs of {@code graph}.
   *
   * @param parameters by path; those of other graphs are ignored, so that one map serves every
   *     entry of a model
   * @param inputs by name, exactly those that the graph declares
   * @return outputs by name, each of {@code shape().size()} elements
   * @throws IllegalArgumentException when an array is missing or has another length than its shape,
   *     when an input is unknown, or when an index lies outside its table
   */
  public static Map<String, double[]> run(
      Graph graph, Map<String, double[]> parameters, Map<String, double[]> inputs) {
    for (String name : inputs.keySet()) {
      if (!graph.inputs().containsKey(name)) {
        throw new IllegalArgumentException(
            "no input " + name + "; this graph has " + graph.inputs().keySet());
      }
    }
    ReferenceInterpreter interpreter =
        new ReferenceInterpreter(graph.values().size(), parameters, inputs);
    for (Value value : graph.values()) {
      interpreter.results[value.id()] = value.op().accept(interpreter, value);
    }
    Map<String, double[]> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, Value> output : graph.outputs().entrySet()) {
      outputs.put(output.getKey(), interpreter.results[output.getValue().id()].clone());
    }
    return outputs;
  }

  @Override
  public double[] input(Op.Input op, Value value) {
    double[] x = fed("input", inputs, op.label(), value.shape());
    if (op.dtype() == DType.I32) {
      for (double index : x) {
        if (index != (int) index) {
          throw new IllegalArgumentException(
              "input " + op.label() + " must hold whole numbers, got " + index);
        }
      }
    }
    return x;
  }

  @Override
  public double[] parameter(Op.Parameter op, Value value) {
    return fed("parameter", parameters, op.path(), value.shape());
  }

  private static double[] fed(String what, Map<String, double[]> from, String name, Shape shape) {
    double[] x = from.get(name);
    if (x == null) {
      throw new IllegalArgumentException(what + " " + name + " " + shape + " is missing");
    }
    if (x.length != shape.size()) {
      throw new IllegalArgumentException(
          what
              + " "
              + name
              + " "
              + shape
              + " needs "
              + shape.size()
              + " elements, got "
              + x.length);
    }
    return x;
  }

  @Override
  public double[] sinusoids(Op.Sinusoids op, Value value) {
    double[] y = new double[value.shape().size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = op.at(i / op.channels(), i % op.channels());
    }
    return y;
  }

  @Override
  public double[] linear(Op.Linear op, Value value) {
    double[] x = operand(value, 0);
    double[] weight = operand(value, 1);
    double[] bias = value.inputs().size() == 3 ? operand(value, 2) : null;
    int out = value.shape().at(-1);
    int in = value.input(1).shape().at(1);
    double[] y = new double[value.shape().size()];
    for (int row = 0; row < value.shape().rows(); row++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias[o];
        for (int i = 0; i < in; i++) {
          sum += x[row * in + i] * weight[o * in + i];
        }
        y[row * out + o] = sum;
      }
    }
    return y;
  }

  @Override
  public double[] attention(Op.Attention op, Value value) {
    double[] v = operand(value, 2);
    int steps = value.input(0).shape().at(1);
    int keys = value.input(1).shape().at(1);
    int width = value.shape().at(2);
    int slice = width / op.heads(); // value channels of one head
    double[] y = new double[value.shape().size()];
    for (int b = 0; b < value.shape().at(0); b++) {
      for (int h = 0; h < op.heads(); h++) {
        for (int t = 0; t < steps; t++) {
          double[] weights = attentionWeights(op, value, b, h, t); // (S)
          for (int s = 0; s < keys; s++) {
            for (int c = h * slice; c < (h + 1) * slice; c++) {
              y[(b * steps + t) * width + c] += weights[s] * v[(b * keys + s) * width + c];
            }
          }
        }
      }
    }
    return y;
  }

  /**
   * What the query of head h at step t of sequence b takes from each key: sums to 1, or all 0 when
   * it sees none.
   */
  private double[] attentionWeights(Op.Attention op, Value value, int b, int h, int t) {
    double[] q = operand(value, 0);
    double[] k = operand(value, 1);
    double[] mask = of(Op.Attention.mask(value));
    double[] bias = of(Op.Attention.bias(value));
    int steps = value.input(0).shape().at(1);
    int keys = value.input(1).shape().at(1);
    int channels = value.input(0).shape().at(2);
    int slice = channels / op.heads();
    double[] weights = new double[keys];
    double max = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < keys; s++) {
      boolean visible = (mask == null || mask[b * keys + s] != 0) && (!op.causal() || s <= t);
      double score = 0;
      for (int c = h * slice; c < (h + 1) * slice; c++) {
        score += q[(b * steps + t) * channels + c] * k[(b * keys + s) * channels + c];
      }
      double more = bias == null ? 0 : bias[((b * op.heads() + h) * steps + t) * keys + s];
      weights[s] = visible ? score / Math.sqrt(slice) + more : Double.NEGATIVE_INFINITY;
      max = Math.max(max, weights[s]);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return new double[keys];
    }
    double sum = 0;
    for (int s = 0; s < keys; s++) {
      weights[s] = Math.exp(weights[s] - max);
      sum += weights[s];
    }
    for (int s = 0; s < keys; s++) {
      weights[s] /= sum;
    }
    return weights;
  }

  private double[] of(Value operand) {
    return operand == null ? null : results[operand.id()];
  }

  @Override
  public double[] dynamicMask(Op.DynamicMask op, Value value) {
    double[] token = operand(value, 0);
    double[] head = operand(value, 1);
    double[] past = operand(value, 2);
    double[] more = value.inputs().size() == 4 ? operand(value, 3) : null;
    boolean stepping = Op.DynamicMask.stepping(value.inputs());
    int heads = value.shape().at(1);
    int steps = value.shape().at(2);
    int keys = value.shape().at(3);
    double[] y = new double[value.shape().size()];
    for (int i = 0; i < y.length; i++) {
      int s = i % keys;
      int t = i / keys % steps;
      int h = i / (keys * steps) % heads;
      int b = i / (keys * steps * heads);
      int index = Op.DynamicMask.index(past.length, stepping ? (int) more[s] : t - s);
      double far = 0;
      if (index < past.length) {
        far = past[index];
      } else if (index > past.length && more != null && !stepping) {
        far = more[index - past.length - 1];
      }
      y[i] = token[b * steps + t] + far + head[h];
    }
    return y;
  }

  @Override
  public double[] convolution(Op.Convolution op, Value value) {
    double[] x = operand(value, 0);
    double[] weight = operand(value, 1);
    double[] bias = value.inputs().size() == 3 ? operand(value, 2) : null;
    int time = value.input(0).shape().at(1);
    int in = value.input(0).shape().at(2);
    int out = value.shape().at(2);
    int kernel = value.input(1).shape().at(2);
    int inOfGroup = in / op.groups();
    int outOfGroup = out / op.groups();
    double[] y = new double[value.shape().size()];
    int at = 0;
    for (int b = 0; b < value.shape().at(0); b++) {
      for (int t = 0; t < value.shape().at(1); t++) {
        for (int o = 0; o < out; o++) {
          int firstIn = o / outOfGroup * inOfGroup;
          double sum = bias == null ? 0 : bias[o];
          for (int tap = 0; tap < kernel; tap++) {
            int source = t + tap - op.left();
            for (int i = 0; i < inOfGroup && source >= 0 && source < time; i++) {
              sum +=
                  x[(b * time + source) * in + firstIn + i]
                      * weight[(o * inOfGroup + i) * kernel + tap];
            }
          }
          y[at++] = sum;
        }
      }
    }
    return y;
  }

  @Override
  public double[] lightConvolution(Op.LightConvolution op, Value value) {
    double[] x = operand(value, 0);
    double[] taps = operand(value, 1);
    int time = value.input(0).shape().at(1);
    int steps = value.shape().at(1);
    int channels = value.shape().at(2);
    int kernel = value.input(1).shape().at(-1);
    boolean shared = value.input(1).shape().rank() == 2;
    double[] y = new double[value.shape().size()];
    for (int i = 0; i < y.length; i++) {
      int row = i / channels; // b T + t
      int head = i % channels / (channels / op.heads());
      int first = ((shared ? 0 : row) * op.heads() + head) * kernel;
      for (int k = 0; k < kernel; k++) {
        int source = row % steps + k - op.left();
        if (source >= 0 && source < time) {
          y[i] += taps[first + k] * x[(row / steps * time + source) * channels + i % channels];
        }
      }
    }
    return y;
  }

  @Override
  public double[] layerNorm(Op.LayerNorm op, Value value) {
    double[] x = operand(value, 0);
    double[] weight = operand(value, 1);
    double[] bias = operand(value, 2);
    int channels = value.shape().at(-1);
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += channels) {
      double mean = 0;
      for (int c = 0; c < channels; c++) {
        mean += x[from + c] / channels;
      }
      double variance = 0;
      for (int c = 0; c < channels; c++) {
        variance += (x[from + c] - mean) * (x[from + c] - mean) / channels;
      }
      for (int c = 0; c < channels; c++) {
        y[from + c] =
            (x[from + c] - mean) / Math.sqrt(variance + op.epsilon()) * weight[c] + bias[c];
      }
    }
    return y;
  }

  @Override
  public double[] softmax(Op.Softmax op, Value value) {
    double[] x = operand(value, 0);
    int channels = value.shape().at(-1);
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += channels) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, x[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += Math.exp(x[from + c] - max);
      }
      for (int c = 0; c < channels; c++) {
        double shifted = x[from + c] - max;
        y[from + c] = op.log() ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
      }
    }
    return y;
  }

  @Override
  public double[] unary(Op.Unary op, Value value) {
    double[] x = operand(value, 0);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = Activations.apply(op.kind(), x[i]);
    }
    return y;
  }

  @Override
  public double[] binary(Op.Binary op, Value value) {
    double[] a = operand(value, 0);
    double[] b = operand(value, 1);
    double[] y = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      double other = b[broadcast(i, value.shape(), value.input(1).shape())];
      y[i] =
          switch (op.kind()) {
            case ADD -> a[i] + other;
            case MULTIPLY -> a[i] * other;
          };
    }
    return y;
  }

  /**
   * Where element {@code index} of {@code shape} finds its partner in {@code other}, aligned at the
   * last axis.
   */
  private static int broadcast(int index, Shape shape, Shape other) {
    int partner = 0;
    int rest = index;
    int stride = 1;
    for (int axis = 1; axis <= other.rank(); axis++) {
      int position = rest % shape.at(-axis);
      rest /= shape.at(-axis);
      partner += other.at(-axis) == 1 ? 0 : position * stride;
      stride *= other.at(-axis);
    }
    return partner;
  }

  @Override
  public double[] affine(Op.Affine op, Value value) {
    double[] x = operand(value, 0);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = op.scale() * x[i] + op.shift();
    }
    return y;
  }

  @Override
  public double[] reduce(Op.Reduce op, Value value) {
    double[] x = operand(value, 0);
    double[] mask = value.inputs().size() == 2 ? operand(value, 1) : null;
    Shape shape = value.input(0).shape();
    int axis = shape.resolve(op.axis());
    int outer = shape.size(0, axis);
    int length = shape.at(axis);
    int inner = shape.size(axis + 1, shape.rank());
    double[] y = new double[value.shape().size()];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int kept = 0;
        for (int l = 0; l < length; l++) {
          if (mask == null || mask[o * length + l] != 0) {
            double element = x[(o * length + l) * inner + i];
            max = Math.max(max, element);
            sum += element;
            kept++;
          }
        }
        double joined =
            switch (op.kind()) {
              case MAX -> max;
              case MEAN -> sum / kept;
              case SUM -> sum;
            };
        y[o * inner + i] = kept == 0 ? 0 : joined;
      }
    }
    return y;
  }

  @Override
  public double[] gather(Op.Gather op, Value value) {
    double[] table = operand(value, 0);
    double[] indices = operand(value, 1);
    Shape shape = value.input(0).shape();
    int channels = shape.at(1);
    double[] y = new double[value.shape().size()];
    for (int i = 0; i < indices.length; i++) {
      int row = (int) indices[i] - op.from();
      if (row < 0 || row >= shape.at(0)) {
        if (op.partial()) {
          continue;
        }
        throw new IllegalArgumentException(
            value.path()
                + ": gather: index "
                + row
                + " at position "
                + i
                + " is outside the table "
                + shape);
      }
      System.arraycopy(table, row * channels, y, i * channels, channels);
    }
    return y;
  }

  @Override
  public double[] reshape(Op.Reshape op, Value value) {
    return operand(value, 0);
  }

  @Override
  public double[] permute(Op.Permute op, Value value) {
    double[] x = operand(value, 0);
    Shape from = value.input(0).shape();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      int rest = i;
      int source = 0;
      for (int axis = value.shape().rank() - 1; axis >= 0; axis--) {
        int position = rest % value.shape().at(axis);
        rest /= value.shape().at(axis);
        source += position * from.size(op.order().get(axis) + 1, from.rank());
      }
      y[i] = x[source];
    }
    return y;
  }

  @Override
  public double[] slice(Op.Slice op, Value value) {
    double[] x = operand(value, 0);
    Shape shape = value.input(0).shape();
    int axis = shape.resolve(op.axis());
    int inner = shape.size(axis + 1, shape.rank());
    int length = op.length() * inner;
    double[] y = new double[value.shape().size()];
    for (int o = 0; o < shape.size(0, axis); o++) {
      System.arraycopy(x, (o * shape.at(axis) + op.from()) * inner, y, o * length, length);
    }
    return y;
  }

  @Override
  public double[] concat(Op.Concat op, Value value) {
    double[] a = operand(value, 0);
    double[] b = operand(value, 1);
    int outer = value.shape().size(0, value.shape().resolve(op.axis()));
    int lengthA = a.length / outer;
    int lengthB = b.length / outer;
    double[] y = new double[a.length + b.length];
    for (int o = 0; o < outer; o++) {
      System.arraycopy(a, o * lengthA, y, o * (lengthA + lengthB), lengthA);
      System.arraycopy(b, o * lengthB, y, o * (lengthA + lengthB) + lengthA, lengthB);
    }
    return y;
  }

  @Override
  public double[] append(Op.Append op, Value value) {
    Shape x = value.input(1).shape();
    int cap = value.shape().at(1);
    int position = (int) operand(value, 2)[0];
    if (position < 0 || position > cap - x.at(1)) {
      throw new IllegalArgumentException(
          value.path()
              + ": append: "
              + x.at(1)
              + " rows at position "
              + position
              + " do not fit into "
              + value.shape());
    }
    double[] y = operand(value, 0).clone();
    int length = x.at(1) * x.at(2);
    for (int b = 0; b < x.at(0); b++) {
      int to = (b * cap + position) * x.at(2);
      System.arraycopy(operand(value, 1), b * length, y, to, length);
    }
    return y;
  }

  @Override
  public double[] dropout(Op.Dropout op, Value value) {
    return operand(value, 0);
  }

  private double[] operand(Value value, int index) {
    return results[value.input(index).id()];
  }
}
