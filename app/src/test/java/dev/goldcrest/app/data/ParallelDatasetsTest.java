package dev.goldcrest.app.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelDatasetsTest {
  private static final ParallelOptions DEFAULTS = ParallelOptions.defaults();
  private static final ParallelOptions SKIP = DEFAULTS.withSkipBadLines(true);

  @Test
  void read_tsv_takesTheColumnsAskedFor() throws Exception {
    String text = "\uFEFFa dog\tein Hund\tun chien\r\na cat\teine Katze\tun chat\r\n\r\n";
    assertThat(tsv(text, DEFAULTS).pairs())
        .containsExactly(
            new SentencePair("a dog", "ein Hund"), new SentencePair("a cat", "eine Katze"));
    ParallelDataset other = tsv(text, DEFAULTS.withColumns("3, 1"));
    assertThat(other.sources()).containsExactly("un chien", "un chat");
    assertThat(other.targets()).containsExactly("a dog", "a cat");
    assertThat(other.skippedBadLines()).isZero();
  }

  @Test
  void read_badRow_namesFileLineAndRemedy() {
    fails(() -> tsv("a\tb\nc\n", DEFAULTS), "d.tsv:2: the line has 1 column, but --columns 1,2");
    fails(() -> tsv("a\tb\n", DEFAULTS.withColumns("1,4")), "d.tsv:1:", "2 columns", "needs 4");
    fails(() -> tsv("a\tb\n \tc\n", DEFAULTS), "d.tsv:2: the source is empty", "--skip-bad-lines");
    fails(() -> tsv("a\tb\nc\t\n", DEFAULTS), "d.tsv:2: the target is empty");
    fails(() -> tsv("a\tb\n\nc\td\n", DEFAULTS), "d.tsv:2: the line is empty");
    fails(() -> tsv("a\tb\0c\n", DEFAULTS), "d.tsv:1: the target", "U+0000 as character 2");
    fails(() -> tsv("a\u001B[1m\tb\n", DEFAULTS), "d.tsv:1: the source", "U+001B");
    fails(() -> tsv("", DEFAULTS), "d.tsv is empty", "tab");
    fails(() -> tsv("\n \n", DEFAULTS), "d.tsv is empty");
    fails(
        () -> ParallelDatasets.read("d.tsv", bytes("a\tb\u00e9\n", ISO_8859_1), DEFAULTS),
        "d.tsv:1: not UTF-8",
        "0xE9");
    fails(() -> tsv("a\nb\n", SKIP), "no good line among 2", "line 1");
  }

  @Test
  void read_badRowsSkipped_areCounted() throws Exception {
    ParallelDataset read = tsv("a\tb\nc\nd\t\n\te\nf\tg\u0001\n\nh\ti\n", SKIP);
    assertThat(read.sources()).containsExactly("a", "h");
    assertThat(read.skippedBadLines()).isEqualTo(5);
  }

  @Test
  void read_controlInColumnNotRead_isNoFault() throws Exception {
    assertThat(tsv("a\tb\tc\0\n", DEFAULTS).size()).isEqualTo(1);
    assertThat(sides("a\tx\n", "b\rc\n", DEFAULTS).pairs())
        .containsExactly(new SentencePair("a\tx", "b\rc"));
  }

  @Test
  void read_twoFiles_pairsTheirLines() throws Exception {
    ParallelDataset read = sides("a\nb\n\n", "c\nd", DEFAULTS);
    assertThat(read.pairs())
        .containsExactly(new SentencePair("a", "c"), new SentencePair("b", "d"));
    assertThat(read.name()).isEqualTo("d.en and d.de");
  }

  @Test
  void read_twoFilesOfUnequalLength_saysHowManyLinesEach() {
    fails(
        () -> sides("a\nb\nc\nd\n", "x\ny\n", DEFAULTS),
        "d.en:3: this file has 4 lines but d.de has 2");
    fails(() -> sides("a\n", "x\ny\n\n", SKIP), "d.de:2: this file has 2 lines but d.en has 1");
    fails(() -> sides("", "x\n", DEFAULTS), "d.de:1: this file has 1 lines but d.en has 0");
    fails(() -> sides("", "\n", DEFAULTS), "d.en and d.de is empty");
  }

  @Test
  void read_twoFilesBadLine_namesTheFileAtFault() throws Exception {
    fails(() -> sides("a\n\nb\n", "x\ny\nz\n", DEFAULTS), "d.en:2: the source is empty");
    fails(() -> sides("a\nb\n", "x\n \n", DEFAULTS), "d.de:2: the target is empty");
    fails(() -> sides("a\n\nb\n", "x\n\nz\n", DEFAULTS), "d.en and d.de:2: both sides are empty");
    fails(() -> sides("a\n", "x\u0007\n", DEFAULTS), "d.de:1: the target", "U+0007");
    InputStream latin = bytes("x\n\u00e9\nz\n", ISO_8859_1);
    ParallelDataset read =
        ParallelDatasets.read("d.en", bytes("a\nb\nc\n", UTF_8), "d.de", latin, SKIP);
    assertThat(read.pairs())
        .containsExactly(new SentencePair("a", "x"), new SentencePair("c", "z"));
    assertThat(read.skippedBadLines()).isEqualTo(1);
  }

  @Test
  void load_files_readsGzipAndNamesMissingOnes(@TempDir Path folder) throws Exception {
    Path packed = folder.resolve("d.tsv.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("a\tb\n".getBytes(UTF_8));
    }
    Path plain = Files.writeString(folder.resolve("d.en"), "c\n");
    assertThat(ParallelDatasets.load(packed.toString(), DEFAULTS).size()).isEqualTo(1);
    assertThat(ParallelDatasets.load(plain.toString(), packed.toString(), DEFAULTS).pairs())
        .containsExactly(new SentencePair("c", "a\tb"));
    fails(() -> ParallelDatasets.load("no such file", DEFAULTS), "there is no file");
    fails(
        () -> ParallelDatasets.load(plain.toString(), folder.toString(), DEFAULTS),
        "is a directory");
    fails(() -> ParallelDatasets.load("-", "-", DEFAULTS), "one side only");
    byte[] cut = Files.readAllBytes(packed);
    Files.write(packed, java.util.Arrays.copyOf(cut, cut.length - 9));
    fails(() -> ParallelDatasets.load(packed.toString(), DEFAULTS), "damaged gzip");
  }

  @Test
  void columns_nonsense_isRefused() {
    for (String typed : List.of("1", "1,1", "0,1", "a,b", "1,2,3", "", "1,99999999999")) {
      assertThatIllegalArgumentException()
          .as(typed)
          .isThrownBy(() -> DEFAULTS.withColumns(typed))
          .withMessageContaining("--columns takes two different column numbers");
    }
  }

  @Test
  void reference_joined_isTheFirst() {
    assertThat(ParallelDataset.reference("a b ||| c ||| d")).isEqualTo("a b");
    assertThat(ParallelDataset.reference("a|||b")).isEqualTo("a|||b");
    assertThat(ParallelDataset.reference(" |||  ||| c")).isEqualTo("c");
    assertThat(ParallelDataset.reference(" ||| ")).isEqualTo(" ||| ");
  }

  @Test
  void holdOut_rowsEndingIn9_goToDev() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 21; i++) {
      text.append(i).append("\tx\n");
    }
    ParallelDataset.Split split = tsv(text.toString(), DEFAULTS).holdOut();
    assertThat(split.dev().sources()).containsExactly("9", "19");
    assertThat(split.train().size()).isEqualTo(19);
    fails(() -> tsv("a\tb\n", DEFAULTS).holdOut(), "1 pairs", "--dev");
  }

  @Test
  void load_sharedSets_haveTheirCounts() throws Exception {
    Path data = Path.of(System.getProperty("goldcrest.root", "."), "../shared/data");
    Assumptions.assumeTrue(Files.isDirectory(data), "needs ../shared/data, which is not here");
    assertThat(size(data, "multi30k/train.tsv.gz")).isEqualTo(29_000);
    assertThat(size(data, "tatoeba_de_en/dev.tsv")).isEqualTo(2_525);
    assertThat(size(data, "reuters_headlines/train.tsv.gz")).isEqualTo(10_591);
    assertThat(size(data, "aeslc/test.tsv.gz")).isEqualTo(1_906);
  }

  private static int size(Path data, String file) throws Exception {
    return ParallelDatasets.load(data.resolve(file).toString(), DEFAULTS).size();
  }

  private static ParallelDataset tsv(String text, ParallelOptions options) throws DataException {
    return ParallelDatasets.read("d.tsv", bytes(text, UTF_8), options);
  }

  private static ParallelDataset sides(String source, String target, ParallelOptions options)
      throws DataException {
    return ParallelDatasets.read(
        "d.en", bytes(source, UTF_8), "d.de", bytes(target, UTF_8), options);
  }

  private static InputStream bytes(String text, Charset charset) {
    return new ByteArrayInputStream(text.getBytes(charset));
  }

  private static void fails(ThrowingCallable reading, String... parts) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(reading)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }
}
