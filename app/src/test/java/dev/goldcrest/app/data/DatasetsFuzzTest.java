package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.util.Arrays;

/**
 * Whatever the bytes, a reader gives a data set or a {@link DataException}. Without JAZZER_FUZZ=1
 * the inputs kept in the resources are replayed; with it, new ones are looked for.
 */
class DatasetsFuzzTest {
  private static final String[] NAMES = {"data", "data.csv", "data.jsonl", "data.tsv.gz"};

  @FuzzTest(maxDuration = "60s")
  void read_anyBytes_givesDataOrDataException(byte[] input) {
    int choice = input.length == 0 ? 0 : input[0] & 0xFF;
    byte[] bytes = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
    DataFormat[] formats = DataFormat.values();
    ReadOptions options =
        new ReadOptions(
            formats[choice % formats.length],
            (choice & 0x40) == 0 ? null : "text",
            (choice & 0x40) == 0 ? null : "label",
            (choice & 0x80) != 0);
    String name = NAMES[(choice >> 3) & 3];
    try {
      Dataset read = Datasets.read(name, new ByteArrayInputStream(bytes), options);
      assertThat(read.examples())
          .isNotEmpty()
          .allSatisfy(
              example -> {
                assertThat(example.label()).isNotBlank();
                assertThat(example.text()).isNotBlank();
              });
    } catch (DataException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").startsWith(name);
    }
  }
}
