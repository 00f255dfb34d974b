package dev.goldcrest.runtime.decode;

import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.Random;

/**
 * Draws continuations of a prompt from a language model. Its arrays are kept between calls; one
 * thread at a time.
 */
public final class Sampler {
  private final Kernels kernels;
  private final Best best = new Best();
  private final int[] token = new int[1];
  private final int[] parent = new int[1];
  private float[] probabilities = new float[0];

  public Sampler(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Tokens that continue {@code prompt}, without prompt and end token. Where the text grows longer
   * than the model's context, the latter half of it is read again and the rest forgotten.
   */
  public int[] generate(Stepper stepper, int[] prompt, SamplingOptions options) {
    if (probabilities.length < stepper.vocabulary()) {
      probabilities = new float[stepper.vocabulary()];
    }
    Random random = new Random(options.seed());
    int[] text = Arrays.copyOf(prompt, Math.addExact(prompt.length, 16));
    int length = prompt.length;
    int steps = 0; // 0 where the past has to be read anew
    float[] scores = null;
    for (int left = options.maxTokens(); left > 0; left--) {
      if (steps == 0 || steps >= stepper.maxSteps()) {
        int kept = steps == 0 ? stepper.maxSteps() - 1 : stepper.maxSteps() / 2;
        scores = read(stepper, text, Math.max(0, length - kept), length);
        steps = 1 + Math.min(kept, length);
      } else {
        scores = step(stepper, text[length - 1]);
        steps++;
      }
      int drawn = draw(scores, stepper.vocabulary(), options, random);
      if (drawn == Tokenizer.EOS) {
        break;
      }
      if (length == text.length) {
        text = Arrays.copyOf(text, Math.multiplyExact(2, length));
      }
      text[length++] = drawn;
    }
    return Arrays.copyOfRange(text, prompt.length, length);
  }

  private float[] read(Stepper stepper, int[] text, int from, int to) {
    stepper.start(new int[0]);
    float[] scores = step(stepper, Tokenizer.EOS);
    for (int i = from; i < to; i++) {
      scores = step(stepper, text[i]);
    }
    return scores;
  }

  private float[] step(Stepper stepper, int next) {
    token[0] = next;
    return stepper.step(1, token, parent);
  }

  /** One token by the scores of a row, which are overwritten. */
  int draw(float[] scores, int n, SamplingOptions options, Random random) {
    Scores.forbid(scores, 0, options.unknown());
    if (options.temperature() == 0) {
      best.reset(1);
      best.scan(0, 0, scores, 0, n);
      return check(best.size() == 0 ? -1 : best.token(0));
    }
    if (options.temperature() != 1) {
      sharpen(scores, n, options.temperature());
    }
    kernels.softmax(1, n, false, scores, 0, probabilities, 0);
    boolean all = options.topK() == 0 || options.topK() >= n;
    if (all && options.topP() == 1) {
      return drawFromAll(n, random);
    }
    double rest = 0; // what is certainly not needed: all of it together is below 1 - p
    if (all) {
      best.reset(n);
      float least = (float) ((1 - options.topP()) / n / 2);
      for (int i = 0; i < n; i++) {
        if (probabilities[i] > least) {
          best.add(0, i, probabilities[i]);
        } else {
          rest += probabilities[i];
        }
      }
    } else {
      best.reset(options.topK());
      best.scan(0, 0, probabilities, 0, n);
    }
    best.sort();
    return drawFromBest(options.topP(), rest, random);
  }

  /** Divides scores by a temperature, however small, without making any infinite. */
  private void sharpen(float[] scores, int n, double temperature) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, scores[i]);
    }
    kernels.affine(n, 1, -most, scores, 0, scores, 0);
    float scale = (float) Math.min(Float.MAX_VALUE, 1 / temperature);
    kernels.affine(n, scale, 0, scores, 0, scores, 0);
  }

  private int drawFromAll(int n, Random random) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += probabilities[i];
    }
    double left = random.nextDouble() * sum;
    int drawn = -1;
    for (int i = 0; i < n && (drawn < 0 || left >= 0); i++) {
      if (probabilities[i] > 0) {
        drawn = i;
        left -= probabilities[i];
      }
    }
    return check(drawn);
  }

  /** Draws from the first of the best whose share of all reaches {@code topP}. */
  private int drawFromBest(double topP, double rest, Random random) {
    double sum = rest;
    for (int rank = 0; rank < best.size(); rank++) {
      sum += best.score(rank);
    }
    double mass = 0;
    int count = 0;
    while (count < best.size() && mass < topP * sum) {
      mass += best.score(count++);
    }
    double left = random.nextDouble() * mass;
    int drawn = -1;
    for (int rank = 0; rank < count && (drawn < 0 || left >= 0); rank++) {
      drawn = best.token(rank);
      left -= best.score(rank);
    }
    return check(drawn);
  }

  private static int check(int drawn) {
    if (drawn < 0) {
      throw new IllegalStateException("the model's scores are no numbers");
    }
    return drawn;
  }
}
