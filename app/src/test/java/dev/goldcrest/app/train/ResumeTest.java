package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.Main;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that end badly, in processes of their own. */
@Tag("slow")
class ResumeTest {
  private static final int SIGTERM_EXIT = 143;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;
  private Path train;

  @BeforeEach
  void writeData() throws IOException {
    train = MadeUp.write(folder, "train.tsv", MadeUp.lines(200, 1));
  }

  private List<String> command(Path out) {
    List<String> args =
        new ArrayList<>(List.of("train", "--data", train.toString(), "--out", out.toString()));
    args.addAll(MadeUp.SMALL);
    args.addAll(List.of("--epochs", "24", "--set", "patience=0"));
    return args;
  }

  private Process start(List<String> prefix, List<String> args) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // With the kernels of this process, whose last bits a teacher's opinions depend on.
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(args);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  private static String classPath() {
    String real = System.getProperty("surefire.test.class.path");
    return real != null ? real : System.getProperty("java.class.path");
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output.txt"));
  }

  private void awaitCheckpoint(Process process, Path checkpoint) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!Files.exists(checkpoint)) {
      assertThat(process.isAlive()).as(output()).isTrue();
      assertThat(Instant.now()).as("no checkpoint yet").isBefore(deadline);
      Thread.sleep(5);
    }
  }

  /** Has a run of its own process no time for more than a checkpoint. */
  private void killMidway(List<String> args, Path out) throws Exception {
    Process process = start(List.of(), args);
    awaitCheckpoint(process, Path.of(out + ".checkpoint"));
    process.destroyForcibly();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(out).as("the run must be cut off before its end").doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "terminate"})
  void resume_afterAnEndInMidRun_endsInTheSameBytes(String how) throws Exception {
    Path whole = folder.resolve("whole.safetensors");
    Front uninterrupted = Front.run(command(whole));
    assertThat(uninterrupted.exitCode()).as(uninterrupted.err()).isZero();

    Path out = folder.resolve("out.safetensors");
    Path checkpoint = folder.resolve("out.safetensors.checkpoint");
    Process process = start(List.of(), command(out));
    awaitCheckpoint(process, checkpoint);
    if (how.equals("kill")) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(out).as("the run must be cut off before its end").doesNotExist();
    if (how.equals("terminate")) {
      assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
      assertThat(output()).contains("stopped; --resume continues from here");
    }

    Front refused = Front.run(command(out));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.sentence()).contains("holds an interrupted run; --resume goes on");
    Front other = Front.run(command(out), "--resume", "--seed", "2");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.sentence()).contains("belongs to a run with other data or settings");

    pretend(checkpoint, "[7.0,1000.0,3600.0]");
    Path emissions = folder.resolve("emissions.csv");
    Front resumed =
        Front.run(command(out), "--resume", "--json", "--emissions", emissions.toString());
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    JsonNode record = new ObjectMapper().readTree(Files.readString(Path.of(out + ".run.json")));
    double wattHours = record.get("wattHours").asDouble();
    assertThat(wattHours).isGreaterThan(1);
    assertThat(resumed.json().get("energy").get("wattHours").asDouble()).isEqualTo(wattHours);
    assertThat(record.get("seconds").asDouble()).isBetween(3600.0, 7200.0);
    assertThat(resumed.json().get("seconds").asDouble()).isBetween(3600.0, 7200.0);
    String[] row = Files.readAllLines(emissions).get(1).split(",");
    assertThat(Double.parseDouble(row[3])).isBetween(3600.0, 7200.0);
    assertThat(Double.parseDouble(row[12])).isEqualTo(wattHours / 1000);
    assertThat(resumed.json().get("epochs").asInt()).isEqualTo(24);
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(checkpoint).doesNotExist();
  }

  /**
   * The teacher's opinions, texts made up around the examples and the zeros are all found again.
   */
  @Test
  void resume_ofACompressedModelThatLearnsOn_endsInTheSameBytes() throws Exception {
    Path model = folder.resolve("model.safetensors");
    List<String> first =
        new ArrayList<>(List.of("train", "--data", train.toString(), "--out", model.toString()));
    first.addAll(MadeUp.SMALL);
    Front trained = Front.run(first, "--epochs", "6", "--lr", "0.02", "--set", "rejectLabel=music");
    assertThat(trained.exitCode()).as(trained.err()).isZero();

    Path whole = folder.resolve("whole.safetensors");
    Front uninterrupted = Front.run(compression(model, whole));
    assertThat(uninterrupted.exitCode()).as(uninterrupted.err()).isZero();
    assertThat(uninterrupted.err()).doesNotContain("training on did not help");
    Path out = folder.resolve("out.safetensors");
    killMidway(compression(model, out), out);
    pretend(Path.of(out + ".checkpoint"), "[7.0,1000.0,3600.0]");
    Front resumed = Front.run(compression(model, out), "--resume", "--json");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).doesNotContain("training on did not help");
    assertThat(resumed.json().get("energy").get("wattHours").asDouble()).isGreaterThan(1);
    assertThat(resumed.json().get("trainingSeconds").asDouble()).isBetween(3600.0, 7200.0);
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(Path.of(out + ".checkpoint")).doesNotExist();
    assertThat(Path.of(out + ".opinions")).doesNotExist();
  }

  /** Each kind of training has a checkpoint of its own, and a command line of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"translate", "distill"})
  void resume_ofAnotherTraining_endsInTheSameBytes(String what) throws Exception {
    Path whole = folder.resolve("whole.safetensors");
    Front uninterrupted = Front.run(training(what, whole));
    assertThat(uninterrupted.exitCode()).as(uninterrupted.err()).isZero();
    Path out = folder.resolve("out.safetensors");
    killMidway(training(what, out), out);
    Front resumed = Front.run(training(what, out), "--resume");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).doesNotContain("asking the teacher");
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(Path.of(out + ".checkpoint")).doesNotExist();
  }

  private List<String> training(String what, Path out) throws IOException {
    List<String> args = new ArrayList<>();
    if (what.equals("distill")) {
      List<String> texts = MadeUp.lines(300, 1).stream().map(line -> line.split("\t")[1]).toList();
      args.addAll(List.of("distill", "--teacher", TinyModels.saveEncoder(folder).toString()));
      args.addAll(List.of("--text", MadeUp.write(folder, "texts.txt", texts).toString()));
      args.addAll(MadeUp.SMALL);
    } else {
      Path pairs = folder.resolve("pairs.tsv");
      Files.writeString(pairs, MadeUpNumbers.pairs(300, 1));
      args.addAll(List.of("train", "--task", what, "--data", pairs.toString()));
      args.addAll(MadeUpNumbers.SMALL);
    }
    args.addAll(List.of("--out", out.toString(), "--epochs", "30"));
    return args;
  }

  private List<String> compression(Path model, Path out) {
    List<String> args = new ArrayList<>(List.of("compress", "--model", model.toString()));
    args.addAll(List.of("--out", out.toString(), "--data", train.toString()));
    args.addAll(List.of("--prune", "0.3", "--quantize", "int8", "--set", "augment=3"));
    args.addAll(List.of("--epochs", "8", "--set", "patience=0", "--threads", "2"));
    args.addAll(List.of("--max-minutes", "60")); // as many epochs fit, and it stays so
    return args;
  }

  /** Has a checkpoint say that the run took {@code spent} so far. */
  private static void pretend(Path checkpoint, String spent) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    String json;
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      for (String name : file.names()) {
        tensors.put(name, TensorData.ofFloats(file.floats(name), file.shape(name)));
      }
      json = file.metadata("goldcrest.checkpoint");
    }
    String other = json.replaceFirst("\"spent\":\\[[^]]*]", "\"spent\":" + spent);
    assertThat(other).isNotEqualTo(json);
    SafetensorsWriter.write(checkpoint, tensors, Map.of("goldcrest.checkpoint", other));
  }

  /** A limit on the size of files stands for a disk that is full. */
  @Test
  void train_fileCannotBeWritten_leavesTheOldModelAlone() throws Exception {
    Assumptions.assumeTrue(new File("/bin/bash").canExecute(), "needs bash for ulimit -f");
    Path out = folder.resolve("out.safetensors");
    Files.writeString(out, "the old model");
    List<String> args = command(out);
    args.add("--force");
    List<String> limited = List.of("/bin/bash", "-c", "ulimit -f 8; exec \"$@\"", "bash");
    Process process = start(limited, args);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output()).isEqualTo(1);
    assertThat(output()).contains("goldcrest: cannot write ").contains("nothing was left behind");
    assertThat(out).hasContent("the old model");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("train.tsv", "output.txt", "out.safetensors");
  }
}
