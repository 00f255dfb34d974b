package dev.goldcrest.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A valid file damaged at random: read all the same, or refused in words; nothing else. */
class MutationTest {
  private static final int MUTANTS = 20_000;
  private static final String[] WORDS = {
    "0",
    "-1",
    "9223372036854775807",
    "1e9",
    "null",
    "{}",
    "[]",
    "\"\"",
    "F64",
    "BOOL",
    "[0,0]",
    ",",
    "}",
    "\"w\":",
    "__metadata__",
    "\u0000",
    "\\ud800"
  };

  @TempDir Path directory;

  @Test
  void read_mutants_succeedOrGiveAFormatException() throws IOException {
    byte[] valid = Bytes.everyType();
    Random random = new Random(20_26);
    Map<FormatException.Reason, Integer> refused = new EnumMap<>(FormatException.Reason.class);
    int[] good = {0};
    assertTimeout(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutant(valid, random);
            FormatException.Reason reason = reasonAgainst(mutant);
            if (reason == null) {
              good[0]++;
            } else {
              refused.merge(reason, 1, Integer::sum);
            }
            if (i % 20 == 0) {
              assertThat(reasonFromDisk(mutant)).isEqualTo(reason);
            }
          }
        });
    assertThat(good[0]).as("mutants that are still files").isGreaterThan(100);
    assertThat(refused).as("%s", refused).hasSizeGreaterThan(12);
  }

  @Test
  void read_everyTruncation_isRefused() throws IOException {
    byte[] valid = Bytes.everyType();
    for (int length = 0; length < valid.length; length++) {
      assertThat(reasonAgainst(Arrays.copyOf(valid, length)))
          .as("cut to %d bytes", length)
          .isIn(FormatException.Reason.TRUNCATED_HEADER, FormatException.Reason.TRUNCATED_DATA);
    }
  }

  /** Why a file is refused, or null; a file read must also survive being written again. */
  private static FormatException.Reason reasonAgainst(byte[] bytes) throws IOException {
    try (SafetensorsFile file = Bytes.read(bytes)) {
      Map<String, TensorData> tensors = Bytes.readAll(file);
      byte[] rewritten = Bytes.written(tensors, file.metadata());
      try (SafetensorsFile again = Bytes.read(rewritten)) {
        assertThat(again.names()).containsExactlyInAnyOrderElementsOf(file.names());
        assertThat(again.metadata()).isEqualTo(file.metadata());
      }
      return null;
    } catch (FormatException e) {
      assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("\n", "\u001b");
      return e.reason();
    }
  }

  private FormatException.Reason reasonFromDisk(byte[] bytes) throws IOException {
    Path path = Files.write(directory.resolve("mutant.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Bytes.readAll(file);
      return null;
    } catch (FormatException e) {
      return e.reason();
    }
  }

  private static byte[] mutant(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int n = random.nextInt(3); n >= 0; n--) {
      bytes = mutateOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutateOnce(byte[] bytes, Random random) {
    if (bytes.length < 16) {
      return bytes;
    }
    int header =
        (int)
            Math.min(
                bytes.length - 8,
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0) & 0xFFFF);
    int inHeader = 8 + random.nextInt(Math.max(1, header));
    int anywhere = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0:
        bytes[anywhere] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      case 1:
        bytes[Math.min(inHeader, bytes.length - 1)] = (byte) random.nextInt();
        return bytes;
      case 2:
        return Arrays.copyOf(bytes, anywhere);
      case 3:
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
      case 4:
        bytes[random.nextInt(8)] = (byte) random.nextInt();
        return bytes;
      case 5: // a digit for a digit: offsets and shapes that disagree
        int at = Math.min(inHeader, bytes.length - 1);
        while (at < bytes.length - 1 && (bytes[at] < '0' || bytes[at] > '9')) {
          at++;
        }
        bytes[at] = (byte) ('0' + random.nextInt(10));
        return bytes;
      case 6: // words, the header's length kept right
        byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
        return spliced(bytes, Math.min(inHeader, bytes.length), random.nextInt(8), word);
      default: // a piece of the header once more elsewhere
        int from = Math.min(inHeader, bytes.length);
        byte[] piece =
            Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(60)));
        return spliced(
            bytes, Math.min(8 + random.nextInt(Math.max(1, header)), bytes.length), 0, piece);
    }
  }

  /** Replaces some bytes of the header and corrects its length. */
  private static byte[] spliced(byte[] bytes, int at, int remove, byte[] insert) {
    int end = Math.min(bytes.length, at + remove);
    ByteBuffer out =
        ByteBuffer.allocate(bytes.length - (end - at) + insert.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(bytes, 0, at).put(insert).put(bytes, end, bytes.length - end);
    out.putLong(0, out.getLong(0) + insert.length - (end - at));
    return out.array();
  }
}
