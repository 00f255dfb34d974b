package dev.goldcrest.torch;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The principal directions of vectors, those of little variance brought forward (partial whitening;
 * whole in Su et al., 2021, arXiv 2103.15316). Vectors of texts vary most with their topic, so that
 * a cosine hardly sees what else they say, such as whether the writer likes it.
 */
final class Whitening {
  /** Vectors that tell the directions of all. */
  private static final int SAMPLE = 20_000;

  /**
   * Share of the mean variance below which a direction is none: there all vectors are the same,
   * which counts as much as a direction of mean variance.
   */
  private static final double LEAST = 0.01;

  private Whitening() {}

  /**
   * A matrix (C, C) that turns differences of vectors, as rows, into the principal directions and
   * scales each by its variance to the power of {@code -power / 2}, all of them so that the squared
   * distance of a vector to the mean is 1 on average.
   *
   * @param power 0 turns only, 1 gives each direction the same variance
   * @return to be closed by the caller
   */
  static Tensor of(EncoderData data, double power) {
    int rows = Math.min(SAMPLE, data.texts().size());
    int dimension = data.vectors().dimension();
    float[] sample = new float[rows * dimension];
    for (int row = 0; row < rows; row++) {
      data.vectors().copyTo(row, sample, row * dimension);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor vectors = Torch.floats(sample, rows, dimension).to(torch.ScalarType.Double);
      Tensor centred = vectors.sub(vectors.mean(0));
      Tensor covariance = centred.t().matmul(centred).div(new Scalar((double) rows));
      T_TensorTensor_T eigen = torch.linalg_eigh(covariance, new BytePointer("L"));
      Tensor variances = eigen.get0();
      double mean = Math.max(variances.mean().item_double(), Double.MIN_NORMAL);
      Tensor none = variances.lt(new Scalar(LEAST * mean));
      Tensor raised = variances.masked_fill(none, new Scalar(mean)).pow(new Scalar(-power));
      double total = variances.mul(raised).sum().item_double();
      Tensor scales = raised.div(new Scalar(Math.max(total, Double.MIN_NORMAL))).sqrt();
      Tensor matrix = eigen.get1().mul(scales).to(torch.ScalarType.Float);
      return Torch.floats(Torch.floats(matrix), dimension, dimension).retainReference();
    }
  }
}
