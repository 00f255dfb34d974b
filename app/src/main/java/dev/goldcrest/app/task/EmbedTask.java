package dev.goldcrest.app.task;

import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.compress.EncoderSubject;
import dev.goldcrest.app.compress.Subject;
import dev.goldcrest.app.evaluate.EncoderScores;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextEmbedder;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Vectors of texts. */
final class EmbedTask implements Task {
  @Override
  public String name() {
    return EmbeddingModel.TASK;
  }

  @Override
  public void check(ModelFile model, String name) throws FormatException {
    EmbeddingModel.of(model, name);
  }

  @Override
  public Report train(Terminal terminal, TrainCommand command) {
    throw UserError.usage(
        "--task embed: encoders of texts are imported (./goldcrest import) or learn from one that"
            + " was (./goldcrest distill); train --init fine-tunes one as a classifier");
  }

  @Override
  public Report evaluate(Terminal terminal, EvaluateCommand command, ModelFile model)
      throws Exception {
    if (command.teacher() == null) {
      throw UserError.failed(
          "%s gives vectors, which have no right answer to be measured by; --teacher compares them"
              + " with another encoder's, train --init fine-tunes it as a classifier",
          command.model());
    }
    return EncoderScores.of(terminal, command, EmbeddingModel.of(model, command.model()));
  }

  @Override
  public Subject compressing(Terminal terminal, CompressCommand command, ModelFile model)
      throws Exception {
    return EncoderSubject.of(command, model);
  }

  @Override
  public Report predict(Terminal terminal, PredictCommand command, ModelFile model)
      throws Exception {
    int[] truncated = {0};
    try (TextEmbedder embedder = new TextEmbedder(EmbeddingModel.of(model, command.model()))) {
      float[] vector = new float[embedder.dimension()];
      LineByLine.run(
          terminal,
          command.file(),
          text -> {
            boolean cut = embedder.embed(text, vector);
            truncated[0] += cut ? 1 : 0;
            return command.json() ? object(vector, cut) : line(vector);
          });
    }
    if (truncated[0] > 0) {
      terminal.notice("%,d texts were longer than the model reads and were cut", truncated[0]);
    }
    return LineByLine.done();
  }

  private static String line(float[] vector) {
    StringBuilder line = new StringBuilder(12 * vector.length);
    for (float value : vector) {
      line.append(line.length() > 0 ? "\t" : "").append(value);
    }
    return line.toString();
  }

  private static String object(float[] vector, boolean truncated) {
    List<Object> values = new ArrayList<>(vector.length);
    for (float value : vector) {
      values.add(Double.valueOf(Float.toString(value))); // the fewest digits that give the float
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("embedding", values);
    object.put("truncated", truncated);
    return Json.write(object);
  }
}
