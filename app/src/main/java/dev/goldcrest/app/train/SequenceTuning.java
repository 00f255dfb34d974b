package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.SequenceRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Trains on with a model that writes and was compressed: same tokens, same search. */
public final class SequenceTuning {
  private SequenceTuning() {}

  /** As {@link ClassifierTuning#run}. */
  public static Optional<Tuned> run(
      TrainingRequest request,
      Attended attended,
      SequenceModel model,
      Set<String> pruned,
      SequenceTexts train,
      SequenceTexts dev)
      throws IOException {
    SequenceRecipe whole =
        UserError.judging(() -> SequenceRecipe.tuning(model, request.choices(), train));
    SequenceCorpus corpus = SequenceCorpus.of(train, dev, whole);
    corpus.requirePairs(train, dev, model.architecture().maxLength() - 1);
    Beginning start = new Beginning(model.weights(), pruned);
    double epochs =
        attended.planned(
            whole.training().epochs(),
            Attended.HUNDREDTHS,
            () -> Pace.measure(sequenceRun(model, corpus, whole, null, start), corpus, attended));
    SequenceRecipe recipe = whole.withEpochs(epochs);
    return attended.run(
        (int) Math.ceil(epochs),
        epoch -> Math.exp(epoch.devLoss()),
        (stop, display) -> {
          SequenceRun.Outcome outcome =
              sequenceRun(model, corpus, recipe, request.checkpoint(), start)
                  .run(request.resume(), false, stop::requested, attended::expired, display);
          return attended.tuned(outcome.finished(), display, () -> file(model, outcome));
        });
  }

  private static SequenceRun sequenceRun(
      SequenceModel model,
      SequenceCorpus corpus,
      SequenceRecipe recipe,
      Path checkpoint,
      Beginning start) {
    return new SequenceRun(
        model.architecture(), corpus.train(), corpus.dev(), recipe.training(), checkpoint, start);
  }

  private static ModelFile file(SequenceModel model, SequenceRun.Outcome outcome) {
    return new SequenceModel(
            model.task(),
            model.architecture(),
            model.source(),
            model.target(),
            model.decoding(),
            model.provenance(),
            Weights.of(outcome.weights()))
        .file();
  }
}
