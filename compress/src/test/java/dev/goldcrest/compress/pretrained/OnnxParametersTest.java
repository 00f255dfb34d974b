package dev.goldcrest.compress.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OnnxParametersTest {
  @Test
  void names_ofMiniLm_areThoseThatATorchForwardConfirmed() throws IOException {
    Path table =
        Path.of(
            System.getProperty("goldcrest.root", "."),
            "../shared/golden/minilm/onnx-initializers.tsv");
    Assumptions.assumeTrue(Files.exists(table), "no golden numbers beside the reactor");
    byte[] bytes;
    try (InputStream in = getClass().getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      bytes = in.readAllBytes();
    }
    OnnxParameters parameters =
        new OnnxParameters(OnnxFile.read(ByteBuffer.wrap(bytes), "all-minilm-l6-v2.onnx"));
    Map<String, String> expected = new LinkedHashMap<>();
    for (String line : Files.readAllLines(table)) {
      String[] columns = line.split("\t", -1);
      if (!line.startsWith("#") && columns[2].equals("F32")) {
        boolean turned = columns[4].startsWith("stored transposed");
        expected.put(columns[3], columns[0] + (turned ? " transposed" : ""));
      }
    }
    assertThat(expected).hasSizeGreaterThan(100);
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : parameters.names()) {
      found.put(name, parameters.initialiser(name));
    }
    assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
  }
}
