package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.goldcrest.app.cli.ExitCodes;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train --teacher}: a classifier that learns from another one's opinions. */
class TeacherTest {
  @TempDir private Path folder;
  private Path train;
  private Path few;
  private Path dev;
  private Path texts;
  private Path teacher;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = MadeUp.write(folder, "train.tsv", MadeUp.lines(240, 1));
    few = MadeUp.write(folder, "few.tsv", MadeUp.lines(6, 5));
    dev = MadeUp.write(folder, "dev.tsv", MadeUp.lines(90, 2));
    texts =
        MadeUp.write(
            folder,
            "texts.txt",
            MadeUp.lines(400, 7).stream().map(line -> line.split("\t")[1]).toList());
    teacher = folder.resolve("teacher.safetensors");
    out = folder.resolve("model.safetensors");
  }

  private Front train(Path data, Path to, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--data", data.toString(), "--dev", dev.toString()));
    args.addAll(List.of("--force", "--json", "--out", to.toString()));
    args.addAll(MadeUp.SMALL);
    return Front.run(args, more);
  }

  private static double accuracy(Front front) throws IOException {
    assertThat(front.exitCode()).as(front.err()).isZero();
    return front.json().get("devAccuracy").asDouble();
  }

  @Test
  void fewLabels_withATeacherAndTexts_areEnough() throws IOException {
    assertThat(accuracy(train(train, teacher, "--epochs", "12", "--lr", "0.02"))).isEqualTo(1);
    String[] brief = {"--epochs", "12", "--lr", "0.02"};
    double alone = accuracy(train(few, out, brief));
    Front front =
        train(
            few,
            out,
            "--epochs",
            "12",
            "--lr",
            "0.02",
            "--teacher",
            teacher.toString(),
            "--unlabelled",
            texts.toString(),
            "--set",
            "temperature=3");
    assertThat(accuracy(front)).isGreaterThan(0.9).isGreaterThan(alone + 0.1);
    assertThat(front.err()).contains("asking the teacher about");
    assertThat(Files.list(folder).map(Path::getFileName).map(Path::toString))
        .doesNotContain("model.safetensors.opinions", "model.safetensors.checkpoint");
    ClassifierModel model = ClassifierModel.load(out);
    Map<?, ?> said = (Map<?, ?>) model.provenance().get("teacher");
    assertThat(said.get("model")).isEqualTo("teacher.safetensors");
    assertThat(said.get("share")).isEqualTo(0.9);
    assertThat(said.get("temperature")).isEqualTo(3.0);
    assertThat(said.get("unlabelled")).isEqualTo(List.of("texts.txt"));
    assertThat((Long) said.get("unlabelledTexts")).isBetween(300L, 400L);
    assertThat(((Map<?, ?>) model.provenance().get("data")).get("unreadByTeacher")).isNull();
    try (TextClassifier classifier = new TextClassifier(model)) {
      assertThat(classifier.classify("some rain again").label()).isEqualTo("weather");
    }
  }

  /** What the teacher said before is used; what it had no time for costs no text its label. */
  @Test
  void timeIsUp_learnsFromOpinionsThatAreThereAndFromLabels() throws Exception {
    assertThat(accuracy(train(train, teacher, "--epochs", "12", "--lr", "0.02"))).isEqualTo(1);
    List<String> labelled =
        MadeUp.lines(6, 5).stream().map(line -> line.split("\t")[1]).distinct().toList();
    List<String> pool = TextPool.read(List.of(texts.toString()), List.of()).texts();
    List<String> known = new ArrayList<>(labelled.subList(0, 2));
    known.addAll(pool.subList(0, 50));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Opinions.of(
        new Terminal(nowhere, nowhere, Map.of(), false, 80),
        Oracles.of(ClassifierModel.load(teacher)),
        known,
        Path.of(out + ".opinions"),
        false,
        1,
        () -> false);
    List<String> args = new ArrayList<>(List.of("train", "--data", "-", "--dev", dev.toString()));
    args.addAll(List.of("--out", out.toString(), "--teacher", teacher.toString()));
    args.addAll(List.of("--unlabelled", texts.toString(), "--set", "augment=0"));
    args.addAll(List.of("--max-minutes", "0.01"));
    args.addAll(MadeUp.SMALL);
    Front front = Front.runWaiting(few, 700, args);
    assertThat(front.exitCode()).as(front.err()).isZero();
    long read = Stream.concat(labelled.stream(), pool.stream()).filter(known::contains).count();
    int unread = 6 + pool.size() - (int) read;
    assertThat(front.err())
        .doesNotContain("asking the teacher")
        .contains(
            "the teacher has read "
                + read
                + " of "
                + (6 + pool.size())
                + " texts in its share of"
                + " 0.01 minutes; ")
        .contains(unread - 4 + " without a label are left out, 4 are learned by label alone");
    Map<?, ?> data = (Map<?, ?>) ClassifierModel.load(out).provenance().get("data");
    assertThat(((Number) data.get("unreadByTeacher")).intValue()).isEqualTo(unread);
    assertThat(Path.of(out + ".opinions")).doesNotExist();
  }

  /** All labels of the data are wrong: what the student has right it can have from nobody else. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "transformer", "linformer"})
  void student_ofAnotherArchitecture_learnsWhatTheTeacherThinks(String architecture)
      throws IOException {
    assertThat(accuracy(train(train, teacher, "--epochs", "12", "--lr", "0.02"))).isEqualTo(1);
    List<String> wrong = new ArrayList<>();
    Map<String, String> next = Map.of("light", "music", "music", "weather", "weather", "light");
    for (String line : Files.readAllLines(train)) {
      String[] row = line.split("\t");
      wrong.add(next.get(row[0]) + "\t" + row[1]);
    }
    List<String> args = new ArrayList<>(List.of("train", "--dev", dev.toString(), "--json"));
    args.addAll(List.of("--data", MadeUp.write(folder, "wrong.tsv", wrong).toString()));
    args.addAll(List.of("--out", out.toString(), "--arch", architecture));
    for (String setting : new String[] {"dim=16", "layers=1", "heads=2", "ffn=16", "augment=0"}) {
      args.addAll(List.of("--set", setting));
    }
    args.addAll(List.of("--epochs", "10", "--lr", "0.01", "--batch", "16", "--threads", "2"));
    Front taught = Front.run(args, "--teacher", teacher.toString(), "--set", "teacherShare=1");
    assertThat(accuracy(taught)).isGreaterThan(0.9);
    assertThat(taught.err()).containsPattern("asking the teacher about 2\\d\\d texts");
    ClassifierModel model = ClassifierModel.load(out);
    assertThat(model.architecture().name()).isEqualTo(architecture);
    assertThat(((Map<?, ?>) model.provenance().get("teacher")).get("model"))
        .isEqualTo("teacher.safetensors");
    try (TextClassifier classifier = new TextClassifier(model)) {
      assertThat(classifier.classify("play the album").label()).isEqualTo("music");
    }
  }

  @Test
  void labelsInAnotherOrder_areMatchedByName() throws IOException {
    assertThat(accuracy(train(train, teacher, "--epochs", "12", "--lr", "0.02"))).isEqualTo(1);
    turnLabels();
    Front taught =
        train(
            train,
            out,
            "--epochs",
            "12",
            "--lr",
            "0.02",
            "--teacher",
            teacher.toString(),
            "--set",
            "teacherShare=1",
            "--set",
            "linearTeacher=0.3",
            "--set",
            "augment=0");
    assertThat(accuracy(taught)).isGreaterThan(0.95);
  }

  /** The same teacher with its labels, and the weights that belong to them, moved on by one. */
  private void turnLabels() throws IOException {
    ClassifierModel model = ClassifierModel.load(teacher);
    List<String> labels = new ArrayList<>(model.labels());
    Collections.rotate(labels, 1);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (String path : model.weights().paths()) {
      float[] values = model.weights().get(path);
      if (path.startsWith("head.")) {
        float[] turned = values.clone();
        for (int i = 0; i < values.length; i++) {
          turned[(i + values.length / 3) % values.length] = values[i];
        }
        values = turned;
      }
      weights.put(path, values);
    }
    new ClassifierModel(
            model.architecture(),
            model.text(),
            labels,
            model.calibration(),
            model.provenance(),
            Weights.of(weights))
        .save(teacher, true);
  }

  @Test
  void twoEqualRuns_giveEqualBytes() throws IOException {
    accuracy(train(train, teacher, "--epochs", "2"));
    String[] more = {"--epochs", "2", "--teacher", teacher.toString()};
    accuracy(train(few, out, more));
    byte[] first = Files.readAllBytes(out);
    accuracy(train(few, out, more));
    assertThat(out).hasBinaryContent(first);
  }

  @Test
  void mistakes_areOneSentence() throws IOException {
    Path tiny = TinyModels.save(folder);
    Front labels = train(train, out, "--teacher", tiny.toString());
    assertThat(labels.sentence())
        .contains("--teacher tiny.safetensors knows 3 labels, the data have 3, and 'light'")
        .contains("trained on the same labels");
    assertThat(labels.exitCode()).isEqualTo(ExitCodes.FAILED);
    Path encoder = TinyModels.saveEncoder(folder);
    assertThat(train(train, out, "--teacher", encoder.toString()).sentence())
        .contains("is for task embed; only a classifier has opinions");
    assertThat(train(train, out, "--unlabelled", texts.toString()).sentence())
        .contains("--unlabelled needs --teacher");
    assertThat(train(train, out, "--set", "temperature=2").sentence())
        .contains("unknown setting temperature");
    accuracy(train(train, teacher, "--epochs", "1"));
    Front share = train(train, out, "--teacher", teacher.toString(), "--set", "teacherShare=0");
    assertThat(share.sentence()).contains("setting teacherShare must be a number from 0.01 to 1");
    Front table =
        train(train, out, "--teacher", teacher.toString(), "--unlabelled", train.toString());
    assertThat(table.sentence()).contains("the line has a tab").contains("train.tsv#2");
    JsonNode json = table.json();
    assertThat(json.get("exitCode").asInt()).isEqualTo(ExitCodes.FAILED);
  }
}
