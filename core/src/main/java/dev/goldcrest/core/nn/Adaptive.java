package dev.goldcrest.core.nn;

import static dev.goldcrest.core.nn.Layers.bare;
import static dev.goldcrest.core.nn.Layers.drop;

import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import java.util.List;

/**
 * A vocabulary cut into bands of falling frequency: adaptive input (Baevski and Auli, 2019, arXiv
 * 1809.10853) and adaptive softmax (Grave et al., 2017, arXiv 1609.04309). Band i holds {@code dim
 * / factor^i} numbers a word and a map to {@code dim}. The softmax decides first among the words of
 * band 0 and the other bands, then within a band.
 *
 * @param vocabulary V
 * @param cutoffs the ids at which bands 1, 2, ... begin, rising and below V
 * @param dim channels of the model
 * @param factor by which each band is narrower than the one before
 * @param tied whether the softmax reads the tables and maps of the input
 * @param dropout probability inside the tails, training only
 */
public record Adaptive(
    int vocabulary, List<Integer> cutoffs, int dim, int factor, boolean tied, double dropout) {
  private static final Init XAVIER = new Init.Xavier(1);

  public Adaptive {
    cutoffs = List.copyOf(cutoffs);
    int last = 0;
    for (int cutoff : cutoffs) {
      if (cutoff <= last || cutoff >= vocabulary) {
        throw new IllegalArgumentException(
            "cutoffs must rise from 1 to below the vocabulary of "
                + vocabulary
                + ", got "
                + cutoffs);
      }
      last = cutoff;
    }
  }

  /** Tail clusters: the bands after the first. */
  public int tails() {
    return cutoffs.size();
  }

  /** The first id of a band. */
  public int from(int band) {
    return band == 0 ? 0 : cutoffs.get(band - 1);
  }

  /** Words in a band. */
  public int size(int band) {
    return (band == tails() ? vocabulary : cutoffs.get(band)) - from(band);
  }

  /** Numbers a word in a band. */
  public int width(int band) {
    int width = dim;
    for (int i = 0; i < band; i++) {
      width /= factor;
    }
    return Math.max(1, width);
  }

  /** ids (B, T) -> (B, T, dim); parameters {@code band.i.weight} and {@code band.i.out.weight}. */
  public Value embed(Scope scope, Value ids) {
    Value sum = null;
    for (int band = 0; band <= tails(); band++) {
      Value rows = scope.apply(new Op.Gather(from(band), true), table(scope, band), ids);
      Value wide = bare(scope.in("band", band).in("out"), rows, dim, XAVIER);
      sum = sum == null ? wide : sum.plus(wide);
    }
    return sum;
  }

  private Value table(Scope scope, int band) {
    int width = width(band);
    Init init = new Init.Normal(Math.pow(width, -0.5));
    return scope.in("band", band).parameter("weight", init, size(band), width);
  }

  /**
   * x (..., dim) -> logits (..., c0 + tails): the words of band 0, then one for each other band.
   */
  public Value head(Scope embedding, Scope output, Value x) {
    if (!tied) {
      return bare(output.in("head"), x, size(0) + tails(), XAVIER);
    }
    Value words = output.apply(new Op.Linear(), x, table(embedding, 0));
    return words.concat(-1, bare(output.in("class"), x, tails(), XAVIER));
  }

  /** x (..., dim) -> logits (..., size) within the band after {@code tail}, counted from 0. */
  public Value tail(Scope embedding, Scope output, int tail, Value x) {
    int band = tail + 1;
    Scope scope = output.in("tail", tail);
    if (!tied) {
      Value narrow = drop(scope, bare(scope.in("in"), x, width(band), XAVIER), dropout);
      return bare(scope.in("out"), narrow, size(band), XAVIER);
    }
    Value map = embedding.in("band", band).in("out").parameter("weight", XAVIER, dim, width(band));
    Value narrow = drop(scope, scope.apply(new Op.Linear(), x, map.permute(1, 0)), dropout);
    return scope.apply(new Op.Linear(), narrow, table(embedding, band));
  }

  /** x (..., dim) -> logarithms of all probabilities (..., V). */
  public Value logProbabilities(Scope embedding, Scope output, Value x) {
    Value head = head(embedding, output, x).logSoftmax();
    Value all = head.slice(-1, 0, size(0));
    for (int tail = 0; tail < tails(); tail++) {
      Value within = tail(embedding, output, tail, x).logSoftmax();
      all = all.concat(-1, within.plus(head.slice(-1, size(0) + tail, 1)));
    }
    return all;
  }
}
