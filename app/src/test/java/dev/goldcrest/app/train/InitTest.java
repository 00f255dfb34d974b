package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.ReadOptions;
import dev.goldcrest.app.evaluate.Evaluation;
import dev.goldcrest.app.evaluate.Speed;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --init}: a classifier that goes on from a trained model. */
class InitTest {
  @TempDir private Path folder;
  private Path train;
  private Path dev;
  private Path encoder;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = MadeUp.write(folder, "train.tsv", MadeUp.lines(200, 1));
    dev = MadeUp.write(folder, "dev.tsv", MadeUp.lines(60, 2));
    encoder = TinyModels.saveEncoder(folder);
    out = folder.resolve("model.safetensors");
  }

  private Front train(Path init, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("train", "--data", train.toString(), "--dev", dev.toString(), "--force"));
    args.addAll(List.of("--out", out.toString(), "--init", init.toString(), "--threads", "2"));
    return Front.run(args, more);
  }

  @Test
  void encoder_fineTuned_answersAsItsReportSays() throws Exception {
    Front front = train(encoder, "--epochs", "24", "--lr", "0.02", "--json", "--no-half");
    assertThat(front.exitCode()).as(front.err()).isZero();
    JsonNode json = front.json();
    double accuracy = json.get("devAccuracy").asDouble();
    assertThat(accuracy).isGreaterThan(0.9);
    Dataset data = Datasets.load(dev.toString(), ReadOptions.defaults());
    try (TextClassifier classifier = TextClassifier.load(out)) {
      Evaluation evaluation = Evaluation.of(classifier, data, new Speed(1, 1, 1, Double.NaN));
      assertThat(evaluation.accuracy()).isEqualTo(accuracy);
      assertThat(classifier.model().text()).isEqualTo(TinyModels.encoder().text());
      assertThat(classifier.model().architecture().settings())
          .containsEntry("readout", "mean")
          .containsEntry("classes", "3");
      assertThat(classifier.model().provenance())
          .containsEntry("init", "encoder.safetensors")
          .doesNotContainKey("preset");
    }
    // Once more from the classifier: its body, not its head.
    assertThat(train(out, "--epochs", "1", "--json").exitCode()).isZero();
  }

  @Test
  void encoder_hardlyTrained_isStillTheEncoder() throws IOException {
    Front front = train(encoder, "--epochs", "1", "--lr", "1e-9", "--no-half");
    assertThat(front.exitCode()).as(front.err()).isZero();
    ClassifierModel model = ClassifierModel.load(out);
    EmbeddingModel start = EmbeddingModel.load(encoder);
    for (String path : start.weights().paths()) {
      float[] expected = start.weights().get(path);
      float[] found = model.weights().get(path);
      assertThat(found).as(path).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
    assertThat(model.weights().paths())
        .hasSize(start.weights().paths().size() + 2)
        .contains("head.weight", "head.bias");
  }

  @Test
  void projectedClassifier_givesItsWordsToAnother() throws IOException {
    Path tiny = TinyModels.save(folder);
    Front front = train(tiny, "--epochs", "1", "--lr", "1e-9", "--no-half");
    assertThat(front.exitCode()).as(front.err()).isZero();
    ClassifierModel model = ClassifierModel.load(out);
    ClassifierModel start = ClassifierModel.load(tiny);
    assertThat(model.text()).isEqualTo(start.text());
    assertThat(model.labels()).containsExactly("light", "music", "weather");
    assertThat(model.weights().get("word.out.weight")[5])
        .isCloseTo(
            start.weights().get("word.out.weight")[5], org.assertj.core.data.Offset.offset(1e-6f));
  }

  @Test
  void wordRate_zero_leavesTheWordsAndMovesTheRest() throws IOException {
    Path tiny = TinyModels.save(folder);
    ClassifierModel start = ClassifierModel.load(tiny);
    Front front = train(tiny, "--epochs", "2", "--no-half", "--set", "wordRate=0");
    assertThat(front.exitCode()).as(front.err()).isZero();
    ClassifierModel model = ClassifierModel.load(out);
    for (String path : start.weights().paths()) {
      if (path.startsWith("word.")) {
        assertThat(model.weights().get(path)).as(path).isEqualTo(start.weights().get(path));
      } else if (!path.startsWith("head.")) {
        assertThat(model.weights().get(path)).as(path).isNotEqualTo(start.weights().get(path));
      }
    }
    assertThat(model.provenance().get("training").toString()).contains("wordRate=0.0");
    assertThat(train(encoder, "--set", "wordRate=0.5").sentence()).contains("wordRate");
    assertThat(train(tiny, "--epochs", "1").exitCode()).isZero();
    assertThat(ClassifierModel.load(out).provenance().get("training").toString())
        .as("without the setting")
        .contains("wordRate=0.3}");
  }

  @Test
  void mistakes_areOneSentence() {
    assertThat(train(encoder, "--set", "dim=16").sentence())
        .contains("--init encoder.safetensors has embedding.weight of shape");
    assertThat(train(encoder, "--arch", "proformer").sentence())
        .contains("is a bert, --arch says proformer");
    assertThat(train(encoder, "--preset", "minilm").sentence()).contains("leave out --preset");
    assertThat(train(encoder, "--set", "ngram=2").sentence()).contains("unknown setting ngram");
    assertThat(train(encoder, "--task", "stream").sentence())
        .contains("--init is for --task classify only");
    Front missing = train(folder.resolve("none.safetensors"));
    assertThat(missing.sentence()).contains("there is no such model file");
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
    Front small = train(encoder, "--max-size", "1KB");
    assertThat(small.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(small.sentence()).contains("keeps its widths");
  }
}
