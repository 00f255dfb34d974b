package dev.goldcrest.runtime.kernels;

/**
 * The activation functions as short polynomials and quotients in float, without branches, so that a
 * compiler or the Vector API computes many at a time. The coefficients were fitted for the smallest
 * largest error (Lawson's reweighted least squares on Chebyshev nodes, 40 digits); the tests bound
 * the errors against series in double.
 */
public final class Curves {
  /** |x| beyond which {@link #gelu} no longer changes: the tail is below 1e-8 there. */
  public static final float GELU_LIMIT = 6f;

  // (2 Phi(-t))^(-1/8) on [0, 6]; its eighth power from below is the normal tail, error of t
  // Phi(-t) 4e-8.
  public static final float G0 = 1.0000000151144242f;
  public static final float G1 = 0.09973454234979053f;
  public static final float G2 = 0.04477323212301755f;
  public static final float G3 = 0.00863341688256863f;
  public static final float G4 = 0.0009263956225598129f;
  public static final float G5 = 0.000149259528395498f;
  public static final float G6 = 8.307005488315271e-05f;
  public static final float G7 = -1.3890999275696221e-05f;
  public static final float G8 = 2.7073544685213946e-06f;

  /** |x| beyond which tanh is 1 in float. */
  public static final float TANH_LIMIT = 9f;

  // tanh(x) / x as a quotient in u = x^2 on [0, 81], relative error 2e-8.
  public static final float TP0 = 0.9999999794932647f;
  public static final float TP1 = 0.1338102532181732f;
  public static final float TP2 = 0.0034955876008916625f;
  public static final float TP3 = 2.0609067804899904e-05f;
  public static final float TP4 = 1.3354630502794209e-08f;
  public static final float TQ1 = 0.4671434092310416f;
  public static final float TQ2 = 0.025876980578960866f;
  public static final float TQ3 = 0.00032856337040767435f;
  public static final float TQ4 = 7.77654791474658e-07f;

  // log(1 + e) / e on [0, 1], relative error 2e-8.
  public static final float LP0 = 0.9999999810469259f;
  public static final float LP1 = 0.8671935481392499f;
  public static final float LP2 = 0.12376425617447007f;
  public static final float LQ1 = 1.3671916020531796f;
  public static final float LQ2 = 0.47405885194339037f;
  public static final float LQ3 = 0.031094524019219943f;

  /** sqrt(2 / pi), of GELU_TANH. */
  public static final float GELU_TANH_SCALE = 0.7978845608028654f;

  /** The cubic coefficient of GELU_TANH. */
  public static final float GELU_TANH_CUBE = 0.044715f;

  private Curves() {}

  /**
   * x Phi(x) = max(x, 0) - |x| Phi(-|x|): no difference of near equals, so the left tail is right
   * too.
   */
  public static float gelu(float x) {
    float t = Math.min(Math.abs(x), GELU_LIMIT);
    float p = G8;
    p = p * t + G7;
    p = p * t + G6;
    p = p * t + G5;
    p = p * t + G4;
    p = p * t + G3;
    p = p * t + G2;
    p = p * t + G1;
    p = p * t + G0;
    float r = 1 / p;
    r = r * r;
    r = r * r;
    r = r * r;
    return Math.max(x, 0) - 0.5f * t * r;
  }

  /** tanh. */
  public static float tanh(float x) {
    float z = Math.max(-TANH_LIMIT, Math.min(x, TANH_LIMIT));
    float u = z * z;
    float p = (((TP4 * u + TP3) * u + TP2) * u + TP1) * u + TP0;
    float q = (((TQ4 * u + TQ3) * u + TQ2) * u + TQ1) * u + 1;
    return Math.max(-1f, Math.min(z * p / q, 1f));
  }

  /** 1 / (1 + exp(-x)). */
  public static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  /** x sigmoid(x). */
  public static float silu(float x) {
    return (float) (x / (1 + Math.exp(-x)));
  }

  /** x (1 + tanh(u)) / 2 = x sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3). */
  public static float geluTanh(float x) {
    float u = GELU_TANH_SCALE * (x + GELU_TANH_CUBE * x * x * x);
    return (float) (x / (1 + Math.exp(-2 * u)));
  }

  /** log(1 + exp(x)). */
  public static float softplus(float x) {
    float e = (float) Math.exp(-Math.abs(x));
    float p = (LP2 * e + LP1) * e + LP0;
    float q = ((LQ3 * e + LQ2) * e + LQ1) * e + 1;
    return Math.max(x, 0) + e * p / q;
  }
}
