package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.util.Arrays;

/**
 * Whatever the bytes, pairs that both have text or a {@link DataException}; see {@link
 * DatasetsFuzzTest}. The first byte chooses how they are read, a byte 0xFF parts two files.
 */
class ParallelDatasetsFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void read_anyBytes_givesPairsOrDataException(byte[] input) {
    int choice = input.length == 0 ? 0 : input[0] & 0xFF;
    byte[] bytes = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
    ParallelOptions options =
        new ParallelOptions(1 + (choice & 1), 2 - (choice & 1), (choice & 2) != 0);
    try {
      ParallelDataset read =
          (choice & 4) != 0
              ? twoFiles(bytes, options)
              : ParallelDatasets.read("data", new ByteArrayInputStream(bytes), options);
      assertThat(read.pairs())
          .isNotEmpty()
          .allSatisfy(
              pair -> {
                assertThat(pair.source()).isNotBlank().doesNotContain("\n", "\0");
                assertThat(pair.target()).isNotBlank().doesNotContain("\n", "\0");
              });
    } catch (DataException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").startsWith("data");
    }
  }

  private static ParallelDataset twoFiles(byte[] bytes, ParallelOptions options)
      throws DataException {
    int middle = 0;
    while (middle < bytes.length && bytes[middle] != (byte) 0xFF) {
      middle++;
    }
    return ParallelDatasets.read(
        "data.a",
        new ByteArrayInputStream(bytes, 0, middle),
        "data.b",
        new ByteArrayInputStream(bytes, middle, bytes.length - middle),
        options);
  }
}
