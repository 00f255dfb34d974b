package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.optim.Losses;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Trains a classifier of texts with AdamW. */
final class ClassifierTrainer extends TextTrainer {
  private final TrainingOptions options;
  private final Teaching teaching;
  private final List<LabelledText> train;
  private final Tensor classWeights;

  /** A trainer at step 0. */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options) {
    this(model, text, train, classes, options, null, Beginning.FRESH);
  }

  /**
   * A trainer at step 0 of a run that goes on from trained weights.
   *
   * @param teaching how to learn from what the examples are {@link LabelledText#taught}; null for
   *     not at all
   */
  ClassifierTrainer(
      Architecture model,
      TextConfig text,
      List<LabelledText> train,
      int classes,
      TrainingOptions options,
      Teaching teaching,
      Beginning start) {
    super(
        model,
        text,
        words(train),
        "logits",
        options.step(train.size()),
        options.batchSize(),
        options.misspell(),
        start);
    this.options = options;
    this.teaching = teaching;
    this.train = train;
    this.classWeights = classWeights(classes);
  }

  private static List<List<String>> words(List<LabelledText> texts) {
    return texts.stream().map(LabelledText::words).toList();
  }

  @Override
  Tensor loss(Tensor logits, int[] rows) {
    if (teaching == null) {
      return labelLoss(logits, rows);
    }
    int[] alone = where(rows, text -> text.taught() == null);
    if (alone.length == 0) {
      return taughtLoss(logits, rows);
    }
    Tensor labels = labelLoss(some(logits, alone), some(rows, alone));
    int[] taught = where(rows, text -> text.taught() != null);
    return taught.length == 0
        ? labels
        : taughtLoss(some(logits, taught), some(rows, taught)).add(labels);
  }

  private Tensor taughtLoss(Tensor logits, int[] rows) {
    double temperature = teaching.temperature();
    Tensor taught =
        Losses.softCrossEntropy(
                logits.div(new Scalar(temperature)), targets(rows, LabelledText::taught), null, 0)
            .mul(new Scalar(teaching.share() * temperature * temperature));
    int[] labelled = where(rows, text -> text.label() >= 0);
    if (labelled.length == 0 || teaching.share() == 1) {
      return taught;
    }
    return labelLoss(some(logits, labelled), some(rows, labelled))
        .mul(new Scalar(1 - teaching.share()))
        .add(taught);
  }

  /** Places in {@code rows} of the texts that are so. */
  private int[] where(int[] rows, Predicate<LabelledText> so) {
    return IntStream.range(0, rows.length).filter(i -> so.test(train.get(rows[i]))).toArray();
  }

  private static Tensor some(Tensor logits, int[] places) {
    return logits.index_select(0, Torch.indices(places, places.length));
  }

  private static int[] some(int[] rows, int[] places) {
    return IntStream.of(places).map(i -> rows[i]).toArray();
  }

  private Tensor labelLoss(Tensor logits, int[] rows) {
    if (train.get(rows[0]).soft() == null) {
      int[] labels = IntStream.of(rows).map(row -> train.get(row).label()).toArray();
      return Losses.crossEntropy(
          logits,
          Torch.indices(labels, labels.length),
          classWeights,
          options.labelSmoothing(),
          Losses.NOTHING_IGNORED);
    }
    return Losses.softCrossEntropy(
        logits, targets(rows, LabelledText::soft), classWeights, options.labelSmoothing());
  }

  private Tensor targets(int[] rows, Function<LabelledText, SoftLabel> aim) {
    int classes = aim.apply(train.get(rows[0])).size();
    float[] targets = new float[rows.length * classes];
    for (int row = 0; row < rows.length; row++) {
      aim.apply(train.get(rows[row])).copyTo(targets, row * classes);
    }
    return Torch.floats(targets, rows.length, classes);
  }

  /** Logits of every text, by the weights that are kept. */
  float[][] logits(List<LabelledText> texts) {
    return outputs(words(texts));
  }

  /** Path of the bias that the logits end with. */
  String headBias() {
    return traced(false, Architecture.WHOLE, model().smallest())
        .graph()
        .output("logits")
        .input(2)
        .path();
  }

  private Tensor classWeights(int classes) {
    if (options.balance() == 0) {
      return null;
    }
    float[] counts = new float[classes];
    int known = 0;
    for (LabelledText text : train) {
      if (text.label() >= 0) {
        counts[text.label()]++;
        known++;
      }
    }
    float[] weights = new float[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      weights[i] =
          counts[i] == 0 ? 0 : (float) Math.pow(known / (double) counts[i], options.balance());
      sum += weights[i] * counts[i];
    }
    for (int i = 0; i < classes; i++) {
      weights[i] *= (float) (known / sum);
    }
    return Torch.floats(weights, classes);
  }

  @Override
  public void close() {
    super.close();
    if (classWeights != null) {
      classWeights.close();
    }
  }
}
