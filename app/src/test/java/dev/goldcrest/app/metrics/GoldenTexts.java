package dev.goldcrest.app.metrics;

import dev.goldcrest.runtime.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Texts with the scores other programs gave them, in test resources. */
final class GoldenTexts {
  private GoldenTexts() {}

  record Case(String name, Map<String, Object> values) {
    List<String> texts(String key) throws IOException {
      return Json.array(values.get(key), key).stream().map(String.class::cast).toList();
    }

    /** Reference by sentence, from sentence by reference. */
    List<List<String>> references() throws IOException {
      List<Object> streams = Json.array(values.get("refs"), "refs");
      List<List<String>> references = new ArrayList<>();
      for (int i = 0; i < texts("hyp").size(); i++) {
        List<String> all = new ArrayList<>();
        for (Object stream : streams) {
          all.add((String) Json.array(stream, "refs").get(i));
        }
        references.add(all);
      }
      return references;
    }

    double[] numbers(String key) throws IOException {
      return Json.array(values.get(key), key).stream()
          .mapToDouble(number -> ((Number) number).doubleValue())
          .toArray();
    }

    /** Precision, recall and F1 of one pair of texts. */
    double[] triple(String key, int pair) throws IOException {
      return Arrays.copyOfRange(numbers(key), 3 * pair, 3 * pair + 3);
    }
  }

  static List<Case> cases(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            GoldenTexts.class.getResourceAsStream("/golden/" + resource), resource)) {
      Map<String, Object> file = Json.object(Json.parse(in.readAllBytes()), resource);
      List<Case> cases = new ArrayList<>();
      for (Object each : Json.array(file.get("cases"), "cases")) {
        Map<String, Object> values = Json.object(each, "case");
        cases.add(new Case((String) values.get("name"), values));
      }
      return cases;
    }
  }
}
