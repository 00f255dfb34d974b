package dev.goldcrest.runtime.vector;

import dev.goldcrest.runtime.kernels.Curves;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link Curves} and the exponential, a vector at a time. */
final class VectorCurves {
  private static final VectorSpecies<Float> S = Lanes.SPECIES;

  // exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2; ln 2 in two parts so that n ln 2 is
  // exact enough.
  private static final float PER_LN2 = 1.4426950408889634f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440054690583e-4f;

  /** 1.5 * 2^23: adding it leaves the rounded value in the low bits of the sum. */
  private static final float ROUNDER = 12582912f;

  /**
   * Below, n is -127 and the exponent's bits make exactly 0, which is what a hidden score must
   * become.
   */
  private static final float LEAST = -88f;

  private static final float MOST = 88.37f;

  /** Where GELU_TANH's exponential is near its largest and its value below 1e-36. */
  private static final float GELU_TANH_LEAST = -10f;

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;

  // exp(r), relative error 2e-9.
  private static final float E0 = 1.0000000005662666f;
  private static final float E1 = 1.000000036911256f;
  private static final float E2 = 0.49999991950292144f;
  private static final float E3 = 0.1666641750638978f;
  private static final float E4 = 0.0416682425195388f;
  private static final float E5 = 0.008375039930088053f;
  private static final float E6 = 0.0013836565169480656f;

  private VectorCurves() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(S, value);
  }

  /** exp, relative error 2e-7; 0 below -88, its value at 88.37 above. */
  static FloatVector exp(FloatVector v) {
    FloatVector x = v.max(all(LEAST)).min(all(MOST));
    FloatVector t = x.fma(all(PER_LN2), all(ROUNDER));
    FloatVector n = t.sub(all(ROUNDER));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    FloatVector p = all(E6).fma(r, all(E5));
    p = p.fma(r, all(E4));
    p = p.fma(r, all(E3));
    p = p.fma(r, all(E2));
    p = p.fma(r, all(E1));
    p = p.fma(r, all(E0));
    FloatVector power =
        t.reinterpretAsInts()
            .add(EXPONENT_BIAS)
            .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
            .reinterpretAsFloats();
    return p.mul(power);
  }

  static FloatVector gelu(FloatVector x) {
    FloatVector t = x.abs().min(all(Curves.GELU_LIMIT));
    FloatVector p = all(Curves.G8).fma(t, all(Curves.G7));
    p = p.fma(t, all(Curves.G6));
    p = p.fma(t, all(Curves.G5));
    p = p.fma(t, all(Curves.G4));
    p = p.fma(t, all(Curves.G3));
    p = p.fma(t, all(Curves.G2));
    p = p.fma(t, all(Curves.G1));
    p = p.fma(t, all(Curves.G0));
    FloatVector r = all(1f).div(p);
    r = r.mul(r);
    r = r.mul(r);
    r = r.mul(r);
    return x.max(all(0f)).sub(t.mul(all(0.5f)).mul(r));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector z = x.min(all(Curves.TANH_LIMIT)).max(all(-Curves.TANH_LIMIT));
    FloatVector u = z.mul(z);
    FloatVector p = all(Curves.TP4).fma(u, all(Curves.TP3));
    p = p.fma(u, all(Curves.TP2));
    p = p.fma(u, all(Curves.TP1));
    p = p.fma(u, all(Curves.TP0));
    FloatVector q = all(Curves.TQ4).fma(u, all(Curves.TQ3));
    q = q.fma(u, all(Curves.TQ2));
    q = q.fma(u, all(Curves.TQ1));
    q = q.fma(u, all(1f));
    return z.mul(p).div(q).min(all(1f)).max(all(-1f));
  }

  static FloatVector sigmoid(FloatVector x) {
    return all(1f).div(exp(x.neg()).add(all(1f)));
  }

  static FloatVector silu(FloatVector v) {
    FloatVector x = v.max(all(LEAST)); // beyond, the exponential no longer grows
    return x.div(exp(x.neg()).add(all(1f)));
  }

  static FloatVector geluTanh(FloatVector v) {
    FloatVector x = v.max(all(GELU_TANH_LEAST));
    FloatVector cubed = x.mul(x).mul(x);
    FloatVector u = cubed.fma(all(Curves.GELU_TANH_CUBE), x).mul(all(-2 * Curves.GELU_TANH_SCALE));
    return x.div(exp(u).add(all(1f)));
  }

  static FloatVector softplus(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector p = all(Curves.LP2).fma(e, all(Curves.LP1));
    p = p.fma(e, all(Curves.LP0));
    FloatVector q = all(Curves.LQ3).fma(e, all(Curves.LQ2));
    q = q.fma(e, all(Curves.LQ1));
    q = q.fma(e, all(1f));
    return x.max(all(0f)).add(e.mul(p).div(q));
  }
}
