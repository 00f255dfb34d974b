package dev.goldcrest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the products with weights are taken in while training. Everything else, the weights
 * themselves, their gradients and the optimiser among it, stays float32, and so does scoring.
 *
 * <p>With BFLOAT16 the operands of a product are rounded to the upper half of a float and their
 * products summed in float32 (Micikevicius et al., 2018, arXiv 1710.03740, with the exponent of a
 * float, so that no loss has to be scaled). A processor with instructions for that takes such a
 * product in half the time; one without takes longer.
 */
public enum Precision {
  FLOAT32,
  BFLOAT16;

  /** An operand of a product, as this precision has it. */
  Tensor operand(Tensor x) {
    return this == FLOAT32 ? x : x.to(ScalarType.BFloat16);
  }

  /** The result of a product as float32. */
  Tensor result(Tensor y) {
    return this == FLOAT32 ? y : y.to(ScalarType.Float);
  }
}
