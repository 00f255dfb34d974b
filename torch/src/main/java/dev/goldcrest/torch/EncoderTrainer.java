package dev.goldcrest.torch;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import dev.goldcrest.torch.optim.Losses;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Trains an encoder of texts towards another one's vectors. */
final class EncoderTrainer extends TextTrainer {
  private final EncoderData train;
  private final EncoderOptions options;
  private final Tensor directions;

  /** As {@link Trainer#Trainer(Architecture, StepRecipe, int, Beginning)}. */
  EncoderTrainer(
      Architecture model,
      TextConfig text,
      EncoderData train,
      EncoderOptions options,
      Beginning start) {
    super(
        model,
        text,
        train.texts(),
        "embedding",
        options.step(train.texts().size()),
        options.batchSize(),
        options.misspell(),
        start);
    this.train = train;
    this.options = options;
    this.directions = options.whiten() == 0 ? null : Whitening.of(train, options.whiten());
  }

  @Override
  public void close() {
    super.close();
    if (directions != null) {
      directions.close();
    }
  }

  @Override
  Tensor loss(Tensor found, int[] rows) {
    Tensor wanted = Torch.floats(train.vectors(rows), rows.length, train.vectors().dimension());
    Tensor unit = Losses.unit(found);
    Tensor loss = Losses.cosine(unit, wanted);
    if (options.relation() > 0) {
      loss = loss.add(Losses.relation(unit, wanted).mul(new Scalar(options.relation())));
    }
    return directions == null ? loss : loss.add(Losses.turned(unit, wanted, directions));
  }

  /** Mean cosine between what the kept weights give and the vectors of {@code data}. */
  double meanCosine(EncoderData data) {
    float[][] found = outputs(data.texts());
    float[] wanted = new float[data.vectors().dimension()];
    double sum = 0;
    for (int row = 0; row < found.length; row++) {
      data.vectors().copyTo(row, wanted, 0);
      double dot = 0;
      double ours = 0;
      double theirs = 0;
      for (int i = 0; i < wanted.length; i++) {
        dot += (double) found[row][i] * wanted[i];
        ours += (double) found[row][i] * found[row][i];
        theirs += (double) wanted[i] * wanted[i];
      }
      sum += dot / Math.max(Math.sqrt(ours * theirs), 1e-12);
    }
    return sum / found.length;
  }
}
