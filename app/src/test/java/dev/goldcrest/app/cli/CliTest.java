package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exit codes and sentences, through the front door. */
class CliTest {
  /** A verb that does as the test says. */
  @Command(name = "train", description = "fits a model")
  private static final class TrainLike extends Verb {
    enum Schedule {
      COSINE,
      LINEAR
    }

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "what to learn")
    private Path data;

    @Option(names = "--epochs", defaultValue = "10", description = "times over the data")
    private int epochs;

    @Option(names = "--lr-schedule", defaultValue = "COSINE", description = "how it decays")
    private Schedule schedule;

    @Option(names = "--set", description = "name=value of the architecture")
    private Map<String, String> settings;

    private final Throwable failure;

    TrainLike(Terminal terminal, Throwable failure) {
      super(terminal);
      this.failure = failure;
    }

    @Override
    protected Report run() throws Exception {
      terminal.notice("%d labels of dev were never seen in training", 2);
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (Exception) failure;
      }
      return new Trained(epochs, data.toString());
    }
  }

  private record Trained(int epochs, String model) implements Report {
    @Override
    public void print(PrintStream out) {
      out.println("trained " + epochs + " epochs");
    }

    @Override
    public Object json() {
      return Map.of("epochs", epochs, "model", model);
    }
  }

  private final Streams streams = new Streams();

  private int run(String... args) {
    return runFailing(null, args);
  }

  private int runFailing(Throwable failure, String... args) {
    Verb verb = new TrainLike(streams.terminal, failure);
    return Cli.run(streams.terminal, List.of(verb), args);
  }

  @Test
  void version_isTheBuilds() {
    assertThat(run("--version")).isZero();
    assertThat(streams.out()).matches("goldcrest \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @Test
  void noVerb_listsTheVerbs() {
    assertThat(run()).isZero();
    assertThat(streams.out()).contains("Usage: goldcrest").contains("train  fits a model");
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void verbAlone_listsItsOptionsWithDefaults() {
    assertThat(run("train")).isZero();
    assertThat(streams.out())
        .contains("--data=FILE")
        .contains("--epochs=<epochs>")
        .contains("Default: 10")
        .contains("--json");
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void verb_withoutJson_printsForReaders() {
    assertThat(run("train", "--data", "a.tsv")).isZero();
    assertThat(streams.out()).isEqualToNormalizingNewlines("trained 10 epochs\n");
    assertThat(streams.err())
        .isEqualToNormalizingNewlines("note: 2 labels of dev were never seen in training\n");
  }

  @Test
  void verb_withJson_endsStdoutWithOneObject() throws IOException {
    assertThat(run("train", "--data", "a b\n.tsv", "--epochs", "3", "--json")).isZero();
    JsonNode object = lastLine();
    assertThat(object.get("epochs").asInt()).isEqualTo(3);
    assertThat(object.get("model").asText()).isEqualTo("a b\n.tsv");
    assertThat(streams.out().lines()).hasSize(1);
  }

  @Test
  void commandLine_isWhatWasTyped() {
    Verb named = new Named(streams.terminal);
    assertThat(Cli.run(streams.terminal, List.of(named), "named", "--json")).isZero();
    assertThat(streams.err()).contains("./goldcrest named --json");
  }

  @Command(name = "named")
  private static final class Named extends Verb {
    Named(Terminal terminal) {
      super(terminal);
    }

    @Override
    protected Report run() {
      terminal.say(commandLine());
      return new Trained(0, "");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --epoch 3 | train: unknown option --epoch, did you mean --epochs?",
        "train --data a --epcohs=3 | train: unknown option --epcohs, did you mean --epochs?",
        "train --data a --frobnicate | train: unknown option --frobnicate; `./goldcrest train` alone lists what there is",
        "trian --data a | unknown verb trian, did you mean train?",
        "fly | unknown verb fly; `./goldcrest` alone lists what there is",
        "--jsn | unknown option --jsn; `./goldcrest` alone lists what there is",
        "train --data a b.tsv | train: unexpected argument b.tsv; `./goldcrest train` alone lists what there is",
        "train --epochs 3 | train: --data is missing; `./goldcrest train` alone lists the options",
        "train --data a --epochs | train: --epochs needs a value; `./goldcrest train` alone lists the options",
        "train --data --epochs 3 | train: --data needs a value; `./goldcrest train` alone lists the options",
        "train --data a --epochs three | train: --epochs: 'three' is not a whole number",
        "train --data a --lr-schedule step | train: --lr-schedule: 'step' is not one of cosine, linear",
        "train --data a --data b | train: --data is given more than once",
        "train --data a --set dim | train: --set: 'dim' is not of the form name=value",
      })
  void mistakes_getOneSentenceAndCode2(String line, String sentence) {
    assertThat(run(line.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err().lines()).containsExactly("goldcrest: " + sentence);
    assertThat(streams.out()).isEmpty();
  }

  @Test
  void mistake_inAVerbThatRunsBare_pointsToItsHelp() {
    assertThat(Cli.run(streams.terminal, "demo", "--bogus")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err())
        .isEqualTo(
            "goldcrest: demo: unknown option --bogus; `./goldcrest demo --help` lists what there"
                + " is\n");
  }

  @Test
  void userError_endsWithItsCodeAndSentence() {
    UserError bad = UserError.atLine(Path.of("a.tsv"), 7, "no tab between label and text");
    assertThat(runFailing(bad, "train", "--data", "a.tsv")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).endsWith("goldcrest: a.tsv line 7: no tab between label and text\n");
    UserError budget = UserError.unreachable("no model fits 1 KB; the smallest has 96 KB");
    assertThat(runFailing(budget, "train", "--data", "a.tsv")).isEqualTo(ExitCodes.UNREACHABLE);
  }

  @Test
  void userError_withJson_isAnObjectToo() throws IOException {
    UserError budget = UserError.unreachable("no model fits");
    assertThat(runFailing(budget, "train", "--data", "a.tsv", "--json")).isEqualTo(3);
    assertThat(lastLine().get("error").asText()).isEqualTo("no model fits");
    assertThat(lastLine().get("exitCode").asInt()).isEqualTo(3);
  }

  @Test
  void fileErrors_nameTheFileAndTheRemedy() {
    assertThat(runFailing(new NoSuchFileException("gone.tsv"), "train", "--data", "x")).isOne();
    assertThat(streams.err()).contains("goldcrest: gone.tsv: no such file; check the path");
    Exception full = new FileSystemException("m.bin", null, "No space left on device");
    assertThat(runFailing(full, "train", "--data", "x")).isOne();
    assertThat(streams.err()).contains("goldcrest: m.bin: no space left on the disk");
    Exception wrapped = new IllegalStateException(new IOException("No space left on device"));
    assertThat(runFailing(wrapped, "train", "--data", "x")).isOne();
    assertThat(streams.err()).contains("goldcrest: no space left on the disk");
    assertThat(runFailing(new MalformedInputException(1), "train", "--data", "x")).isOne();
    assertThat(streams.err()).contains("goldcrest: a file is not UTF-8");
  }

  @Test
  void sentencesOfTheModules_areShownAsTheyAre() {
    var format = new FormatException(FormatException.Reason.BAD_JSON, "m.safetensors", "no JSON");
    assertThat(runFailing(format, "train", "--data", "x")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).endsWith("goldcrest: m.safetensors: no JSON\n");
    assertThat(runFailing(new DataException("a.tsv: empty"), "train", "--data", "x")).isOne();
    assertThat(streams.err()).endsWith("goldcrest: a.tsv: empty\n");
    Exception shape = new ShapeException("layer.0: split: 96 channels in 5 heads");
    assertThat(runFailing(shape, "train", "--data", "x")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).endsWith("goldcrest: layer.0: split: 96 channels in 5 heads\n");
  }

  @Test
  void judging_anIllegalSetting_isAUsageErrorWithItsSentence() {
    assertThat(UserError.judging(() -> "fine")).isEqualTo("fine");
    assertThatThrownBy(
            () ->
                UserError.judging(
                    () -> {
                      throw new IllegalArgumentException("unknown setting dimm");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage("unknown setting dimm")
        .extracting(e -> ((UserError) e).exitCode())
        .isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void unexpected_getsOneSentenceAndNoTrace() {
    Exception bug = new IllegalStateException("arena of 3 floats\nfor 4");
    assertThat(runFailing(bug, "train", "--data", "x")).isOne();
    assertThat(streams.err())
        .contains(
            "goldcrest: unexpected IllegalStateException (arena of 3 floats); set GOLDCREST_DEBUG=1"
                + " for the trace")
        .doesNotContain("\tat ");
  }

  @Test
  void unexpected_withDebug_showsTheTrace() {
    Streams debugging = new Streams(Map.of("GOLDCREST_DEBUG", "1"));
    Verb verb = new TrainLike(debugging.terminal, new IllegalStateException("bug"));
    assertThat(Cli.run(debugging.terminal, List.of(verb), "train", "--data", "x")).isOne();
    assertThat(debugging.err()).contains("\tat dev.goldcrest.app.cli.CliTest");
  }

  @Test
  void error_isASentenceToo() {
    assertThat(runFailing(new OutOfMemoryError("Java heap space"), "train", "--data", "x")).isOne();
    assertThat(streams.err())
        .contains("goldcrest: out of memory (Java heap space) with a heap of")
        .doesNotContain("\tat ");
    assertThat(runFailing(new NoClassDefFoundError("a/B"), "train", "--data", "x")).isOne();
    assertThat(streams.err()).contains("unexpected NoClassDefFoundError (a/B)");
  }

  @Test
  void argumentsThatLookLikeFiles_areNotExpanded() {
    assertThat(run("train", "--data", "@nowhere")).isZero();
    assertThat(streams.err()).doesNotContain("goldcrest:");
  }

  private JsonNode lastLine() throws IOException {
    List<String> lines = streams.out().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }
}
