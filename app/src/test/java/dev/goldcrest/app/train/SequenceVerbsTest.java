package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that write through the front door, on data that a small one learns in seconds. */
class SequenceVerbsTest {
  @TempDir private Path folder;
  private Path train;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = write("train.tsv", MadeUpNumbers.pairs(400, 1));
    out = folder.resolve("model.safetensors");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Front train(String task, Path data, String... more) {
    return MadeUpNumbers.train(task, data, out, more);
  }

  @Test
  void train_translate_learnsScoresAndAnswers() throws IOException {
    Front trained = train("translate", train, "--epochs", "25", "--json");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    JsonNode json = trained.json();
    assertThat(json.get("task").asText()).isEqualTo("translate");
    assertThat(json.get("epochs").asInt()).isEqualTo(25);
    assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(out));
    assertThat(json.get("tokensPerSecond").asDouble()).isPositive();
    assertThat(json.get("gigaflops").asDouble()).isPositive();
    assertThat(folder.resolve("model.safetensors.run.json")).exists();
    assertThat(folder.resolve("model.safetensors.checkpoint")).doesNotExist();

    Path test = write("test.tsv", MadeUpNumbers.pairs(50, 2));
    Front scored =
        Front.run(
            List.of("evaluate", "--model", out.toString(), "--data", test.toString(), "--json"));
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    JsonNode scores = scored.json();
    assertThat(scores.get("bleu").asDouble()).isBetween(85.0, 100.0);
    assertThat(scores.get("chrf").asDouble()).isBetween(85.0, 100.0);
    for (String name : List.of("rouge1", "rouge2", "rougeL")) {
      assertThat(scores.get(name).asDouble()).as(name).isBetween(0.8, 1.0);
    }
    assertThat(scores.get("perplexity").asDouble()).isBetween(1.0, 1.6);
    assertThat(scores.get("examples").asInt()).isEqualTo(50);

