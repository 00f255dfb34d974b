package dev.goldcrest.cost;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Shape;
import dev.goldcrest.core.graph.Value;

/** Multiply-adds of one node, by its shapes. */
final class MacCounter implements OpVisitor<Long> {
  private static final Long NONE = 0L;

  @Override
  public Long linear(Op.Linear op, Value value) {
    return (long) value.shape().size() * value.input(0).shape().at(-1);
  }

  @Override
  public Long attention(Op.Attention op, Value value) {
    Shape q = value.input(0).shape();
    long pairs = (long) q.at(0) * q.at(1) * value.input(1).shape().at(1);
    return pairs * (q.at(2) + value.shape().at(2));
  }

  @Override
  public Long convolution(Op.Convolution op, Value value) {
    Shape weight = value.input(1).shape();
    return (long) value.shape().size() * weight.at(1) * weight.at(2);
  }

  @Override
  public Long lightConvolution(Op.LightConvolution op, Value value) {
    return (long) value.shape().size() * value.input(1).shape().at(-1);
  }

  @Override
  public Long dynamicMask(Op.DynamicMask op, Value value) {
    return NONE;
  }

  @Override
  public Long input(Op.Input op, Value value) {
    return NONE;
  }

  @Override
  public Long parameter(Op.Parameter op, Value value) {
    return NONE;
  }

  @Override
  public Long sinusoids(Op.Sinusoids op, Value value) {
    return NONE;
  }

  @Override
  public Long layerNorm(Op.LayerNorm op, Value value) {
    return NONE;
  }

  @Override
  public Long softmax(Op.Softmax op, Value value) {
    return NONE;
  }

  @Override
  public Long unary(Op.Unary op, Value value) {
    return NONE;
  }

  @Override
  public Long binary(Op.Binary op, Value value) {
    return NONE;
  }

  @Override
  public Long affine(Op.Affine op, Value value) {
    return NONE;
  }

  @Override
  public Long reduce(Op.Reduce op, Value value) {
    return NONE;
  }

  @Override
  public Long gather(Op.Gather op, Value value) {
    return NONE;
  }

  @Override
  public Long reshape(Op.Reshape op, Value value) {
    return NONE;
  }

  @Override
  public Long permute(Op.Permute op, Value value) {
    return NONE;
  }

  @Override
  public Long slice(Op.Slice op, Value value) {
    return NONE;
  }

  @Override
  public Long concat(Op.Concat op, Value value) {
    return NONE;
  }

  @Override
  public Long append(Op.Append op, Value value) {
    return NONE;
  }

  @Override
  public Long dropout(Op.Dropout op, Value value) {
    return NONE;
  }
}
