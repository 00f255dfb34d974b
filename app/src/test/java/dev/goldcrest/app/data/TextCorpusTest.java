package dev.goldcrest.app.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.goldcrest.runtime.text.WordTokenizer;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCorpusTest {

  @Test
  void read_lines_keepsBlankOnes() throws Exception {
    TextCorpus read = read("\n = Title = \r\n\n text \t x\n\n", false);
    assertThat(read.lines()).containsExactly("", " = Title = ", "", " text \t x", "");
    assertThat(read.skippedBadLines()).isZero();
  }

  @Test
  void read_badLine_namesFileAndLine() throws Exception {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> read("a\nb\0\n", false))
        .withMessageStartingWith("t.txt:2: the line has the control character U+0000")
        .withMessageContaining("--skip-bad-lines");
    assertThat(read("a\nb\0\nc\n", true).lines()).containsExactly("a", "c");
    assertThat(read("a\nb\0\nc\n", true).skippedBadLines()).isEqualTo(1);
  }

  @Test
  void read_nothing_isRefused() {
    for (String text : new String[] {"", "\n", " \n\t\n"}) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> read(text, false))
          .withMessage("t.txt is empty; give it text, a sentence or a paragraph a line");
    }
  }

  @Test
  void holdOut_linesEndingIn9_goToDev() throws Exception {
    StringBuilder text = new StringBuilder();
    Stream.iterate(0, i -> i + 1).limit(20).forEach(i -> text.append(i).append('\n'));
    TextCorpus.Split split = read(text.toString(), false).holdOut();
    assertThat(split.dev().lines()).containsExactly("9", "19");
    assertThat(split.train().lines()).hasSize(18);
  }

  /** The counts everybody publishes with. */
  @ParameterizedTest
  @CsvSource({
    "ptb/train.txt.gz, 929589, 9999",
    "ptb/test.txt, 82430, 6048",
    "wikitext2/test.txt.gz, 245569, 14142"
  })
  void load_languageModelSets_haveTheOfficialTokens(String file, long tokens, int types)
      throws Exception {
    Path path = Path.of(System.getProperty("goldcrest.root", "."), "../shared/data", file);
    Assumptions.assumeTrue(Files.exists(path), "needs ../shared/data, which is not here");
    TextCorpus corpus = TextCorpus.load(path.toString(), false);
    WordTokenizer words = WordTokenizer.train(corpus.lines(), false, 1, Integer.MAX_VALUE);
    long encoded = corpus.lines().stream().mapToLong(line -> words.encode(line).length + 1).sum();
    assertThat(encoded).isEqualTo(tokens);
    // Four reserved ids; of the types, <unk> is one of them.
    assertThat(words.size() - 4 + 1).isEqualTo(types);
  }

  private static TextCorpus read(String text, boolean skip) throws DataException {
    return TextCorpus.read("t.txt", new ByteArrayInputStream(text.getBytes(UTF_8)), skip);
  }
}
