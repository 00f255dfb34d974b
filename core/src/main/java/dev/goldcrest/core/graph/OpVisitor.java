package dev.goldcrest.core.graph;

/**
 * What an interpreter does with each operation. One abstract method an operation and no default:
 * adding an operation stops the build until every interpreter has it.
 *
 * @param <R> what one node gives
 */
public interface OpVisitor<R> {
  R input(Op.Input op, Value value);

  R parameter(Op.Parameter op, Value value);

  R sinusoids(Op.Sinusoids op, Value value);

  R linear(Op.Linear op, Value value);

  R attention(Op.Attention op, Value value);

  R dynamicMask(Op.DynamicMask op, Value value);

  R convolution(Op.Convolution op, Value value);

  R lightConvolution(Op.LightConvolution op, Value value);

  R layerNorm(Op.LayerNorm op, Value value);

  R softmax(Op.Softmax op, Value value);

  R unary(Op.Unary op, Value value);

  R binary(Op.Binary op, Value value);

  R affine(Op.Affine op, Value value);

  R reduce(Op.Reduce op, Value value);

  R gather(Op.Gather op, Value value);

  R reshape(Op.Reshape op, Value value);

  R permute(Op.Permute op, Value value);

  R slice(Op.Slice op, Value value);

  R concat(Op.Concat op, Value value);

  R append(Op.Append op, Value value);

  R dropout(Op.Dropout op, Value value);
}
