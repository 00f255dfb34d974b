package dev.goldcrest.conformance.golden;

import dev.goldcrest.conformance.Compare;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One file of numbers computed by a paper's own code. It remembers which tensors were looked at, so
 * that a runner cannot pass by leaving an output or a gradient out.
 */
final class GoldenCase implements Closeable {
  /** Gradients add up the rounding of a whole backward pass. */
  private static final double GRADIENT_FACTOR = 10;

  private final SafetensorsFile file;
  private final Set<String> unseen = new TreeSet<>();

  private GoldenCase(SafetensorsFile file) {
    this.file = file;
    for (String name : file.names()) {
      if (name.startsWith("out.") || name.startsWith("grad.")) {
        unseen.add(name);
      }
    }
  }

  static GoldenCase open(Path path) throws IOException {
    return new GoldenCase(SafetensorsFile.open(path));
  }

  /** As {@code vanilla/mha-self-n9}. */
  String name() {
    return text("case");
  }

  /** As {@code vanilla.mha}. */
  String kind() {
    return text("kind");
  }

  /** A string of the metadata. */
  String text(String key) {
    String text = file.metadata().get(key);
    if (text == null) {
      throw new IllegalArgumentException("the golden file has no metadata " + key);
    }
    return text;
  }

  /** A JSON list of strings in the metadata. */
  List<String> texts(String key) throws IOException {
    return Json.array(Json.parse(text(key)), key).stream().map(String.class::cast).toList();
  }

  /** The case's configuration. */
  Map<String, Object> config() throws IOException {
    return Json.parseObject(text("config"));
  }

  /** A whole number of the configuration. */
  int integer(String key) throws IOException {
    return Math.toIntExact((Long) config().get(key));
  }

  /** A number of a configuration, whole or not. */
  static double number(Map<String, Object> config, String key) {
    return ((Number) config.getOrDefault(key, 0.0)).doubleValue();
  }

  /** A flag of the configuration; false when it is not there. */
  boolean flag(String key) throws IOException {
    return Boolean.TRUE.equals(config().get(key));
  }

  boolean has(String tensor) {
    return file.contains(tensor);
  }

  /** Names of the tensors that begin with {@code prefix}, without it. */
  List<String> names(String prefix) {
    return file.names().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /** The elements of a tensor of any type. */
  double[] array(String tensor) throws IOException {
    unseen.remove(tensor);
    return switch (file.type(tensor)) {
      case F64, F32, F16, BF16 -> file.doubles(tensor);
      case I64, I32, I16, I8, U8, BOOL -> {
        int[] whole = file.ints(tensor);
        double[] values = new double[whole.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = whole[i];
        }
        yield values;
      }
    };
  }

  /** The elements of an integer tensor. */
  long[] longs(String tensor) throws IOException {
    unseen.remove(tensor);
    return file.longs(tensor);
  }

  /** Length of one axis. */
  int size(String tensor, int axis) throws IOException {
    return Math.toIntExact(file.shape(tensor)[axis]);
  }

  int[] shape(String tensor) throws IOException {
    long[] shape = file.shape(tensor);
    int[] sizes = new int[shape.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = Math.toIntExact(shape[axis]);
    }
    return sizes;
  }

  /** A padding mask, in which 1 is a pad, as the mask of ours, in which 1 is kept. */
  double[] kept(String tensor) throws IOException {
    double[] mask = array(tensor);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = 1 - mask[i];
    }
    return mask;
  }

  /** Compares with the tensor {@code out.<output>} within the case's own tolerance. */
  void requireOutput(String output, double[] actual, String by) throws IOException {
    requireOutput(
        output, actual, by, Double.parseDouble(text("atol")), Double.parseDouble(text("rtol")));
  }

  /** The same with a tolerance that the case's words give to this output. */
  void requireOutput(String output, double[] actual, String by, double atol, double rtol)
      throws IOException {
    Compare.close(output + " on " + by, actual, array("out." + output), atol, rtol);
  }

  /** Compares with elements {@code from} on of the tensor {@code grad.<name>}. */
  void requireGradient(String name, int from, double[] actual, String by) throws IOException {
    double[] whole = array("grad." + name);
    double[] expected = Arrays.copyOfRange(whole, from, from + actual.length);
    double atol = Double.parseDouble(text("atol")) * GRADIENT_FACTOR;
    double rtol = Double.parseDouble(text("rtol")) * GRADIENT_FACTOR;
    Compare.close("gradient of " + name + " on " + by, actual, expected, atol, rtol);
  }

  /** Fails when an output or a gradient of the file was compared with nothing. */
  void requireNothingLeft() {
    if (!unseen.isEmpty()) {
      throw new AssertionError(name() + ": nothing was compared with " + unseen);
    }
  }

  /**
   * Lets outputs go uncompared, with the reason: defects of the originals, or what another test
   * compares. A name may end with an asterisk.
   */
  void forget(String why, String... names) {
    Set<String> forgotten = new TreeSet<>();
    for (String name : names) {
      boolean many = name.endsWith("*");
      String start = many ? name.substring(0, name.length() - 1) : name;
      if (unseen.removeIf(many ? tensor -> tensor.startsWith(start) : start::equals)) {
        forgotten.add(name);
      }
    }
    if (!forgotten.isEmpty()) {
      System.out.println(
          "golden case " + name() + ": not compared " + why + ": " + String.join(", ", forgotten));
    }
  }

  /** The same, where gradients could not be computed on this system. */
  void forgetGradients() {
    unseen.removeIf(tensor -> tensor.startsWith("grad."));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
