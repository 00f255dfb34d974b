package dev.goldcrest.app.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  private static final ReadOptions DEFAULTS = ReadOptions.defaults();
  private static final ReadOptions SKIP = DEFAULTS.withSkipBadLines(true);

  @Test
  void read_tsv_takesTwoColumnsAndCountsFurtherOnes() throws Exception {
    Dataset read = read("d.tsv", "a\tone two\tsecret\nb\t three \n", DEFAULTS);
    assertThat(read.examples())
        .containsExactly(new Example("a", "one two"), new Example("b", " three "));
    assertThat(read.rowsWithIgnoredColumns()).isEqualTo(1);
    assertThat(read.skippedBadLines()).isZero();
  }

  @Test
  void read_crlfByteOrderMarkAndControls_areTolerated() throws Exception {
    Dataset read = read("d.tsv", "\uFEFFa\tone\r\nb\tt\0w\u0001o\r\n\r\n", DEFAULTS);
    assertThat(read.examples())
        .containsExactly(new Example("a", "one"), new Example("b", "t\0w\u0001o"));
  }

  @Test
  void read_noLineEndAtTheEnd_keepsLastLine() throws Exception {
    assertThat(read("d", "a\tone\nb\ttwo", DEFAULTS).examples())
        .last()
        .isEqualTo(new Example("b", "two"));
  }

  @Test
  void read_badLine_namesFileLineAndRemedy() {
    fails("d.tsv", "a\tx\nno tab here\n", DEFAULTS, "d.tsv:2:", "tab", "--skip-bad-lines");
    fails("d.tsv", "a\tx\n\ty\n", DEFAULTS, "d.tsv:2:", "label is empty");
    fails("d.tsv", "a\tx\nb\t  \n", DEFAULTS, "d.tsv:2:", "no text");
    fails("d.tsv", "a\tx\n\n\nb\ty\n", DEFAULTS, "d.tsv:2:", "empty");
    fails("d.txt", "__label__a x\ny\n", DEFAULTS, "d.txt:2:", "__label__");
    fails("d.txt", "__label__a __label__b x\n", DEFAULTS, "d.txt:1:", "more than one label");
    fails("d.jsonl", "{\"text\":\"x\"}\n", DEFAULTS, "d.jsonl:1:", "--label-column");
    fails("d.jsonl", "{\"text\":\n", DEFAULTS, "d.jsonl:1:", "not JSON");
    fails("d.jsonl", "{\"label\":[1],\"text\":\"x\"}\n", DEFAULTS, "d.jsonl:1:", "label");
    fails("d.csv", "text,label\nx,a\nx\n", DEFAULTS, "d.csv:3:", "1 fields");
    fails("d.csv", "words,kind\nx,a\n", DEFAULTS, "words, kind", "--text-column");
    fails("d.csv", "text,label\nx,a\n\"open,b\n", DEFAULTS, "d.csv:3:", "quote");
  }

  @Test
  void read_badLineSkipped_isCounted() throws Exception {
    byte[] bytes =
        "a\tx\nno tab\n\tl\nb\t\nq\tz\u00e9\nb\ty\n".getBytes(StandardCharsets.ISO_8859_1);
    Dataset read = Datasets.read("d.tsv", new ByteArrayInputStream(bytes), SKIP);
    assertThat(read.examples()).containsExactly(new Example("a", "x"), new Example("b", "y"));
    assertThat(read.skippedBadLines()).isEqualTo(4);
  }

  @Test
  void read_allLinesBad_saysWhatWasWrongWithTheFirst() {
    fails("d.tsv", "x\ny\n", SKIP, "no good line among 2", "line 1", "no tab");
  }

  @Test
  void read_notUtf8_namesLineAndByte() {
    byte[] bytes = "a\tx\nb\tcaf\u00e9s\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.read("d.tsv", new ByteArrayInputStream(bytes), DEFAULTS))
        .withMessageContaining("d.tsv:2: not UTF-8: byte 0xE9 at column 6");
    byte[] wide = "a\tx".getBytes(StandardCharsets.UTF_16);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.read("d.tsv", new ByteArrayInputStream(wide), DEFAULTS))
        .withMessageContaining("UTF-16");
  }

  @Test
  void read_surrogatesAndOverlongForms_areNotUtf8() {
    for (byte[] bad : new byte[][] {{(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xC0, 65}}) {
      byte[] line = Arrays.copyOf("a\tx".getBytes(UTF_8), 3 + bad.length);
      System.arraycopy(bad, 0, line, 3, bad.length);
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> Datasets.read("d", new ByteArrayInputStream(line), DEFAULTS))
          .withMessageContaining("d:1: not UTF-8");
    }
  }

  @Test
  void read_csv_followsQuotesAndNamedColumns() throws Exception {
    ReadOptions named = DEFAULTS.withColumns("body", "kind");
    String csv = "id,kind,body\r\n1,a,\"x, \"\"y\"\"\n\nz\"\r\n2,b,plain,extra\r\n";
    assertThat(read("d.csv", csv, named).examples())
        .containsExactly(new Example("a", "x, \"y\"\n\nz"), new Example("b", "plain"));
    assertThat(read("d.csv", "\"a;b\";kind;body\n1;a;x\n", named).examples())
        .containsExactly(new Example("a", "x"));
  }

  @Test
  void read_tsvWithHeader_keepsStrayQuotes() throws Exception {
    String table = "body\tid\tkind\n\"stray\t1\ta\n\"both \"\"in\"\"\"\t2\tb\n";
    assertThat(read("d.tsv", table, DEFAULTS.withColumns("body", "kind")).examples())
        .containsExactly(new Example("a", "\"stray"), new Example("b", "both \"in\""));
    assertThat(read("d.tsv", "text\tlabel\nx\ta\n", DEFAULTS).examples())
        .containsExactly(new Example("a", "x"));
  }

  @Test
  void read_jsonLines_takesScalarsAndPassesOverTheRest() throws Exception {
    String json =
        "{\"label\":1,\"more\":{\"text\":[1]},\"text\":\"a\\tb\"}\n"
            + "{\"text\":\"c\",\"label\":true}\n";
    assertThat(read("-", json, DEFAULTS).examples())
        .containsExactly(new Example("1", "a\tb"), new Example("true", "c"));
    ReadOptions named = DEFAULTS.withColumns("t", "l");
    assertThat(read("-", "{\"t\":\"x\",\"l\":\"y\"}", named).examples())
        .containsExactly(new Example("y", "x"));
  }

  @Test
  void read_fastText_splitsAtWhiteSpace() throws Exception {
    assertThat(read("d.txt", "__label__a  one two\n__label__b\tthree\n", DEFAULTS).examples())
        .containsExactly(new Example("a", "one two"), new Example("b", "three"));
  }

  @Test
  void read_forcedFormat_overridesTheGuess() throws Exception {
    ReadOptions tsv = DEFAULTS.withFormat(DataFormat.TSV);
    assertThat(read("d.jsonl", "__label__a\tx\n", tsv).examples())
        .containsExactly(new Example("__label__a", "x"));
  }

  @Test
  void load_gzip_isReadWhateverItsName(@TempDir Path folder) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write("a\tone\nb\ttwo\n".repeat(1000).getBytes(UTF_8));
    }
    Path file = folder.resolve("packed.tsv");
    Files.write(file, packed.toByteArray());
    assertThat(Datasets.load(file.toString(), DEFAULTS).size()).isEqualTo(2000);
    Files.write(file, Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.load(file.toString(), DEFAULTS))
        .withMessageContaining("damaged gzip");
  }

  @Test
  void load_missingEmptyOrDirectory_saysSo(@TempDir Path folder) throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.tsv"));
    loadFails(empty.toString(), "is empty");
    loadFails(folder.toString(), "is a directory");
    loadFails(folder.resolve("nowhere.tsv").toString(), "no file");
    loadFails("", "no file");
    loadFails("a\0b", "not a file name");
    loadFails("glosses", "glosses:train");
    loadFails("glosses:half", "\"half\"");
  }

  @Test
  void read_endlessLine_isRefusedAndSkippedInBoundedMemory() throws Exception {
    InputStream endless = new LongLine(100_000_000L, "\na\tone\n");
    Dataset read = Datasets.read("d.tsv", endless, SKIP);
    assertThat(read.examples()).containsExactly(new Example("a", "one"));
    assertThat(read.skippedBadLines()).isEqualTo(1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.read("d.tsv", new LongLine(20_000_000L, "\n"), DEFAULTS))
        .withMessageContaining("d.tsv:1: the line is longer than 10000000 bytes");
  }

  @Test
  void requireTwoLabels_oneLabel_isRefused() throws Exception {
    Dataset one = read("d.tsv", "a\tx\na\ty\n", DEFAULTS);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(one::requireTwoLabels)
        .withMessageContaining("d.tsv has only one label, \"a\"");
    read("d.tsv", "a\tx\nb\ty\n", DEFAULTS).requireTwoLabels();
  }

  private static Dataset read(String name, String content, ReadOptions options)
      throws DataException {
    return Datasets.read(name, new ByteArrayInputStream(content.getBytes(UTF_8)), options);
  }

  private static void fails(String name, String content, ReadOptions options, String... parts) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> read(name, content, options))
        .satisfies(
            e -> assertThat(e.getMessage()).startsWith(name).contains(parts).doesNotContain("\n"));
  }

  private static void loadFails(String spec, String part) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.load(spec, DEFAULTS))
        .withMessageContaining(part);
  }

  /** So many x, then a tail; no array of that size exists. */
  private static final class LongLine extends InputStream {
    private final ByteArrayInputStream tail;
    private long left;

    LongLine(long length, String tail) {
      this.left = length;
      this.tail = new ByteArrayInputStream(tail.getBytes(UTF_8));
    }

    @Override
    public int read() {
      return left > 0 && left-- > 0 ? 'x' : tail.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return tail.read(target, offset, length);
      }
      int count = (int) Math.min(left, length);
      Arrays.fill(target, offset, offset + count, (byte) 'x');
      left -= count;
      return count;
    }
  }
}
