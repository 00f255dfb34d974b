package dev.goldcrest.app.task;

import dev.goldcrest.runtime.Classification;
import dev.goldcrest.runtime.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One text's classifications as a line of text or of JSON. */
final class ClassifierAnswers {
  private ClassifierAnswers() {}

  static String line(List<Classification> best) {
    StringBuilder line = new StringBuilder();
    for (Classification c : best) {
      line.append(line.length() > 0 ? "\t" : "")
          .append(LineByLine.onLine(c.label()))
          .append('\t')
          .append(String.format(Locale.ROOT, "%.4f", c.probability()));
    }
    return line.toString();
  }

  static String object(List<Classification> best) {
    Classification first = best.get(0);
    List<Object> all = new ArrayList<>();
    for (Classification c : best) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("label", c.label());
      one.put("probability", rounded(c.probability()));
      all.add(one);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("label", first.label());
    object.put("probability", rounded(first.probability()));
    object.put("trusted", first.trusted());
    object.put("truncated", first.truncated());
    object.put("top", all);
    return Json.write(object);
  }

  private static double rounded(double probability) {
    return Math.round(probability * 1e6) / 1e6;
  }
}
