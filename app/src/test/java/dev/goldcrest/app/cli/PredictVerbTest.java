package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.TextClassifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PredictVerbTest {
  @TempDir private Path folder;
  private final InputStream stdin = System.in;
  private final Streams streams = new Streams();
  private String model;

  @BeforeEach
  void saveModel() throws IOException {
    model = TinyModels.save(folder).toString();
  }

  @AfterEach
  void restoreStdin() {
    System.setIn(stdin);
  }

  private int predict(String... arguments) {
    List<String> all = new ArrayList<>(List.of("predict", "--model", model));
    all.addAll(List.of(arguments));
    return Cli.run(streams.terminal, all.toArray(new String[0]));
  }

  private static void type(String text) {
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("texts.txt"), text).toString();
  }

  private List<String> expected(String... texts) throws IOException {
    List<String> lines = new ArrayList<>();
    try (TextClassifier classifier = TextClassifier.load(Path.of(model))) {
      for (String text : texts) {
        Classification c = classifier.classify(text);
        lines.add(String.format(Locale.ROOT, "%s\t%.4f", c.label(), c.probability()));
      }
    }
    return lines;
  }

  @Test
  void file_givesALineForALine() throws IOException {
    assertThat(predict(file("snow and ice\r\n\nsun 太陽 ☀️\nlast without end"))).isZero();
    assertThat(streams.out().lines())
        .containsExactlyElementsOf(expected("snow and ice", "", "sun 太陽 ☀️", "last without end"));
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void stdin_isReadWithAndWithoutTheDash() throws IOException {
    type("a\nb\n");
    assertThat(predict()).isZero();
    type("a\nb\n");
    assertThat(predict("-")).isZero();
    assertThat(streams.out().lines().toList())
        .hasSize(4)
        .startsWith(expected("a").get(0))
        .endsWith(expected("b").get(0));
  }

  @Test
  void emptyInput_givesNothing() {
    type("");
    assertThat(predict()).isZero();
    assertThat(streams.out()).isEmpty();
  }

  @Test
  void top_givesPairsFromTheMostProbable() throws IOException {
    assertThat(predict("--top", "9", file("snow\n"))).isZero();
    String[] fields = streams.out().strip().split("\t");
    assertThat(fields).hasSize(6);
    assertThat(List.of(fields[0], fields[2], fields[4])).containsOnly("cold", "hot", "mild");
    double[] p = {
      Double.parseDouble(fields[1]), Double.parseDouble(fields[3]), Double.parseDouble(fields[5])
    };
    assertThat(p[0]).isGreaterThanOrEqualTo(p[1]);
    assertThat(p[1]).isGreaterThanOrEqualTo(p[2]);
    assertThat(p[0] + p[1] + p[2]).isBetween(0.999, 1.001);
  }

  @Test
  void json_givesAnObjectForALine() throws IOException {
    assertThat(predict("--top", "2", "--json", file("snow\n\n"))).isZero();
    List<String> lines = streams.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.get("label").asText()).isEqualTo(expected("snow").get(0).split("\t")[0]);
    assertThat(first.get("top")).hasSize(2);
    assertThat(first.get("top").get(0).get("probability")).isEqualTo(first.get("probability"));
    assertThat(first.get("truncated").asBoolean()).isFalse();
    JsonNode wordless = new ObjectMapper().readTree(lines.get(1));
    assertThat(wordless.get("trusted").asBoolean()).isFalse();
  }

  @Test
  void labelWithTabAndLineEnd_staysOnItsLine() throws IOException {
    ClassifierModel odd = TinyModels.of(List.of("a\tb", "c\nd"));
    odd.save(Path.of(model), false);
    assertThat(predict("--top", "2", file("snow\n"))).isZero();
    assertThat(streams.out().lines()).hasSize(1);
    assertThat(streams.out().strip().split("\t")).hasSize(4).contains("a b", "c d");
  }

  @Test
  void hugeLine_isCutAndCounted() throws IOException {
    assertThat(predict(file("word ".repeat(500_000) + "\nshort\n"))).isZero();
    assertThat(streams.out().lines()).hasSize(2);
    assertThat(streams.err()).contains("note: 1 texts were longer than the model reads");
  }

  @Test
  void badUtf8_namesTheLineAfterTheAnswersBeforeIt() throws IOException {
    byte[] bytes = {'o', 'k', '\n', 'b', (byte) 0xC3, '\n', 'o', 'k', '\n'};
    Path texts = Files.write(folder.resolve("bad.txt"), bytes);
    assertThat(predict(texts.toString())).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.out().lines()).containsExactlyElementsOf(expected("ok"));
    assertThat(streams.err())
        .startsWith("goldcrest: " + texts + ":2: not UTF-8: byte 0xC3 at column 2")
        .hasLineCount(1);
  }

  @Test
  void badArguments_endInOneSentence() {
    assertThat(predict("--top", "0", "x")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).isEqualTo("goldcrest: predict: --top must be at least 1, got 0\n");
    assertThat(predict("nowhere.txt")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err()).contains("there is no file \"nowhere.txt\"");
    assertThat(predict("--tpo", "3")).isEqualTo(ExitCodes.USAGE);
    assertThat(streams.err()).contains("unknown option --tpo, did you mean --top?");
    assertThat(streams.out()).isEmpty();
  }

  @Test
  @Timeout(30)
  void slowTyping_isAnsweredLineByLine() throws Exception {
    PipedInputStream typed = new PipedInputStream();
    PipedOutputStream keys = new PipedOutputStream(typed);
    PipedInputStream read = new PipedInputStream();
    PrintStream out = new PrintStream(new PipedOutputStream(read), false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(OutputStream.nullOutputStream(), true);
    Terminal terminal = new Terminal(out, err, Map.of(), false, 80);
    System.setIn(typed);
    Thread verb = new Thread(() -> Cli.run(terminal, "predict", "--model", model));
    verb.start();
    for (String text : List.of("snow", "", "sun")) {
      keys.write((text + "\nhalf a li").getBytes(StandardCharsets.UTF_8));
      keys.flush();
      assertThat(line(read)).contains("\t");
      keys.write("ne\n".getBytes(StandardCharsets.UTF_8));
      keys.flush();
      assertThat(line(read)).isEqualTo(expected("half a line").get(0));
    }
    keys.close();
    verb.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(verb.isAlive()).isFalse();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString();
  }

  @Test
  void readerThatLeft_endsTheWorkQuietly() throws IOException {
    PrintStream gone =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    Terminal terminal = new Terminal(gone, streams.terminal.err(), Map.of(), false, 80);
    int[] served = new int[1];
    System.setIn(
        new InputStream() {
          @Override
          public int read() {
            served[0]++;
            return served[0] % 2 == 0 ? '\n' : 'a';
          }
        });
    assertThat(Cli.run(terminal, "predict", "--model", model)).isZero();
    assertThat(served[0]).isLessThan(1 << 20);
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void resultsThatCannotBeWritten_areSaidAndCode1() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Terminal terminal =
        Terminal.of(new ResultStream(full), streams.terminal.err(), Map.of("TERM", "dumb"));
    assertThat(Cli.run(terminal, "predict", "--model", model, file("snow\nsun\n")))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(streams.err())
        .isEqualTo("goldcrest: standard output cannot be written: No space left on device\n");
  }

  /** A second of startup is the time for native code: predict must do without. */
  @Test
  void predict_loadsNoNativeCode() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-verbose:class",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.goldcrest.app.Main",
                "predict",
                "--model",
                model,
                file("snow\n"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out).contains(expected("snow").get(0)).contains("dev.goldcrest.runtime.Session");
    assertThat(out.lines().filter(line -> line.contains("org.bytedeco"))).isEmpty();
  }
}
