package dev.goldcrest.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.compress.Rank;
import dev.goldcrest.compress.matrix.Matrix;
import dev.goldcrest.compress.matrix.SemiNmf;
import dev.goldcrest.compress.matrix.Svd;
import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Low rank as Greenformers' package does it, beside the exact SVD where the package draws. */
final class GreenformerRunners {
  /** What the case allows the package's randomised solver. */
  private static final double RANDOMISED = 2e-2;

  private GreenformerRunners() {}

  /** Two linears with nothing between. */
  static void linear(GoldenCase golden) throws IOException {
    int rank = golden.integer("r");
    int out = golden.integer("out_features");
    boolean bias = golden.flag("bias");
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(scope -> Map.of("y", led(scope, feeds.input(scope, "x"), rank, out, bias)));
    Names names = Names.of("u = led_unit.0.weight\nv = led_unit.1.weight\nbias = led_unit.1.bias");
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
  }

  private static Value led(Scope scope, Value x, int rank, int out, boolean bias) {
    Value u = scope.parameter("u", new Init.Xavier(1), rank, x.shape().at(-1));
    Value v = scope.parameter("v", new Init.Xavier(1), out, rank);
    Value narrow = scope.apply(new Op.Linear(), x, u);
    return bias
        ? scope.apply(new Op.Linear(), narrow, v, scope.parameter("bias", Init.ZEROS, out))
        : scope.apply(new Op.Linear(), narrow, v);
  }

  /** A convolution to r channels, then a linear at each step. */
  static void convolution(GoldenCase golden) throws IOException {
    int[] sizes = {
      golden.integer("in_channels"), golden.integer("r"), golden.integer("kernel_size")
    };
    int out = golden.integer("out_channels");
    int padding = golden.integer("padding");
    Feeds feeds = new Feeds(golden);
    Graph graph =
        Graph.trace(scope -> Map.of("y", ced(scope, feeds.input(scope, "x"), sizes, out, padding)));
    Names names = Names.of("u = ced_unit.0.weight\nv = ced_unit.1.weight\nbias = ced_unit.1.bias");
    new GoldenGraph(graph, names, feeds.inputs()).check(golden);
  }

  /** x (B, in, T) -> (B, out, T); sizes are in, r, K. */
  private static Value ced(Scope scope, Value x, int[] sizes, int out, int padding) {
    Value u = scope.parameter("u", new Init.Xavier(1), sizes[1], sizes[0], sizes[2]);
    Value v = scope.parameter("v", new Init.Xavier(1), out, sizes[1]);
    Value narrow = scope.apply(new Op.Convolution(1, padding, padding), x.permute(0, 2, 1), u);
    return scope
        .apply(new Op.Linear(), narrow, v, scope.parameter("bias", Init.ZEROS, out))
        .permute(0, 2, 1);
  }

  static void svd(GoldenCase golden) throws IOException {
    int out = golden.integer("out_features");
    int in = golden.integer("in_features");
    Matrix weight = new Matrix(out, in, golden.array("w.weight"));
    Svd svd = Svd.of(weight);
    golden.requireOutput("singular_values", svd.singular(), "compress", 1e-6, 1e-6);
    assertThat(Rank.most(out, in)).isEqualTo(golden.integer("r_max"));
    TreeSet<String> ranks = new TreeSet<>();
    for (String name : golden.names("out.rank")) {
      ranks.add(name.substring(0, name.lastIndexOf('.')));
    }
    for (String text : ranks) {
      // The package takes 1.0 as rank 1; ours refuses it (RankTest).
      Rank rule = text.equals("1.0") ? new Rank.Absolute(1) : Rank.parse(text);
      int rank = rule.of(Rank.most(out, in), svd.singular());
      String prefix = "rank" + text + ".";
      assertThat((long) rank)
          .as("rank for %s", text)
          .isEqualTo(golden.longs("out." + prefix + "effective_rank")[0]);
      long parameters = rank == 0 ? (long) out * in + out : (long) rank * (out + in) + out;
      assertThat(parameters).isEqualTo(golden.longs("out." + prefix + "params")[0]);
      if (rank > 0) {
        product(golden, prefix, svd, weight, rank);
      }
    }
  }

