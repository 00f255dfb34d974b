package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Glosses;
import dev.goldcrest.app.data.Split;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a small part of its data with a small model. */
class DemoTest {
  private static final Map<String, String> SMALL =
      Map.of(
          "features",
          "64",
          "wordHidden",
          "16",
          "dim",
          "16",
          "heads",
          "2",
          "ffn",
          "16",
          "layers",
          "1");

  @TempDir private Path folder;

  private static Dataset some(String part, int count) throws Exception {
    Dataset all = Glosses.load(part);
    int step = all.size() / count;
    List<Example> some =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> all.examples().get(i * step))
            .toList();
    return new Dataset(all.name(), some);
  }

  @Test
  @Tag("slow")
  void demo_smallPart_endsWithTableReportAndPredictions() throws Exception {
    TrainingRequest request =
        new TrainingRequest(
            new Choices("proformer", null, SMALL, 1, 32, null, 1, 2),
            folder.resolve("glosses.safetensors"),
            true,
            false,
            true,
            null,
            null,
            folder.resolve("training.jsonl"),
            "./goldcrest demo");
    request.check(List.of());
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Path report = folder.resolve("report.html");
    Split split = new Split(some("train", 600), some("dev", 100));
    Demo.Result result =
        Demo.run(
                new Terminal(out, out, Map.of(), false, 80),
                request,
                split,
                some("test", 200),
                report,
                System.nanoTime())
            .orElseThrow();
    new DemoVerb.Shown(result, "proformer tiny").print(out);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("on 200 unseen texts")
        .contains("multiply-adds")
        .contains(Demo.QUESTIONS);
    assertThat(Demo.json(result))
        .containsKeys(
            "accuracy", "baselineAccuracy", "modelBytes", "p50Micros", "macs", "seconds", "report")
        .containsEntry("modelBytes", Files.size(folder.resolve("glosses.safetensors")))
        .containsEntry("report", report.toString());
    assertThat(Files.readString(report))
        .contains("What kind of thing is it?")
        .contains("encoder.layer.0")
        .contains("noun.animal")
        .contains("Training loss")
        .contains("The worst errors");
  }

  @Test
  void questions_areDefinitionsThatTheDataDoNotHave() throws Exception {
    for (String part : List.of("train", "dev", "test")) {
      assertThat(Glosses.load(part).examples())
          .extracting(Example::text)
          .doesNotContainAnyElementsOf(Demo.QUESTIONS);
    }
  }
}
