package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no verb may choke on: model files that are missing, damaged or lying. */
class BadModelFilesTest {
  private static final List<List<String>> VERBS =
      List.of(
          List.of("predict", "--model", "FILE", "DATA"),
          List.of("evaluate", "--model", "FILE", "--data", "DATA"),
          List.of("cost", "--model", "FILE"),
          List.of("inspect", "--model", "FILE"));

  @TempDir private Path folder;

  private void refuses(String what, Path file, String part) throws IOException {
    Path data = Files.writeString(folder.resolve("data.tsv"), "hot\tsun\n");
    for (List<String> verb : VERBS) {
      Streams streams = new Streams();
      String[] line =
          verb.stream()
              .map(word -> word.replace("FILE", file.toString()).replace("DATA", data.toString()))
              .toArray(String[]::new);
      assertThat(Cli.run(streams.terminal, line)).as(verb.get(0) + " " + what).isEqualTo(1);
      assertThat(streams.out()).isEmpty();
      assertThat(streams.err())
          .as(verb.get(0) + " " + what)
          .startsWith("goldcrest: ")
          .hasLineCount(1)
          .contains(file.toString())
          .contains(part)
          .doesNotContain("unexpected")
          .doesNotContain("Exception");
    }
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("bad.safetensors"), bytes);
  }

  @Test
  void missingFileAndFolder_areSaid() throws IOException {
    refuses("missing", folder.resolve("nowhere.safetensors"), "there is no such model file");
    refuses("folder", Files.createDirectory(folder.resolve("d")), "is a directory");
  }

  @Test
  void emptyAndTruncatedFiles_areSaid() throws IOException {
    refuses("empty", write(new byte[0]), "");
    byte[] good = Files.readAllBytes(TinyModels.save(folder));
    for (int length : new int[] {3, 8, 100, good.length / 2, good.length - 1}) {
      refuses("cut to " + length, write(Arrays.copyOf(good, length)), "");
    }
    refuses("grown", write(Arrays.copyOf(good, good.length + 1)), "");
  }

  @Test
  void textFile_isSaid() throws IOException {
    refuses(
        "text", write("hot\tsun\ncold\tice and more ice\n".getBytes(StandardCharsets.UTF_8)), "");
  }

  @Test
  void smallFileThatClaimsGigabytes_allocatesNothing() throws IOException {
    String json =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2000000000],\"data_offsets\":[0,8000000000]}}";
    refuses("8 GB", write(file(json, new byte[100])), "");
    byte[] huge = new byte[1000];
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(8_000_000_000L);
    refuses("8 GB header", write(huge), "");
  }

  private static byte[] file(String json, byte[] data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + data.length);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).put(data);
    return file.array();
  }

  /**
   * The same file with another text in its header, of the same length or with the length mended.
   */
  private static byte[] altered(byte[] good, String from, String to) {
    ByteBuffer buffer = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) buffer.getLong();
    String header = new String(good, 8, length, StandardCharsets.UTF_8);
    assertThat(header).contains(from);
    return file(header.replace(from, to), Arrays.copyOfRange(good, 8 + length, good.length));
  }

  @Test
  void alteredMetadata_areSaid() throws IOException {
    byte[] good = Files.readAllBytes(TinyModels.save(folder));
    Map<String, String> changes = new LinkedHashMap<>();
    changes.put("\\\"dim\\\":\\\"8\\\"", "\\\"dim\\\":\\\"9\\\"");
    changes.put("\\\"heads\\\":\\\"2\\\"", "\\\"heads\\\":\\\"3\\\"");
    changes.put("\\\"layers\\\":\\\"1\\\"", "\\\"layers\\\":\\\"2\\\"");
    changes.put("\\\"ffn\\\":\\\"8\\\"", "\\\"ffn\\\":\\\"1000000\\\"");
    changes.put("\\\"features\\\":\\\"20\\\"", "\\\"features\\\":\\\"21\\\"");
    changes.put("\\\"classes\\\":\\\"3\\\"", "\\\"classes\\\":\\\"three\\\"");
    changes.put(
        "\\\"architecture\\\":\\\"proformer\\\"", "\\\"architecture\\\":\\\"perceptron\\\"");
    changes.put("\\\"format\\\":1", "\\\"format\\\":99");
    changes.put("\\\"bits\\\":20", "\\\"bits\\\":-1");
    changes.put("\\\"temperature\\\":1.0", "\\\"temperature\\\":0.0");
    changes.put("[\\\"cold\\\",\\\"hot\\\",\\\"mild\\\"]", "[\\\"cold\\\",\\\"hot\\\"]");
    changes.put("\\\"projection\\\":\\\"lsh\\\"", "\\\"projection\\\":\\\"rsa\\\"");
    changes.put("\"F32\"", "\"F99\"");
    for (Map.Entry<String, String> change : changes.entrySet()) {
      refuses(change.getValue(), write(altered(good, change.getKey(), change.getValue())), "");
    }
  }

  @Test
  void alteredWeight_isSaid() throws IOException {
    byte[] bad = Files.readAllBytes(TinyModels.save(folder));
    bad[bad.length - 3] ^= 1;
    Path data = Files.writeString(folder.resolve("data.tsv"), "hot\tsun\n");
    Streams streams = new Streams();
    int code =
        Cli.run(streams.terminal, "predict", "--model", write(bad).toString(), data.toString());
    assertThat(code).isEqualTo(1);
    assertThat(streams.out()).isEmpty();
    assertThat(streams.err()).contains("its weights were altered: their checksum is crc32 ");
  }

  @Test
  void weightsThatAreNoNumbers_areSaid() throws IOException {
    byte[] good = Files.readAllBytes(TinyModels.save(folder));
    byte[] bad = altered(good, "\"goldcrest.weights\"", "\"other.program\"");
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putFloat(bad.length - 4, value);
      refuses("no number", write(bad), " holds NaN or infinity; fetch or train it again");
    }
  }

  @Test
  void unknownProjectionAndDoubleLabel_areSaid() throws IOException {
    byte[] good = Files.readAllBytes(TinyModels.save(folder));
    String lsh = "\\\"projection\\\":\\\"lsh\\\"";
    refuses(
        "projection",
        write(altered(good, lsh, lsh.replace("lsh", "hsl"))),
        "unknown projection hsl; known are lsh, prado, sgnn");
    refuses("label", write(altered(good, "\\\"hot\\\"", "\\\"cold\\\"")), "labels twice");
  }

  @Test
  void flippedBytes_neverEndInATrace() throws IOException {
    byte[] good = Files.readAllBytes(TinyModels.save(folder));
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(Math.min(bad.length, 2500))] ^= (byte) (1 << random.nextInt(8));
      Streams streams = new Streams();
      int code = Cli.run(streams.terminal, "inspect", "--model", write(bad).toString());
      assertThat(code).isBetween(0, 1);
      assertThat(streams.err()).doesNotContain("unexpected").doesNotContain("\tat ");
    }
  }
}
