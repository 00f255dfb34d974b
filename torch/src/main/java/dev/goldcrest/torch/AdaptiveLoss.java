package dev.goldcrest.torch;

import dev.goldcrest.runtime.text.Tokenizer;
import dev.goldcrest.torch.optim.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Cross-entropy of an adaptive softmax (Grave et al., 2017, arXiv 1609.04309): of every target the
 * choice among the frequent words and the bands of rare ones, and within a band only of those
 * targets that are in it. The sum of both is the logarithm of the word's probability.
 *
 * <p>The likeliest token is taken band first, as the head chooses.
 */
final class AdaptiveLoss implements TokenLoss {
  /** Rows of a band are filled up to a multiple of this, so that few graphs serve all batches. */
  private static final int STEP = 64;

  private static final int NONE = (int) Losses.NOTHING_IGNORED;

  private final Targets targets;
  private final Map<String, Tensor> outputs;

  /**
   * The targets of a batch by band.
   *
   * @param head of every position: a frequent word or, after these, a band; {@link #NONE} for none
   * @param rows of each band the positions whose target is in it
   * @param words of each band the targets of these positions, counted within the band
   */
  record Targets(int[] head, List<int[]> rows, List<int[]> words) {
    /**
     * @param cutoffs the ids at which the bands of rare words begin
     */
    static Targets of(int[] targets, List<Integer> cutoffs) {
      int[] head = new int[targets.length];
      List<List<Integer>> rows = new ArrayList<>();
      cutoffs.forEach(cutoff -> rows.add(new ArrayList<>()));
      for (int i = 0; i < targets.length; i++) {
        int band = cutoffs.size();
        while (band > 0 && targets[i] < cutoffs.get(band - 1)) {
          band--;
        }
        head[i] =
            targets[i] == Tokenizer.PAD ? NONE : band == 0 ? targets[i] : cutoffs.get(0) + band - 1;
        if (band > 0) {
          rows.get(band - 1).add(i);
        }
      }
      List<int[]> filled = new ArrayList<>();
      List<int[]> words = new ArrayList<>();
      for (int band = 0; band < rows.size(); band++) {
        List<Integer> at = rows.get(band);
        int size = Math.max(1, (at.size() + STEP - 1) / STEP) * STEP;
        int[] positions = new int[size];
        int[] within = new int[size];
        Arrays.fill(within, NONE);
        for (int i = 0; i < at.size(); i++) {
          positions[i] = at.get(i);
          within[i] = targets[at.get(i)] - cutoffs.get(band);
        }
        filled.add(positions);
        words.add(within);
      }
      return new Targets(head, filled, words);
    }

    /** How many rows each band has. */
    List<Integer> sizes() {
      return rows.stream().map(band -> band.length).toList();
    }
  }

  /**
   * @param outputs of the graph: {@code head} and {@code tail.i}
   */
  AdaptiveLoss(Targets targets, Map<String, Tensor> outputs) {
    this.targets = targets;
    this.outputs = outputs;
  }

  private static Tensor loss(Tensor logits, int[] wanted, double smoothing) {
    return Losses.crossEntropy(
        logits, Torch.indices(wanted, wanted.length), null, smoothing, Losses.NOTHING_IGNORED);
  }

  private Tensor loss(double smoothing) {
    Tensor sum = loss(outputs.get("head"), targets.head(), smoothing);
    for (int tail = 0; tail < targets.words().size(); tail++) {
      sum = sum.add(loss(outputs.get("tail." + tail), targets.words().get(tail), smoothing));
    }
    return sum;
  }

  @Override
  public double backward(double smoothing, double scale) {
    Tensor loss = loss(smoothing).mul(new Scalar(scale));
    loss.backward();
    return loss.item_float();
  }

  @Override
  public Sum sum() {
    long[] head = likeliest(outputs.get("head"));
    long right = 0;
    int first = targets.rows().isEmpty() ? Integer.MAX_VALUE : firstBand();
    for (int i = 0; i < head.length; i++) {
      right += head[i] == targets.head()[i] && head[i] < first ? 1 : 0;
    }
    for (int tail = 0; tail < targets.words().size(); tail++) {
      long[] words = likeliest(outputs.get("tail." + tail));
      for (int i = 0; i < words.length; i++) {
        boolean banded = head[targets.rows().get(tail)[i]] == first + tail;
        right += banded && words[i] == targets.words().get(tail)[i] ? 1 : 0;
      }
    }
    return new Sum(loss(0).item_double(), right);
  }

  private int firstBand() {
    return (int) outputs.get("head").size(1) - targets.rows().size();
  }

  private static long[] likeliest(Tensor logits) {
    Tensor best = logits.argmax(new LongOptional(1), false);
    long[] values = new long[(int) best.numel()];
    best.data_ptr_long().get(values);
    return values;
  }
}
