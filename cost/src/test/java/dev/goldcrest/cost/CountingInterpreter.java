package dev.goldcrest.cost;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;

/**
 * Walks the loops of every multiply-add and counts them one by one; zeros that pad a convolution
 * count as well.
 */
final class CountingInterpreter implements OpVisitor<Void> {
  private long count;

  private CountingInterpreter() {}

  static long count(Graph graph) {
    CountingInterpreter interpreter = new CountingInterpreter();
    graph.values().forEach(value -> value.op().accept(interpreter, value));
    return interpreter.count;
  }

  @Override
  public Void linear(Op.Linear op, Value value) {
    for (int row = 0; row < value.shape().rows(); row++) {
      for (int out = 0; out < value.shape().at(-1); out++) {
        for (int in = 0; in < value.input(0).shape().at(-1); in++) {
          count++;
        }
      }
    }
    return null;
  }

  @Override
  public Void attention(Op.Attention op, Value value) {
    Shape q = value.input(0).shape();
    Shape v = value.input(2).shape();
    for (int b = 0; b < q.at(0); b++) {
      for (int h = 0; h < op.heads(); h++) {
        for (int t = 0; t < q.at(1); t++) {
          for (int s = 0; s < v.at(1); s++) {
            for (int c = 0; c < q.at(2) / op.heads(); c++) {
              count++; // score
            }
            for (int c = 0; c < v.at(2) / op.heads(); c++) {
              count++; // mixing
            }
          }
        }
      }
    }
    return null;
  }

  @Override
  public Void convolution(Op.Convolution op, Value value) {
    Shape weight = value.input(1).shape();
    for (int b = 0; b < value.shape().at(0); b++) {
      for (int t = 0; t < value.shape().at(1); t++) {
        for (int out = 0; out < weight.at(0); out++) {
          for (int in = 0; in < value.input(0).shape().at(2) / op.groups(); in++) {
            for (int tap = 0; tap < weight.at(2); tap++) {
              count++;
            }
          }
        }
      }
    }
    return null;
  }

  @Override
  public Void lightConvolution(Op.LightConvolution op, Value value) {
    for (int y = 0; y < value.shape().size(); y++) {
      for (int tap = 0; tap < value.input(1).shape().at(-1); tap++) {
        count++;
      }
    }
    return null;
  }

  @Override
  public Void dynamicMask(Op.DynamicMask op, Value value) {
    return null;
  }

  @Override
  public Void input(Op.Input op, Value value) {
    return null;
  }

  @Override
  public Void parameter(Op.Parameter op, Value value) {
    return null;
  }

  @Override
  public Void sinusoids(Op.Sinusoids op, Value value) {
    return null;
  }

  @Override
  public Void layerNorm(Op.LayerNorm op, Value value) {
    return null;
  }

  @Override
  public Void softmax(Op.Softmax op, Value value) {
    return null;
  }

  @Override
  public Void unary(Op.Unary op, Value value) {
    return null;
  }

  @Override
  public Void binary(Op.Binary op, Value value) {
    return null;
  }

  @Override
  public Void affine(Op.Affine op, Value value) {
    return null;
  }

  @Override
  public Void reduce(Op.Reduce op, Value value) {
    return null;
  }

  @Override
  public Void gather(Op.Gather op, Value value) {
    return null;
  }

  @Override
  public Void reshape(Op.Reshape op, Value value) {
    return null;
  }

  @Override
  public Void permute(Op.Permute op, Value value) {
    return null;
  }

  @Override
  public Void slice(Op.Slice op, Value value) {
    return null;
  }

  @Override
  public Void concat(Op.Concat op, Value value) {
    return null;
  }

  @Override
  public Void append(Op.Append op, Value value) {
    return null;
  }

  @Override
  public Void dropout(Op.Dropout op, Value value) {
    return null;
  }
}
