package dev.goldcrest.app.compress;

import static dev.goldcrest.app.compress.MadeUpClassifier.compress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.Untrained;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code compress} factorises, how it finds the factors, and where it puts zeros. */
class CompressOptionsTest {
  private static final String LINES = "one two three\nfour five six\nseven one two\n";

  @TempDir private Path folder;
  private Path lines;
  private Path out;

  @BeforeEach
  void writeLines() throws IOException {
    lines = Files.writeString(folder.resolve("lines.txt"), LINES);
    out = folder.resolve("small.safetensors");
  }

  private Front compressed(Path from, String plan, String... more) {
    String[] options = (plan + " --force").split(" ");
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    Front front = compress(from, out, all);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front;
  }

  private Map<String, Integer> ranks() throws IOException {
    return ModelFile.load(out).architecture().forms().ranks();
  }

  private static double zeros(float[] values) {
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros / (double) values.length;
  }

  private static float least(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  /** What each factorised weight lost. */
  private static Map<String, Double> errors(JsonNode json) {
    Map<String, Double> errors = new LinkedHashMap<>();
    for (JsonNode change : json.get("changes")) {
      if (change.get("kind").asText().equals("FACTORISED")) {
        errors.put(change.get("path").asText(), change.get("error").asDouble());
      }
    }
    return errors;
  }

  /**
   * The semi-NMF has a factor that is nowhere negative, and no product is nearer than the SVD's.
   */
  @Test
  void snmf_findsOtherFactorsOfTheSameRanks() throws IOException {
    MadeUpClassifier given = MadeUpClassifier.trained(folder, "--epochs", "2");
    JsonNode svd = compressed(given.model(), "--rank 0.5 --json").json();
    Map<String, Integer> ranks = ranks();
    Weights best = ModelFile.load(out).weights();
    JsonNode snmf = compressed(given.model(), "--rank 0.5 --solver snmf --json").json();
    assertThat(ranks()).isNotEmpty().isEqualTo(ranks);
    ModelFile file = ModelFile.load(out);
    for (String path : ranks.keySet()) {
      String second = WeightForms.second(path);
      assertThat(least(file.weights().get(second))).as(second).isNotNegative();
      assertThat(least(best.get(second))).as(second).isNegative();
    }
    Map<String, Double> least = errors(svd);
    assertThat(least).containsOnlyKeys(ranks.keySet());
    errors(snmf)
        .forEach(
            (path, error) ->
                assertThat(error).as(path).isGreaterThan(least.get(path)).isLessThan(1));
    assertThat(file.provenance().get("compressed").toString())
        .startsWith("[{options=--rank 0.5 --solver snmf, from=model.safetensors, epochs=2,")
        .contains("devAccuracy=");
    assertThat(file.provenance()).doesNotContainKeys("epochs", "bestEpoch", "devAccuracy");
    assertThat(snmf.get("stages").get(1).get("name").asText())
        .isEqualTo("--rank 0.5 --solver snmf");
  }

  /** A step is told as it would be written without those that come after it. */
  @Test
  void half_isAStepOfItsOwn() throws IOException {
    Path model = TinyModels.save(folder);
    JsonNode json = compressed(model, "--rank 1 --half --json").json();
    assertThat(json.get("stages").findValuesAsText("name"))
        .containsExactly("as given", "--rank 1", "16-bit floats");
    List<Long> bytes = new ArrayList<>();
    json.get("stages").forEach(stage -> bytes.add(stage.get("modelBytes").asLong()));
    assertThat(bytes.get(2)).isEqualTo(Files.size(out)).isLessThan(bytes.get(1));
    Path low = folder.resolve("low.safetensors");
    Files.copy(out, low);
    compressed(low, "--no-half");
    assertThat(bytes.get(1)).isCloseTo(Files.size(out), within(200L));
    assertThat((List<?>) ModelFile.load(out).provenance().get("compressed")).hasSize(2);
  }

  @Test
  void parts_thatFindNothing_areSaid() throws IOException {
    Path model = TinyModels.save(folder);
    String plan = "--rank 9999 --embedding-rank 1 --embedding-prune 0.5 --structured heads:0.01";
    assertThat(compressed(model, plan).err())
        .contains("--rank 9999 finds nothing to change in this model")
        .contains("--embedding-rank 1 finds nothing to change in this model")
        .contains("--embedding-prune 0.5 finds nothing to change in this model")
        .contains("--structured heads:0.01 finds nothing to change in this model");
    assertThat(compressed(model, "--rank 1 --prune 0.5").err()).doesNotContain("finds nothing");
  }

  /** What a model without its old weights says of its own answers is learned anew. */
  @Test
  void dev_setsTheThresholdOfTrustAnew() throws IOException {
    MadeUpClassifier given = MadeUpClassifier.trained(folder, "--epochs", "4", "--lr", "0.02");
    ClassifierModel.Calibration before = ClassifierModel.load(given.model()).calibration();
    Front alone = compressed(given.model(), "--rank 2");
    assertThat(alone.err()).contains("the threshold of trust stay what they were");
    assertThat(ClassifierModel.load(out).calibration()).isEqualTo(before);
    Path others = Files.writeString(folder.resolve("others.tsv"), "cold\twake me\nhot\tdo\n");
    Front unknown = compressed(given.model(), "--rank 2", "--dev", others.toString());
    assertThat(unknown.err()).contains("the threshold of trust stay what they were");
    assertThat(ClassifierModel.load(out).calibration()).isEqualTo(before);
    compressed(given.model(), "--rank 2", "--dev", given.dev());
    ClassifierModel after = ClassifierModel.load(out);
    assertThat(after.calibration()).isNotEqualTo(before);
    int right = 0;
    int trusted = 0;
    try (TextClassifier classifier = new TextClassifier(after)) {
      for (String line : Files.readAllLines(Path.of(given.dev()))) {
        Classification answer = classifier.classify(line.split("\t")[1]);
        if (answer.label().equals(line.split("\t")[0])) {
          right++;
          trusted += answer.trusted() ? 1 : 0;
        }
      }
    }
    assertThat(trusted).as("of %d right answers", right).isBetween(9 * right / 10, right - 1);
  }

  @Test
  void outputs_ofAClassifier_factoriseItsHead() throws IOException {
    Path model = TinyModels.save(folder);
    compressed(model, "--rank 1");
    Map<String, Integer> without = ranks();
    assertThat(without).isNotEmpty().doesNotContainKey("head.weight");
    Front front = compressed(model, "--rank 1 --outputs");
    assertThat(front.out()).contains("--rank 1 --outputs");
    assertThat(ranks())
        .containsAllEntriesOf(without)
        .containsEntry("head.weight", 1)
        .hasSize(without.size() + 1);
    try (TextClassifier classifier = TextClassifier.load(out)) {
      assertThat(classifier.classify("wake me").label()).isIn("cold", "hot", "mild");
    }
  }

  /** One whose words are written with a matrix of their own. */
  @Test
  void outputs_ofALanguageModel_factoriseWhatGivesTheWords() throws IOException {
    Path untied = folder.resolve("untied.safetensors");
    Untrained.ofWords(LINES, false).file().save(untied, false);
    String dev = lines.toString();
    compressed(untied, "--rank 2", "--dev", dev);
    Map<String, Integer> without = ranks();
    assertThat(without).isNotEmpty().doesNotContainKey("output.weight");
    JsonNode json = compressed(untied, "--rank 2 --outputs --json", "--dev", dev).json();
    assertThat(ranks())
        .containsAllEntriesOf(without)
        .containsEntry("output.weight", 2)
        .hasSize(without.size() + 1);
    try (LanguageModel language = LanguageModel.load(out)) {
      int context = language.model().architecture().maxLength();
      assertThat(language.score(List.of(LINES.split("\n")).iterator(), context).perplexityPerWord())
          .isEqualTo(json.get("after").get("score").asDouble());
    }
  }

  /** And zero there leaves tables out of what else is pruned. */
  @ParameterizedTest
  @CsvSource({
    "--embedding-prune 0.5, 0, 0.5",
    "--prune 0.5 --embedding-prune 0, 0.5, 0",
    "--prune 0.5 --embedding-prune 0.25, 0.5, 0.25",
  })
  void embeddingPrune_isForTablesAlone(String plan, double linears, double tables)
      throws IOException {
    compressed(TinyModels.saveEncoder(folder), plan, "--dev", lines.toString());
    ModelFile file = ModelFile.load(out);
    Weights weights = file.weights();
    assertThat(zeros(weights.get("embedding.weight"))).isCloseTo(tables, within(1e-6));
    for (String linear : new String[] {"attention.q", "ffn.in", "ffn.out"}) {
      assertThat(zeros(weights.get("encoder.layer.0." + linear + ".weight")))
          .as(linear)
          .isCloseTo(linears, within(1e-6));
    }
    assertThat(file.provenance().get("compressed").toString()).contains("options=" + plan + ",");
  }
}
