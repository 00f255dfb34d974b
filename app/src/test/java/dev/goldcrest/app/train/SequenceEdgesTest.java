package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
