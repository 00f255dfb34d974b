package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.runtime.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What newcomers type and hand in, other than data that are right. */
class SequenceEdgesTest {
  @TempDir private Path folder;
  private Path out;

  @BeforeEach
  void nameModel() {
    out = folder.resolve("model.safetensors");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Front train(String task, Path data, String... more) {
    List<String> args =
        List.of(
            "train",
            "--task",
            task,
            "--data",
            data.toString(),
            "--out",
            out.toString(),
            "--epochs",
            "1",
            "--threads",
            "1");
    return Front.run(args, more);
  }

  private Path save(SequenceModel model) throws IOException {
    model.save(out, false);
    return out;
  }

  private Front call(String verb, String... more) {
    return Front.run(List.of(verb, "--model", out.toString()), more);
  }

  @Test
  void predict_controlCharacters_answersAndSaysWhere() throws IOException {
    Path lines = write("lines.txt", "good\na\u0001b\n\u001b[0mred\n");
    for (String task : List.of("translate", "lm")) {
      save(Untrained.ofBytes(task, 32));
      Front front = call("predict", lines.toString());
      assertThat(front.exitCode()).isZero();
      assertThat(front.out().lines()).hasSize(3);
      assertThat(front.err())
          .contains(
              "note: 2 lines have control characters, which no training text had: line 2 has the"
                  + " control character U+0001 as character 2; remove it");
    }
  }

  @Test
  void json_perplexityBeyondNumbers_isNull() throws IOException {
    save(Untrained.ofBytes("lm", 32));
    Path line = write("line.txt", "\u65E5\u672C\u8A9E".repeat(100) + "\n");
    Front predicted = call("predict", "--json", line.toString());
    assertThat(predicted.exitCode()).as(predicted.err()).isZero();
    assertThat(predicted.json().get("perplexity").isNull()).isTrue();
    assertThat(predicted.json().get("logProbability").asDouble()).isLessThan(-2000);
    Front scored = call("evaluate", "--json", "--data", line.toString());
    assertThat(scored.json().get("perplexity").isNull()).isTrue();
    assertThat(scored.json().get("perplexityPerToken").asDouble()).isBetween(50.0, 1000.0);
  }

  @Test
  void evaluate_everyReferenceTooLong_hasNoPerplexity() throws IOException {
    save(Untrained.ofBytes("translate", 8));
    Path data = write("test.tsv", "a\tlonger than eight bytes\n");
    Front scored = call("evaluate", "--json", "--data", data.toString());
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(scored.json().get("perplexity").isNull()).isTrue();
    assertThat(scored.json().get("bleu").asDouble()).isZero();
    assertThat(scored.err()).contains("1 references are longer than the model writes");
  }

  @Test
  void evaluate_severalReferences_scoresTheFirstAndSaysSo() throws IOException {
    save(Untrained.ofBytes("summarize", 32));
    Path several = write("several.tsv", "a\tb ||| c\n");
    assertThat(call("evaluate", "--data", several.toString()).out())
        .contains("several.tsv, 1 pairs, of several references the first counts");
    String written = call("predict", write("a.txt", "a\n").toString()).out().strip();
    assertThat(written).isNotEmpty();
    Path second = write("second.tsv", "a\tb ||| " + written + "\n");
    JsonNode json = call("evaluate", "--data", second.toString(), "--json").json();
    assertThat(json.get("chrf").asDouble()).isLessThan(50);
    assertThat(json.get("bleu").asDouble()).isLessThan(50);
    Path one = write("one.tsv", "a\tb\n");
    assertThat(call("evaluate", "--data", one.toString()).out()).doesNotContain("references");
    Path source = write("one.a", "a\n");
    Path target = write("one.b", "b\n");
    Front files =
        call("evaluate", "--data", source.toString(), "--target", target.toString(), "--json");
    assertThat(files.json().get("data").asText()).isEqualTo(source + " and " + target);
  }

  @Test
  void generate_unknownWordsOfThePrompt_areSaid() throws IOException {
    save(Untrained.ofWords("the company said"));
    Front front = call("generate", "--max-tokens", "1", "The", "company", "Said");
    assertThat(front.exitCode()).isZero();
    assertThat(front.err()).contains("note: 2 of the prompt's 3 words are unknown to the model");
    assertThat(call("generate", "--max-tokens", "1", "the").err()).doesNotContain("unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "lm, predict, --beam, 2, --beam is for task translate or summarize",
    "lm, predict, --top, 2, --top is for task classify",
    "summarize, predict, --missing, x, --missing is for task stream",
    "lm, evaluate, --beam, 2, --beam is for task translate or summarize",
    "summarize, evaluate, --context, 2, --context is for task lm",
    "translate, evaluate, --compare-linear, x, --compare-linear is for task classify",
    "translate, evaluate, --report, x, --report is for task stream",
    "translate, evaluate, --text-column, x, --text-column and --label-column are for labelled",
    "lm, evaluate, --format, tsv, --text-column and --label-column are for labelled texts"
  })
  void verb_optionOfAnotherTask_isRefused(
      String task, String verb, String option, String value, String what) throws IOException {
    save(Untrained.ofBytes(task, 32));
    Path data = write("data.txt", "a\tb\n");
    Front front =
        verb.equals("evaluate")
            ? call(verb, "--data", data.toString(), option, value)
            : call(verb, data.toString(), option, value);
    assertThat(front.exitCode()).as(front.err()).isEqualTo(2);
    assertThat(front.sentence()).contains(what);
    assertThat(front.out()).isEmpty();
  }

  @Test
  void train_devWithoutAPairThatFits_isRefusedBeforeTraining() throws IOException {
    Path data = write("train.tsv", "one two\teins zwei\n".repeat(20));
    Path dev = write("dev.tsv", "one two three four five six\tx\n");
    Front front = train("translate", data, "--dev", dev.toString(), "--set", "maxLength=6");
    assertThat(front.exitCode()).isEqualTo(1);
    assertThat(front.sentence()).startsWith("goldcrest: " + dev + ": no pair is left");
    assertThat(front.err()).doesNotContain("epoch 1");
    assertThat(out).doesNotExist();
  }
}
