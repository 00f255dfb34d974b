package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Cli;
import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTableTest {
  @TempDir private Path folder;
  private String out;
  private String err;

  private int reproduce(String... arguments) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8),
            Map.of(),
            false,
            80);
    List<String> all = new ArrayList<>(List.of("reproduce", "streams"));
    all.addAll(List.of(arguments));
    int code = Cli.run(terminal, all.toArray(new String[0]));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return code;
  }

  private void write(String part, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder lines = new StringBuilder();
    for (int r = 0; r < 2; r++) {
      for (int t = 0; t < 70; t++) {
        int label = t / 10 % 3;
        lines.append(r).append('\t').append(label + random.nextDouble()).append('\t');
        lines.append(random.nextDouble()).append('\t').append(label).append('\n');
      }
    }
    Path file = folder.resolve("data/hapt_stream/frames." + part + ".tsv.gz");
    Files.createDirectories(file.getParent());
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void streams_runAgain_trainsNothingTwice() throws IOException {
    write("train", 1);
    write("dev", 2);
    write("test", 3);
    String[] arguments = {
      "--data-root",
      folder.resolve("data").toString(),
      "--work",
      folder.resolve("w").toString(),
      "--only",
      "model,short",
      "--seeds",
      "1",
      "--epochs",
      "1",
      "--threads",
      "1"
    };
    assertThat(reproduce(arguments)).as(err).isZero();
    assertThat(err).contains("model-seed1", "short-seed1");
    assertThat(out)
        .contains("| long and short memory | **", "| short memory only | **")
        .contains("--set longSamples=0 --epochs 1 --seed 1 --threads 1")
        .contains("| 1 | 40 |", "| 2 | 40 |")
        .doesNotContain("NaN");
    String first = out;
    assertThat(reproduce(arguments)).as(err).isZero();
    assertThat(err).doesNotContain("model-seed1");
    assertThat(out).isEqualTo(first);
    List<String> more = new ArrayList<>(List.of(arguments));
    more.set(5, "model,short,one-stage");
    more.addAll(List.of("--render-only", "--json"));
    assertThat(reproduce(more.toArray(new String[0]))).as(err).isZero();
    assertThat(out)
        .contains("\"planned\":3", "\"finished\":2")
        .contains("\"key\":\"model-seed1\"")
        .doesNotContain("\"fields\"");
    more.remove("--json");
    assertThat(reproduce(more.toArray(new String[0]))).as(err).isZero();
    assertThat(out).contains("## Not run yet", "one-stage-seed1");
  }

  @Test
  void streams_mistakes_areOneSentence() {
    assertThat(reproduce("--data-root", folder.toString(), "--only", "modle")).isEqualTo(2);
    assertThat(err).contains("unknown set modle; did you mean model?");
    assertThat(reproduce()).isEqualTo(2);
    assertThat(err).contains("--data-root is missing");
  }
}
