package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.OpVisitor;
import dev.goldcrest.core.graph.Value;

/**
 * What a node exercises: its operation and the choices in it. A visitor, so that a new operation
 * stops the build here until somebody has said what must be covered of it.
 */
final class Coverage implements OpVisitor<String> {
  @Override
  public String input(Op.Input op, Value value) {
    return "Input " + op.dtype();
  }

  @Override
  public String parameter(Op.Parameter op, Value value) {
    return "Parameter";
  }

  @Override
  public String sinusoids(Op.Sinusoids op, Value value) {
    return "Sinusoids " + op.layout();
  }

  @Override
  public String linear(Op.Linear op, Value value) {
    return "Linear" + (value.inputs().size() == 3 ? " bias" : "");
  }

  @Override
  public String attention(Op.Attention op, Value value) {
    return "Attention"
        + (op.causal() ? " causal" : "")
        + (Op.Attention.mask(value) != null ? " mask" : "")
        + (Op.Attention.bias(value) != null ? " bias" : "");
  }

  @Override
  public String dynamicMask(Op.DynamicMask op, Value value) {
    boolean stepping = Op.DynamicMask.stepping(value.inputs());
    return "DynamicMask"
        + (stepping ? " step" : "")
        + (value.inputs().size() == 4 && !stepping ? " future" : "");
  }

  @Override
  public String convolution(Op.Convolution op, Value value) {
    return "Convolution"
        + (op.groups() > 1 ? " groups" : "")
        + (value.inputs().size() == 3 ? " bias" : "");
  }

  @Override
  public String lightConvolution(Op.LightConvolution op, Value value) {
    return "LightConvolution" + (value.input(1).shape().rank() == 4 ? " dynamic" : "");
  }

  @Override
  public String layerNorm(Op.LayerNorm op, Value value) {
    return "LayerNorm";
  }

  @Override
  public String softmax(Op.Softmax op, Value value) {
    return "Softmax" + (op.log() ? " log" : "");
  }

  @Override
  public String unary(Op.Unary op, Value value) {
    return "Unary " + op.kind();
  }

  @Override
  public String binary(Op.Binary op, Value value) {
    return "Binary " + op.kind();
  }

  @Override
  public String affine(Op.Affine op, Value value) {
    return "Affine";
  }

  @Override
  public String reduce(Op.Reduce op, Value value) {
    return "Reduce " + op.kind() + (value.inputs().size() == 2 ? " mask" : "");
  }

  @Override
  public String gather(Op.Gather op, Value value) {
    return "Gather" + (op.partial() ? " partial" : "");
  }

  @Override
  public String reshape(Op.Reshape op, Value value) {
    return "Reshape";
  }

  @Override
  public String permute(Op.Permute op, Value value) {
    return "Permute";
  }

  @Override
  public String slice(Op.Slice op, Value value) {
    return "Slice";
  }

  @Override
  public String concat(Op.Concat op, Value value) {
    return "Concat";
  }

  @Override
  public String append(Op.Append op, Value value) {
    return "Append";
  }

  @Override
  public String dropout(Op.Dropout op, Value value) {
    return "Dropout " + op.kind();
  }
}
