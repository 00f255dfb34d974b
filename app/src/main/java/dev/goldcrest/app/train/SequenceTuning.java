package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.torch.Beginning;
import dev.goldcrest.torch.SequenceRun;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Trains on with a model that writes and was compressed: same tokens, same search. */
public final class SequenceTuning {
  private SequenceTuning() {}

  /** As {@link ClassifierTuning#run}. */
  public static Optional<SequenceModel> run(
      Terminal terminal,
      TrainingRequest request,
      SequenceModel model,
      Set<String> pruned,
      SequenceTexts train,
      SequenceTexts dev)
      throws IOException {
    SequenceRecipe recipe =
        UserError.judging(() -> SequenceRecipe.tuning(model, request.choices(), train));
    SequenceCorpus corpus = SequenceCorpus.of(train, dev, recipe);
    corpus.requirePairs(train, dev, model.architecture().maxLength() - 1);
    Attended attended = new Attended(terminal, request, request.startEnergy(terminal));
    return attended.run(
        (int) Math.ceil(recipe.training().epochs()),
        epoch -> Math.exp(epoch.devLoss()),
        (stop, display) -> {
          SequenceRun run =
              new SequenceRun(
                  model.architecture(),
                  corpus.train(),
                  corpus.dev(),
                  recipe.training(),
                  request.checkpoint(),
                  new Beginning(model.weights(), pruned));
          SequenceRun.Outcome outcome =
              run.run(request.resume(), false, stop::requested, () -> false, display);
          return outcome.finished()
              ? Optional.of(
                  new SequenceModel(
                      model.task(),
                      model.architecture(),
                      model.source(),
                      model.target(),
                      model.decoding(),
                      model.provenance(),
                      Weights.of(outcome.weights())))
              : Optional.empty();
        });
  }
}
