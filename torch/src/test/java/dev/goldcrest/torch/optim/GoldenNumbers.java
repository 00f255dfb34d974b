package dev.goldcrest.torch.optim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Small golden numbers in test resources: a name, a tab, the numbers. */
final class GoldenNumbers {
  private GoldenNumbers() {}

  static Map<String, double[]> read(String resource) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    var stream =
        Objects.requireNonNull(
            GoldenNumbers.class.getResourceAsStream("/golden/" + resource), resource);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] columns = line.split("\t");
          numbers.put(
              columns[0],
              Arrays.stream(columns[1].split(" ")).mapToDouble(Double::parseDouble).toArray());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return numbers;
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
