package dev.goldcrest.compress.pretrained;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The initialisers of an exported BERT under its own names. Exporters fold the transposition of a
 * linear weight into a nameless initialiser of MatMul; the bias that is added to the product, or
 * else the scope in the name of its output, says which layer it belongs to.
 */
final class OnnxParameters implements Parameters {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final OnnxFile file;
  private final Map<String, Stored> byName = new LinkedHashMap<>();
  private final Map<String, List<OnnxFile.Node>> consumers = new HashMap<>();
  private final Map<String, OnnxFile.Node> producers = new HashMap<>();

  private record Stored(OnnxTensor tensor, boolean transposed) {}

  OnnxParameters(OnnxFile file) {
    this.file = file;
    for (OnnxFile.Node node : file.nodes()) {
      for (String input : node.inputs()) {
        consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
      }
      for (String output : node.outputs()) {
        producers.put(output, node);
      }
    }
    file.initialisers()
        .forEach(
            (name, tensor) -> {
              if (tensor.isFloating()) {
                byName.put(name, new Stored(tensor, false));
              }
            });
    file.nodes().forEach(this::resolve);
  }

  private void resolve(OnnxFile.Node node) {
    boolean gemm = node.op().equals("Gemm");
    if (!(gemm || node.op().equals("MatMul")) || node.inputs().size() < 2) {
      return;
    }
    OnnxTensor weight = file.initialisers().get(node.inputs().get(1));
    if (weight == null || !weight.isFloating() || weight.dims().length != 2) {
      return;
    }
    boolean transposed = !gemm || !Long.valueOf(1).equals(node.attributes().get("transB"));
    byName.remove(weight.name());
    byName.put(layer(node, weight.name()) + WEIGHT, new Stored(weight, transposed));
  }

  /** The layer of a product: the name of its weight or bias without the last part. */
  private String layer(OnnxFile.Node product, String weight) {
    if (weight.endsWith(WEIGHT)) {
      return weight.substring(0, weight.length() - WEIGHT.length());
    }
    List<String> added = new ArrayList<>(product.inputs().subList(2, product.inputs().size()));
    String output = product.outputs().isEmpty() ? "" : product.outputs().get(0);
    for (OnnxFile.Node consumer : consumers.getOrDefault(output, List.of())) {
      if (consumer.op().equals("Add")) {
        added.addAll(consumer.inputs());
      }
    }
    for (String bias : added) {
      if (bias.endsWith(BIAS) && file.initialisers().containsKey(bias)) {
        return bias.substring(0, bias.length() - BIAS.length());
      }
    }
    int end = output.lastIndexOf('/');
    return end > 0 ? output.substring(1, end).replace('/', '.') : weight;
  }

  @Override
  public Set<String> names() {
    return byName.keySet();
  }

  @Override
  public long[] shape(String name) {
    Stored stored = byName.get(name);
    long[] dims = stored.tensor().dims();
    return stored.transposed() ? new long[] {dims[1], dims[0]} : dims.clone();
  }

  @Override
  public float[] values(String name) throws IOException {
    Stored stored = byName.get(name);
    float[] values = stored.tensor().floats(file.name());
    if (!stored.transposed()) {
      return values;
    }
    int rows = Math.toIntExact(stored.tensor().dims()[0]);
    int columns = Math.toIntExact(stored.tensor().dims()[1]);
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return turned;
  }

  /** Name of the initialiser that holds the weight {@code name}, and whether it lies transposed. */
  String initialiser(String name) {
    Stored stored = byName.get(name);
    return stored.tensor().name() + (stored.transposed() ? " transposed" : "");
  }

  /**
   * Channels of one head, as the shape says that a query is cut into; -1 if the graph does not.
   *
   * @param query name of the query's layer
   */
  long headChannels(String query) throws IOException {
    for (OnnxFile.Node add : consumers.getOrDefault(query + BIAS, List.of())) {
      for (String output : add.outputs()) {
        for (OnnxFile.Node cut : consumers.getOrDefault(output, List.of())) {
          if (cut.op().equals("Reshape") && cut.inputs().size() == 2) {
            return lastOf(cut.inputs().get(1));
          }
        }
      }
    }
    return -1;
  }

  /** The last of the whole numbers that {@code value} is made of. */
  private long lastOf(String value) throws IOException {
    OnnxTensor constant = constant(value);
    if (constant != null && constant.isWhole()) {
      long[] numbers = constant.longs(file.name());
      return numbers.length == 0 ? -1 : numbers[numbers.length - 1];
    }
    OnnxFile.Node node = producers.get(value);
    if (node == null || !node.op().equals("Concat") || node.inputs().isEmpty()) {
      return -1;
    }
    constant = constant(node.inputs().get(node.inputs().size() - 1));
    if (constant == null || !constant.isWhole()) {
      return -1;
    }
    long[] numbers = constant.longs(file.name());
    return numbers.length == 0 ? -1 : numbers[numbers.length - 1];
  }

  /** What is added to the variance below the first root, or NaN. */
  double epsilon() throws IOException {
    for (OnnxFile.Node node : file.nodes()) {
      if (node.op().equals("LayerNormalization")) {
        return node.attributes().get("epsilon") instanceof Float epsilon
            ? Double.parseDouble(epsilon.toString())
            : 1e-5;
      }
      if (node.op().equals("Sqrt") && node.inputs().size() == 1) {
        OnnxFile.Node add = producers.get(node.inputs().get(0));
        for (String input : add == null ? List.<String>of() : add.inputs()) {
          OnnxTensor constant = constant(input);
          if (constant != null && constant.isFloating() && constant.dims().length <= 1) {
            float[] one = constant.floats(file.name());
            return one.length == 1 ? Double.parseDouble(Float.toString(one[0])) : Double.NaN;
          }
        }
      }
    }
    return Double.NaN;
  }

  /** Whether the graph has an operation of that name; some have one in the pooler too. */
  int count(String op) {
    int count = 0;
    for (OnnxFile.Node node : file.nodes()) {
      count += node.op().equals(op) ? 1 : 0;
    }
    return count;
  }

  /** How the operations Gelu are approximated, each way once; {@code none} where they are not. */
  Set<String> approximations() {
    Set<String> ways = new TreeSet<>();
    for (OnnxFile.Node node : file.nodes()) {
      if (node.op().equals("Gelu")) {
        ways.add(String.valueOf(node.attributes().getOrDefault("approximate", "none")));
      }
    }
    return ways;
  }

  private OnnxTensor constant(String value) {
    OnnxTensor initialiser = file.initialisers().get(value);
    if (initialiser != null) {
      return initialiser;
    }
    OnnxFile.Node node = producers.get(value);
    return node != null
            && node.op().equals("Constant")
            && node.attributes().get("value") instanceof OnnxTensor tensor
        ? tensor
        : null;
  }
}