  private static void product(GoldenCase golden, String prefix, Svd svd, Matrix weight, int rank)
      throws IOException {
    Matrix product = svd.truncate(rank).product();
    double[] error = {product.distance(weight)};
    golden.requireOutput(prefix + "exact_product", product.data(), "the exact SVD", 1e-6, 1e-6);
    golden.requireOutput(prefix + "optimal_fro_error", error, "the exact SVD", 0, 1e-6);
    double[] tail = {svd.tail(rank)};
    golden.requireOutput(prefix + "optimal_fro_error", tail, "the tail", 0, 1e-6);
    golden.requireOutput(prefix + "product", product.data(), "the exact SVD", RANDOMISED, 0);
    golden.requireOutput(prefix + "fro_error", error, "the exact SVD", 0, 1e-4);
    int rows = golden.size("in.x", 0);
    Matrix y = new Matrix(rows, weight.columns(), golden.array("in.x")).times(product.transposed());
    double[] bias = golden.array("w.bias");
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] += bias[i % bias.length];
    }
    golden.requireOutput(prefix + "y", y.data(), "the exact SVD", RANDOMISED, 0);
  }

  static void svdOfConvolution(GoldenCase golden) throws IOException {
    int in = golden.integer("in_channels");
    int out = golden.integer("out_channels");
    int kernel = golden.integer("kernel");
    int rank = new Rank.Absolute(golden.integer("rank")).of(Rank.most(out, in), null);
    Matrix weight = new Matrix(out, in * kernel, golden.array("w.weight"));
    Matrix drawn = new Matrix(out, in * kernel, golden.array("out.kernel_product"));
    // The singular values lie close together, so the package's draw has not converged; what it
    // found is of that rank, and not quite as near as can be.
    Svd svd = Svd.of(weight);
    assertThat(svd.truncate(rank).product().distance(weight))
        .isCloseTo(svd.tail(rank), within(1e-9))
        .isLessThan(drawn.distance(weight))
        .isGreaterThan(0.999 * drawn.distance(weight));
    Svd.Factors factors = Svd.of(drawn).truncate(rank);
    golden.requireOutput("kernel_product", factors.product().data(), "the exact SVD");
    int[] sizes = {in, rank, kernel};
    Feeds feeds = new Feeds(golden);
    int padding = golden.integer("padding");
    Graph graph =
        Graph.trace(scope -> Map.of("y", ced(scope, feeds.input(scope, "x"), sizes, out, padding)));
    assertThat(graph.parameterCount()).isEqualTo(golden.longs("out.params")[0]);
    Map<String, double[]> weights = new LinkedHashMap<>();
    weights.put("u", factors.right().data());
    weights.put("v", factors.left().data());
    weights.put("bias", golden.array("w.bias"));
    Arguments arguments = new Arguments(weights, feeds.inputs());
    for (Interpreter interpreter : GoldenGraph.available()) {
      golden.requireOutput("y", interpreter.run(graph, arguments).get("y"), interpreter.name());
    }
  }

  static void semiNmf(GoldenCase golden) throws IOException {
    Matrix x = new Matrix(golden.integer("rows"), golden.integer("cols"), golden.array("in.X"));
    Matrix start = new Matrix(golden.integer("rank"), x.columns(), golden.array("in.H0"));
    for (Object steps : (List<?>) golden.config().get("iterations")) {
      Svd.Factors factors = SemiNmf.factorise(x, start, ((Long) steps).intValue());
      String prefix = "iter" + steps + ".";
      golden.requireOutput(prefix + "W", factors.left().data(), "compress");
      golden.requireOutput(prefix + "H", factors.right().data(), "compress");
      double[] error = {factors.product().distance(x)};
      golden.requireOutput(prefix + "fro_error", error, "compress");
    }
  }

  /** A model's linears that are to be factorised, (out, in) each, and all its parameters. */
  private record Tree(long parameters, List<int[]> linears) {}

  static void counts(GoldenCase golden) throws IOException {
    List<?> rows = (List<?>) golden.config().get("rows");
    for (int row = 0; row < rows.size(); row++) {
      Map<?, ?> described = (Map<?, ?>) rows.get(row);
      String model = (String) described.get("model");
      Tree tree = tree(model);
      Rank rule = Rank.parse((String) described.get("rank"));
      long parameters = tree.parameters();
      long factorised = 0;
      for (int[] linear : tree.linears()) {
        int rank = rule.of(Rank.most(linear[0], linear[1]), null);
        if (rank > 0) {
          parameters += (long) rank * (linear[0] + linear[1]) - (long) linear[0] * linear[1];
          factorised++;
        }
      }
      assertThat(tree.parameters()).as(model).isEqualTo(golden.longs("out.full")[row]);
      assertThat(parameters).as(model).isEqualTo(golden.longs("out.factorised")[row]);
      assertThat(factorised).as(model).isEqualTo(golden.longs("out.led_count")[row]);
    }
  }

  private static Tree tree(String model) {
    return switch (model) {
      case "bert-base-uncased" -> bert("", 0, true);
      case "bert-base-uncased last6+pooler" -> bert("", 6, true);
      case "bert-base-cased+cls2 layers8-11+pooler" -> bert("vocabulary=28996 classes=2", 8, true);
      case "gpt2-small lm (tied)" -> gpt(768, 12, 12);
      case "gpt2-small lm last6" -> gpt(768, 12, 6);
      case "gpt2-large lm last12 of 36" -> gpt(1280, 36, 12);
      // Linears that are the root's own children are passed over by the package.
      case "bare Sequential(Linear64,ReLU,Linear64)" -> new Tree(2 * (64 * 64 + 64), List.of());
      case "M(net=Sequential(Linear64,ReLU,Linear64))" ->
          new Tree(2 * (64 * 64 + 64), List.of(new int[] {64, 64}, new int[] {64, 64}));
      case "M(net=Sequential(Linear(64,8)...)) rank 8 skipped?" ->
          new Tree(64 * 8 + 8 + 8 * 64 + 64, List.of(new int[] {8, 64}, new int[] {64, 8}));
      default -> throw new AssertionError("no model is known as " + model);
    };
  }

  /**
   * The linears of layers from {@code first} on and of the pooler, as the registry's BERT has them.
   */
  private static Tree bert(String others, int first, boolean pooler) {
    Map<String, String> settings = new LinkedHashMap<>(Architectures.preset("bert", "base"));
    for (String pair : others.split(" ")) {
      if (!pair.isEmpty()) {
        settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    Architecture model = Architectures.of("bert", new Settings(settings));
    Graph graph = model.whole();
    List<int[]> linears = new ArrayList<>();
    for (Value value : graph.values()) {
      if (value.op() instanceof Op.Linear) {
        Value weight = value.input(1);
        String path = weight.path();
        boolean layer =
            path.startsWith("encoder.layer.") && Integer.parseInt(path.split("\\.")[2]) >= first;
        if (layer || pooler && path.startsWith("pooler")) {
          linears.add(new int[] {weight.shape().at(0), weight.shape().at(1)});
        }
      }
    }
    return new Tree(graph.parameterCount(), linears);
  }

  /** GPT-2: tied vocabulary, learned positions, one projection to queries, keys and values. */
  private static Tree gpt(int dim, int layers, int last) {
    int[][] shapes = {{3 * dim, dim}, {dim, dim}, {4 * dim, dim}, {dim, 4 * dim}};
    long parameters = (50_257L + 1_024) * dim + 2L * dim;
    List<int[]> linears = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      parameters += 4L * dim;
      for (int[] shape : shapes) {
        parameters += (long) shape[0] * shape[1] + shape[0];
        if (layer >= layers - last) {
          linears.add(shape);
        }
      }
    }
    return new Tree(parameters, linears);
  }
}