    Path lines = write("lines.txt", "one two three\n\nseven six\n");
    Front answered = Front.run(List.of("predict", "--model", out.toString(), lines.toString()));
    assertThat(answered.out()).isEqualTo("eins zwei drei\n\nsieben sechs\n");
    Front several =
        Front.run(
            List.of(
                "predict", "--model", out.toString(), "--top", "2", lines.toString(), "--json"));
    assertThat(several.json().get("text").asText()).isEqualTo("sieben sechs");
    assertThat(several.json().get("top")).hasSize(2);
    Front narrow =
        Front.run(
            List.of("predict", "--model", out.toString(), "--beam", "2", lines.toString()),
            "--top",
            "3");
    assertThat(narrow.exitCode()).isEqualTo(2);
    assertThat(narrow.sentence())
        .isEqualTo("goldcrest: predict: --top 3 is more texts than a search with --beam 2 finds");
    assertThat(
            Front.run(
                    List.of("predict", "--model", out.toString(), "--beam", "0"), lines.toString())
                .sentence())
        .contains("beam")
        .doesNotContain("--top");
    try (Translator translator = Translator.load(out)) {
      assertThat(translator.translate("four five").text()).isEqualTo("vier fünf");
    }
  }

  @Test
  void train_again_givesTheSameBytes() throws IOException {
    Path again = folder.resolve("again.safetensors");
    assertThat(train("translate", train, "--epochs", "2").exitCode()).isZero();
    assertThat(train("translate", train, "--epochs", "2", "--out", again.toString()).exitCode())
        .isZero();
    assertThat(again).hasSameBinaryContentAs(out);
    assertThat(train("translate", train, "--epochs", "2").sentence()).contains("--force");
  }

  @Test
  void train_twoFilesAndColumns_areTheSamePairs() throws IOException {
    StringBuilder english = new StringBuilder();
    StringBuilder german = new StringBuilder();
    StringBuilder turned = new StringBuilder();
    for (String line : Files.readAllLines(train)) {
      String[] sides = line.split("\t");
      english.append(sides[0]).append('\n');
      german.append(sides[1]).append('\n');
      turned.append(sides[1]).append('\t').append(sides[0]).append('\n');
    }
    Path source = write("train.en", english.toString());
    Path target = write("train.de", german.toString());
    Path columns = write("turned.tsv", turned.toString());
    Path two = folder.resolve("two.safetensors");
    Path swapped = folder.resolve("swapped.safetensors");
    String[] oneEpoch = {"--epochs", "1", "--set", "average=0"};
    assertThat(train("translate", train, oneEpoch).exitCode()).isZero();
    Front files =
        train(
            "translate",
            source,
            "--target",
            target.toString(),
            "--out",
            two.toString(),
            "--epochs",
            "1",
            "--set",
            "average=0");
    assertThat(files.exitCode()).as(files.err()).isZero();
    Front turnedBack =
        train(
            "translate",
            columns,
            "--columns",
            "2,1",
            "--out",
            swapped.toString(),
            "--epochs",
            "1",
            "--set",
            "average=0");
    assertThat(turnedBack.exitCode()).as(turnedBack.err()).isZero();
    SequenceModel one = SequenceModel.load(out);
    for (Path other : List.of(two, swapped)) {
      SequenceModel model = SequenceModel.load(other);
      for (String path : one.weights().paths()) {
        assertThat(model.weights().get(path)).containsExactly(one.weights().get(path));
      }
    }
  }

  @Test
  void train_summarize_learnsTheFirstReference() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line : MadeUpNumbers.pairs(60, 3).split("\n")) {
      lines.append(line).append(" ||| something else\n");
    }
    Path data = write("summaries.tsv", lines.toString());
    Path first = write("first.tsv", MadeUpNumbers.pairs(60, 3));
    assertThat(train("summarize", first, "--epochs", "2").exitCode()).isZero();
    SequenceModel expected = SequenceModel.load(out);
    Front trained = train("summarize", data, "--epochs", "2", "--force");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    SequenceModel model = SequenceModel.load(out);
    assertThat(model.task()).isEqualTo("summarize");
    assertThat(model.weights().paths()).isNotEmpty();
    for (String path : model.weights().paths()) {
      assertThat(model.weights().get(path)).containsExactly(expected.weights().get(path));
    }
    Front scored =
        Front.run(
            List.of("evaluate", "--model", out.toString(), "--data", data.toString(), "--json"));
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(scored.json().has("rouge1")).isTrue();
    assertThat(scored.json().get("task").asText()).isEqualTo("summarize");
  }

  @Test
  void train_lm_learnsScoresAndWrites() throws IOException {
    Path text = write("train.txt", MadeUpNumbers.text(300, 1));
    Path dev = write("dev.txt", MadeUpNumbers.text(40, 2));
    Front trained =
        train("lm", text, "--dev", dev.toString(), "--epochs", "8", "--set", "context=24");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    Front scored =
        Front.run(
            List.of(
                "evaluate",
                "--model",
                out.toString(),
                "--data",
                dev.toString(),
                "--context",
                "12",
                "--json"));
    JsonNode scores = scored.json();
    assertThat(scores.get("perplexity").asDouble()).isBetween(1.0, 2.5);
    assertThat(scores.get("context").asInt()).isEqualTo(12);
    assertThat(scores.get("words").asInt()).isEqualTo(240);

    List<String> generate =
        List.of("generate", "--model", out.toString(), "--temperature", "0", "three", "four");
    Front written = Front.run(generate, "--max-tokens", "3");
    assertThat(written.out()).isEqualTo("three four five six seven\n");
    List<String> wild =
        List.of("generate", "--model", out.toString(), "--temperature", "50", "three", "four");
    assertThat(Front.run(wild, "--max-tokens", "3").out()).isNotEqualTo(written.out());
    for (String[] narrow :
        List.of(new String[] {"--top-k", "1"}, new String[] {"--top-p", "1e-9"})) {
      Front safe = Front.run(wild, "--max-tokens", "3", narrow[0], narrow[1]);
      assertThat(safe.out()).as(narrow[0]).isEqualTo(written.out());
    }
    List<String> samples =
        List.of("generate", "--model", out.toString(), "--samples", "3", "--seed", "7", "--json");
    Front drawn = Front.run(samples);
    assertThat(drawn.json().get("texts")).hasSize(3);
    assertThat(Front.run(samples).out()).isEqualTo(drawn.out());
    Path line = write("line.txt", "one two three four five\n");
    Front likely = Front.run(List.of("predict", "--model", out.toString(), line.toString()));
    assertThat(likely.out()).matches("-\\d+\\.\\d{4}\t\\d+\\.\\d\\d\n");
  }

  @Test
  void train_maxMinutes_endsInTimeWithAModel() throws IOException {
    long start = System.nanoTime();
    Front trained =
        train("translate", train, "--epochs", "5000", "--max-minutes", "0.01", "--json");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(System.nanoTime() - start).isLessThan(40_000_000_000L);
    assertThat(trained.err()).contains("of the recipe's 5000 epochs fit into 0.01 minutes");
    assertThat(SequenceModel.load(out).task()).isEqualTo("translate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"translate", "lm"})
  void train_maxMinutes_countReadingToo(String task) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("train", "--task", task, "--data", "-", "--out", out.toString()));
    args.addAll(MadeUpNumbers.SMALL);
    args.addAll(List.of("--epochs", "5000", "--max-minutes", "0.01"));
    Path data = task.equals("lm") ? write("text.txt", MadeUpNumbers.text(300, 1)) : train;
    Front trained = Front.runWaiting(data, 700, args);
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err())
        .containsPattern("0\\.0\\d of the recipe's 5000 epochs fit into 0.01 minutes")
        .contains("training ended after 0.01 minutes, before its last epoch");
    assertThat(SequenceModel.load(out).task()).isEqualTo(task);
  }

  @Test
  void train_maxSize_refusesBeforeTrainingAndNamesWhatFits() throws IOException {
    Front tooLarge =
        train("translate", train, "--epochs", "1", "--max-size", "24KB", "--rank", "0.9");
    assertThat(tooLarge.exitCode()).isEqualTo(3);
    assertThat(tooLarge.sentence())
        .contains("--max-size 24.0 KB: the model would take ")
        .contains("as kmeans4 still ")
        .containsPattern("; --set dim=\\d+ would fit$");
    assertThat(out).doesNotExist();
    Front never = train("translate", train, "--epochs", "1", "--max-size", "1KB");
    assertThat(never.exitCode()).isEqualTo(3);
    assertThat(never.sentence())
        .containsPattern(
            "no narrower one fits, the nearest is --max-size \\d+ --set dim=8; --set merges=N");
    String[] nearest = never.sentence().replaceAll(".*(--max-size .*);.*", "$1").split(" ");
    Front least =
        train(
            "translate",
            train,
            "--epochs",
            "1",
            nearest[0],
            nearest[1],
            nearest[2],
            nearest[3],
            "--out",
            folder.resolve("least.safetensors").toString());
    assertThat(least.exitCode()).as(least.err()).isZero();
    assertThat(Files.size(folder.resolve("least.safetensors")))
        .isLessThanOrEqualTo(Long.parseLong(nearest[1]));
    Front fits = train("translate", train, "--epochs", "1", "--max-size", "200KB");
    assertThat(fits.exitCode()).as(fits.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"translate", "lm"})
  void train_maxSize_hasFactorsFromTheStartWhereBitsAreNotEnough(String task) throws IOException {
    boolean writesOnly = task.equals("lm");
    Path data = writesOnly ? write("text.txt", MadeUpNumbers.text(300, 1)) : train;
    String[] options = {"--epochs", "2", "--set", "dim=64", "--max-size", "1"};
    options[5] =
        train(task, data, options).sentence().replaceAll(".*as kmeans4 still ([^,]*),.*", "$1");
    options[5] = "" + SizeBudget.parse(options[5].replace(" ", "")) * 4 / 5;
    Front front = train(task, data, options);
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("is two factors from the start (--rank ");
    assertThat(Files.size(out)).isLessThanOrEqualTo(Long.parseLong(options[5]));
    assertThat(SequenceModel.load(out).architecture().forms().ranks()).isNotEmpty();
  }

  @Test
  void train_byDesign_hasFactorsFromTheStart() throws IOException {
    Front front = train("translate", train, "--epochs", "1", "--rank", "4");
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(SequenceModel.load(out).architecture().forms().ranks().values())
        .isNotEmpty()
        .containsOnly(4);
  }

  @Test
  void train_overlongPairs_areLeftOutWithANotice() throws IOException {
    Path data = write("long.tsv", MadeUpNumbers.pairs(40, 1) + "one two three four five\tzwei\n");
    Front trained = train("translate", data, "--epochs", "1", "--set", "maxLength=5");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err())
        .contains("pairs are left out: a side is empty or has more than 4 tokens")
        .contains("(--set maxLength=N changes that)");
    Front none = train("translate", data, "--force", "--set", "maxLength=1");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.sentence()).contains("no pair is left");
  }

  @Test
  void train_sidesOfUnlikeLength_saysBothNumbers() throws IOException {
    Path source = write("a.en", "one\ntwo\nthree\n");
    Path target = write("a.de", "eins\nzwei\n");
    Front front = train("translate", source, "--target", target.toString());
    assertThat(front.exitCode()).isEqualTo(1);
    assertThat(front.sentence()).contains("has 3 lines").contains("has 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "one\\t; the target is empty",
        "one\\u0007\\teins; the source has the control character U+0007 as character 4",
        "one two; the line has 1 column, but --columns 1,2 needs 2"
      })
  void train_badLine_saysWhichAndWhy(String line, String what) throws IOException {
    String bad = line.replace("\\t", "\t").replace("\\u0007", "\u0007");
    Path data =
        write("bad.tsv", MadeUpNumbers.pairs(20, 1) + bad + "\n" + MadeUpNumbers.pairs(2, 2));
    Front front = train("translate", data);
    assertThat(front.exitCode()).isEqualTo(1);
    assertThat(front.sentence()).contains("bad.tsv:21: ").contains(what.strip());
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "translate; --set;dims=32; unknown setting dims; did you mean dim?",
        "translate; --set;vocabulary=32; setting vocabulary follows from task and data",
        "translate; --set;kernels=x; setting kernels",
        "translate; --set;lr=-1; setting lr must be a number",
        "translate; --init;model.safetensors; --init is for --task classify only",
        "lm; --target;other.txt; a language model has no other side",
        "translation; --set;dim=32; unknown task translation; did you mean translate?"
      })
  void train_whatMakesNoSense_isOneSentence(String task, String option, String value, String what)
      throws IOException {
    Front front = train(task.strip(), train, option.strip(), value.strip(), "--epochs", "1");
    assertThat(front.exitCode()).as(front.err()).isEqualTo(2);
    assertThat(front.sentence()).startsWith("goldcrest: ").contains(what.strip());
    assertThat(front.err().lines()).hasSize(1);
  }

  @Test
  void generate_withATranslator_saysWhatItNeeds() throws IOException {
    assertThat(train("translate", train, "--epochs", "1").exitCode()).isZero();
    Front front = Front.run(List.of("generate", "--model", out.toString(), "one"));
    assertThat(front.exitCode()).isEqualTo(2);
    assertThat(front.sentence())
        .contains("is a model for translate; generate needs one that was trained with --task lm");
  }

  @ParameterizedTest
  @CsvSource({"--temperature,-1", "--top-p,0", "--top-k,-1", "--samples,0", "--max-tokens,0"})
  void generate_outOfRange_isOneSentence(String option, String value) {
    Front front = Front.run(List.of("generate", "--model", "none", option, value));
    assertThat(front.exitCode()).isEqualTo(2);
    assertThat(front.err().lines()).hasSize(1);
  }
}
