package dev.goldcrest.conformance.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.text.WordPiece;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our WordPiece beside the Hugging Face library, id for id. */
@Tag("parity")
class TokenizerParityTest {
  /** Lines compared; the full figure is -Dgoldcrest.parityLines=100000. */
  private static final int LINES = Integer.getInteger("goldcrest.parityLines", 3000);

  private static WordPiece ours;
  private static HuggingFaceTokenizer theirs;

  @BeforeAll
  static void load() throws IOException {
    byte[] json;
    try (InputStream in =
        TokenizerParityTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      json = in.readAllBytes();
    }
    ours = WordPiece.of(Json.parseObject(new String(json, StandardCharsets.UTF_8)));
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    try (InputStream in =
        TokenizerParityTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      theirs =
          HuggingFaceTokenizer.newInstance(in, Map.of("padding", "false", "truncation", "false"));
    } catch (UnsatisfiedLinkError | IllegalStateException | NoClassDefFoundError e) {
      Assumptions.abort("the natives of the Hugging Face library do not load here: " + e);
    }
  }

  @AfterAll
  static void close() {
    if (theirs != null) {
      theirs.close();
    }
  }

  /** Planes 3 to 16 hold next to nothing: the full run looks at all of them, others at some. */
  @Test
  void ids_ofCodePointsInsideAWord_areTheLibrarys() {
    List<String> different = new ArrayList<>();
    int step = 1;
    for (int c = 1; c <= Character.MAX_CODE_POINT; c += step) {
      step = c < 0x30000 || LINES >= 100_000 ? 1 : 97;
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        compare("a" + Character.toString(c) + "b", String.format("U+%04X", c), different);
      }
    }
    assertThat(different).isEmpty();
  }

  @Test
  void ids_ofTextsWithSpecialTokens_areTheLibrarys() {
    List<String> different = new ArrayList<>();
    for (String text :
        List.of(
            "a [MASK] b",
            "[CLS][SEP]x[UNK]",
            "a[MASK]b [mask] [ MASK ]",
            "[[MASK]] ##ing [PAD]",
            " \u00A0 ",
            "\u0000\uFFFD\u200B",
            "I\u0307 \u0130 \u03A3\u0391\u03A3",
            "a".repeat(100) + " " + "a".repeat(101),
            "\uD83D\uDE02".repeat(101),
            "\u00E9".repeat(100) + "\n" + "\uAC01".repeat(40))) {
      compare(text, text, different);
    }
    assertThat(different).isEmpty();
  }

  /** As many lines as are asked for, the same number of each file as far as it has them. */
  @Test
  void ids_ofLinesOfTheSharedData_areTheLibrarys() throws IOException {
    Path data = Path.of(System.getProperty("goldcrest.root", "."), "..", "shared", "data");
    Assumptions.assumeTrue(Files.isDirectory(data), "no ../shared/data beside the reactor");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(data)) {
      files = walk.filter(TokenizerParityTest::isText).sorted().toList();
    }
    int[] sizes = new int[files.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = lines(files.get(i));
    }
    Assumptions.assumeFalse(files.isEmpty(), "no texts in ../shared/data");
    int wanted = Math.min(LINES, ofEach(LINES, sizes));
    int each = 0;
    while (ofEach(each, sizes) < wanted) {
      each++;
    }
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (Path file : files) {
      compared += compare(file, each, different);
    }
    System.out.println("tokeniser parity: " + compared + " lines, " + different.size() + " differ");
    assertThat(compared).isBetween(wanted, wanted + files.size());
    assertThat(different).isEmpty();
  }

  /** Lines that are had from files of these sizes with at most so many of each. */
  private static int ofEach(int most, int[] sizes) {
    return Arrays.stream(sizes).map(size -> Math.min(most, size)).sum();
  }

  /** Lines of a file, counted no further than could be asked of it. */
  private static int lines(Path file) throws IOException {
    try (BufferedReader reader = reader(file)) {
      return (int) reader.lines().limit(LINES).count();
    }
  }

  private static BufferedReader reader(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (file.toString().endsWith(".gz")) {
      in = new GZIPInputStream(in);
    }
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static boolean isText(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && (name.contains(".tsv") || name.contains(".txt"))
        && !file.toString().contains("hapt_stream");
  }

  private static int compare(Path file, int lines, List<String> different) throws IOException {
    int compared = 0;
    try (BufferedReader reader = reader(file)) {
      for (String line = reader.readLine();
          line != null && compared < lines;
          line = reader.readLine()) {
        compared++;
        compare(line, file.getFileName() + ":" + compared, different);
      }
    }
    return compared;
  }

  private static void compare(String text, String place, List<String> different) {
    int[] mine = ours.ids(text);
    long[] expected = theirs.encode(text).getIds();
    if (!Arrays.equals(Arrays.stream(mine).asLongStream().toArray(), expected)) {
      different.add(place + " " + Arrays.toString(mine) + " " + Arrays.toString(expected));
    }
  }
}
