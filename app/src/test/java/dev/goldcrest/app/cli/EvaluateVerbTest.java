package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateVerbTest {
  private static final List<String> TEXTS =
      List.of("snow and ice", "sun", "a mild day", "frost", "heat", "fog over the sea");

  @TempDir private Path folder;
  private final Streams streams = new Streams();
  private String model;

  @BeforeEach
  void saveModel() throws IOException {
    model = TinyModels.save(folder).toString();
  }

  private int evaluate(String... arguments) {
    List<String> all = new ArrayList<>(List.of("evaluate", "--model", model));
    all.addAll(List.of(arguments));
    return Cli.run(streams.terminal, all.toArray(new String[0]));
  }

  private String data(String text) throws IOException {
    return Files.writeString(folder.resolve("test.tsv"), text).toString();
  }

  private String answer(String text) throws IOException {
    try (TextClassifier classifier = TextClassifier.load(Path.of(model))) {
      return classifier.classify(text).label();
    }
  }

  private JsonNode object() throws IOException {
    List<String> lines = streams.out().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  @Test
  void answersAsGold_areAllRight() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String text : TEXTS) {
      rows.append(answer(text)).append('\t').append(text).append('\n');
    }
    assertThat(evaluate("--data", data(rows.toString()), "--json")).isZero();
    JsonNode scores = object();
    assertThat(scores.get("task").asText()).isEqualTo("classify");
    assertThat(scores.get("examples").asInt()).isEqualTo(6);
    assertThat(scores.get("accuracy").asDouble()).isEqualTo(1);
    assertThat(scores.get("macroF1").asDouble()).isEqualTo(1);
    assertThat(scores.get("modelBytes").asLong()).isEqualTo(Files.size(Path.of(model)));
    assertThat(scores.get("p50Micros").asDouble()).isPositive();
    assertThat(scores.get("truncated").asInt()).isZero();
    assertThat(scores.get("unseenLabels").asInt()).isZero();
    assertThat(scores.get("errors")).isEmpty();
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void unknownLabelsAndLongTexts_areNoticesAndErrorsCount() throws IOException {
    String longText = "word ".repeat(TinyModels.MAX_WORDS + 1);
    String right = answer("sun");
    String rows =
        right + "\tsun\nfreezing\tsnow\nfreezing\tice\n" + answer(longText) + "\t" + longText;
    assertThat(evaluate("--data", data(rows + "\n" + answer("—") + "\t—\n"), "--json")).isZero();
    JsonNode scores = object();
    assertThat(scores.get("accuracy").asDouble()).isCloseTo(3 / 5.0, within(1e-9));
    assertThat(scores.get("unseenLabels").asInt()).isEqualTo(2);
    assertThat(scores.get("truncated").asInt()).isEqualTo(1);
    assertThat(scores.get("errors")).hasSize(2);
    assertThat(scores.get("errors").get(0).get("gold").asText()).isEqualTo("freezing");
    assertThat(scores.get("errors").get(0).get("probability").asDouble())
        .isGreaterThanOrEqualTo(scores.get("errors").get(1).get("probability").asDouble());
    assertThat(streams.err())
        .contains("note: 2 examples carry labels that the model does not know (freezing 2x)")
        .contains("note: 1 texts are longer than the 16 words");
  }

  @Test
  void threshold_splitsTheAnswers() throws IOException {
    int trusted = 0;
    StringBuilder rows = new StringBuilder();
    try (TextClassifier classifier = TextClassifier.load(Path.of(model))) {
      for (String text : TEXTS) {
        trusted += classifier.classify(text).trusted() ? 1 : 0;
        rows.append("hot\t").append(text).append('\n');
      }
    }
    assertThat(evaluate("--data", data(rows.toString()), "--json")).isZero();
    assertThat(object().get("threshold").asDouble()).isEqualTo(0.4);
    assertThat(object().get("trustedShare").asDouble()).isCloseTo(trusted / 6.0, within(1e-9));
  }

  @Test
  void compareLinear_measuresBothInOneRun() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      rows.append(i % 3 == 0 ? "hot\tsun number " : "cold\tice number ").append(i).append('\n');
    }
    String file = data(rows.toString());
    assertThat(evaluate("--data", file, "--compare-linear", file, "--json")).isZero();
    JsonNode linear = object().get("linear");
    assertThat(linear.get("accuracy").asDouble()).isEqualTo(1);
    assertThat(linear.get("p50Micros").asDouble()).isPositive();
    assertThat(linear.get("bytes").asLong()).isPositive();
    assertThat(linear.get("name").asText()).startsWith("linear");
  }

  @Test
  void table_isForReaders() throws IOException {
    String file = data("freezing\tsnow \u001b[31m red\nhot\tsun\n");
    assertThat(evaluate("--data", file)).isZero();
    assertThat(streams.out())
        .contains("accuracy")
        .contains("macro F1")
        .contains("surest mistakes")
        .doesNotContain("\u001b");
  }

  @Test
  void badData_namesFileLineAndRemedy() throws IOException {
    String file = data("hot\tsun\nno tab here\n");
    assertThat(evaluate("--data", file)).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err())
        .startsWith("goldcrest: " + file + ":2: no tab between label and text")
        .hasLineCount(1);
    assertThat(evaluate("--data", file, "--skip-bad-lines", "--json")).isZero();
    assertThat(object().get("examples").asInt()).isEqualTo(1);
    assertThat(streams.err()).contains("skipped 1 bad lines");
  }

  @Test
  void badArguments_areUsageErrors() throws IOException {
    String file = data("hot\tsun\n");
    assertThat(evaluate("--data", file, "--errors", "-1")).isEqualTo(ExitCodes.USAGE);
    assertThat(evaluate("--data", file, "--format", "xml")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("'xml' is not one of auto, tsv, table, jsonl, fasttext");
    assertThat(evaluate("--dta", file)).isEqualTo(ExitCodes.USAGE);
    assertThat(evaluate("--data", "glosses:tset")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("write glosses:train, glosses:dev or glosses:test");
    assertThat(streams.out()).isEmpty();
  }
}
