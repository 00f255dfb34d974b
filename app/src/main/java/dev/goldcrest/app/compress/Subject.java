package dev.goldcrest.app.compress;

import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.kernels.Kernels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model of some task as compression sees it: what it is worth, how fast, how it learns on. */
public interface Subject {
  /** What to put in for the clock where there are no data: definitions of nouns. */
  static List<String> sample() throws IOException, DataException {
    return Datasets.load("glosses:dev", ReadOptions.defaults()).examples().stream()
        .map(Example::text)
        .toList();
  }

  /** Name of the score, such as {@code accuracy}. */
  String metric();

  /** Whether a higher score is a better one. */
  default boolean higherIsBetter() {
    return true;
  }

  /** A score or a difference of two as it is printed, {@code 97.21}. */
  String text(double score);

  /** What a difference of scores counts, such as {@code points}. */
  String unit();

  /** What scores are of, or null if there is nothing to score on. */
  String scoredOn();

  /** Scores a model the way a device runs it. */
  Score score(ModelFile model) throws IOException;

  /**
   * A score.
   *
   * @param value NaN where there is nothing to score on
   * @param answers to each example, for a test of the difference; empty where there is none
   */
  record Score(double value, List<String> answers) {
    /** No score. */
    public static final Score NONE = new Score(Double.NaN, List.of());

    public Score {
      answers = List.copyOf(answers);
    }
  }

  /** Whether a difference survives resampling, or null where that is not asked. */
  default PairedBootstrap difference(Score after, Score before) {
    return null;
  }

  /**
   * Multiply-adds of one prediction: on the median of the data, counted in what the model reads; of
   * a language model on all that it reads, of a detector of a frame on average.
   */
  long macs(ModelFile model) throws IOException;

  /** Runs the model for the clock. */
  Runner runner(ModelFile model) throws IOException;

  /**
   * Runs the model on what it learns from, or where there are no such data on what it is timed on,
   * with kernels that look on.
   */
  Runner reader(ModelFile model, Kernels kernels) throws IOException;

  /** Single predictions on one thread. */
  interface Runner extends AutoCloseable {
    /** The {@code i}-th of the inputs, which come round again. */
    void run(int i);

    @Override
    void close();
  }

  /**
   * The model with what is learned of its answers once its weights are what they are: probabilities
   * and the threshold of trust. The same model where it has none.
   */
  default ModelFile calibrated(ModelFile model) throws IOException {
    return model;
  }

  /**
   * Trains on, to the end or until the process is asked to stop: then nothing is returned.
   *
   * @param pruned paths of weights whose zeros are what pruning left
   * @param attended what stands around that
   */
  Optional<Tuned> tune(ModelFile model, Set<String> pruned, Attended attended) throws Exception;
}
