package dev.goldcrest.torch;

import dev.goldcrest.runtime.Checksum;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run at rest: one safetensors file that is replaced in one step, so that there is always a whole
 * one.
 *
 * @param recipe what the run was asked to do and on which data; resuming refuses another
 * @param state weights, moments, average
 * @param best the best weights so far by path; empty before the first epoch ends
 * @param progress the run's own numbers, plain JSON values
 */
record Checkpoint(
    String recipe,
    TrainingState.Snapshot state,
    Map<String, float[]> best,
    Map<String, Object> progress) {
  private static final String KEY = "goldcrest.checkpoint";
  private static final String STATE = "state.";
  private static final String BEST = "best.";

  void save(Path path) throws IOException {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    state.arrays().forEach((name, values) -> arrays.put(STATE + name, values));
    best.forEach((name, values) -> arrays.put(BEST + name, values));
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    arrays.forEach((name, values) -> tensors.put(name, TensorData.ofFloats(values, values.length)));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("recipe", recipe);
    object.put("steps", state.steps());
    object.put("previousRate", Double.isNaN(state.previousRate()) ? null : state.previousRate());
    object.put("progress", progress);
    String json = Json.write(object);
    SafetensorsWriter.write(path, tensors, Map.of(KEY, json, Checksum.KEY, checksum(json, arrays)));
  }

  /** Of everything: a run that goes on from another number than it had ends in another model. */
  private static String checksum(String json, Map<String, float[]> arrays) {
    Checksum checksum = new Checksum();
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    checksum.add(bytes, bytes.length);
    new TreeMap<>(arrays).values().forEach(values -> checksum.add(values, false));
    return checksum.toString();
  }

  /** Those of earlier versions, which have no checksum, are taken as they are. */
  static Checkpoint load(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String json = file.metadata().get(KEY);
      if (json == null) {
        throw damaged(path, FormatException.Reason.UNUSABLE_METADATA, null);
      }
      Map<String, float[]> arrays = new LinkedHashMap<>();
      for (String name : file.names()) {
        arrays.put(name, file.floats(name));
      }
      String expected = file.metadata().get(Checksum.KEY);
      if (expected != null && !expected.equals(checksum(json, arrays))) {
        throw damaged(path, FormatException.Reason.WRONG_CHECKSUM, null);
      }
      Map<String, Object> object = Json.parseObject(json);
      Object rate = object.get("previousRate");
      double previousRate = rate == null ? Double.NaN : ((Number) rate).doubleValue();
      long steps = ((Number) object.get("steps")).longValue();
      return new Checkpoint(
          (String) object.get("recipe"),
          new TrainingState.Snapshot(steps, previousRate, under(STATE, arrays)),
          under(BEST, arrays),
          Json.object(object.get("progress"), "progress"));
    } catch (FormatException e) {
      throw damaged(path, e.reason(), e);
    } catch (JsonException | ClassCastException | NullPointerException e) {
      throw damaged(path, FormatException.Reason.UNUSABLE_METADATA, e);
    }
  }

  private static Map<String, float[]> under(String prefix, Map<String, float[]> arrays) {
    Map<String, float[]> found = new LinkedHashMap<>();
    arrays.forEach(
        (name, values) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), values);
          }
        });
    return found;
  }

  /** What to say of a file that holds something else than a run at rest. */
  static FormatException damaged(Path path, FormatException.Reason reason, Exception cause) {
    String what = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String sentence = "is a damaged checkpoint (" + what + "); --force starts again";
    FormatException damaged = new FormatException(reason, path.toString(), sentence);
    damaged.initCause(cause);
    return damaged;
  }

  static FormatException unusable(Path path, String sentence) {
    return new FormatException(FormatException.Reason.UNUSABLE_METADATA, path.toString(), sentence);
  }
}
