package dev.goldcrest.conformance.golden;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each of our parameters is found among the authors' weights. Data: one line a parameter,
 * {@code ours = theirs}, or {@code ours = theirs[i/n]} for the i-th of n equal blocks of rows.
 * {@code ours = theirs^T} turns a matrix; {@code ours = a + b} puts tensors below one another.
 */
final class Names {
  private record Source(String tensor, int block, int blocks, boolean turned) {}

  private final Map<String, List<Source>> sources = new LinkedHashMap<>();

  private Names() {}

  static Names of(String... tables) {
    Names names = new Names();
    for (String table : tables) {
      table.lines().filter(line -> !line.isBlank()).forEach(names::add);
    }
    return names;
  }

  private void add(String line) {
    String[] sides = line.trim().split(" = ");
    List<Source> parts = new ArrayList<>();
    for (String part : sides[1].split(" \\+ ")) {
      parts.add(source(part));
    }
    sources.put(sides[0], parts);
  }

  private static Source source(String text) {
    if (text.endsWith("^T")) {
      return new Source(text.substring(0, text.length() - 2), 0, 1, true);
    }
    int bracket = text.indexOf('[');
    if (bracket < 0) {
      return new Source(text, 0, 1, false);
    }
    String[] block = text.substring(bracket + 1, text.length() - 1).split("/");
    int of = Integer.parseInt(block[1]);
    return new Source(text.substring(0, bracket), Integer.parseInt(block[0]), of, false);
  }

  /**
   * The parameters of {@code graph} from the case; a bias that the authors' module does not have is
   * 0.
   */
  Map<String, double[]> parameters(Graph graph, GoldenCase golden) throws IOException {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (Value parameter : graph.parameters().values()) {
      String path = parameter.path();
      double[] values = new double[parameter.shape().size()];
      List<Source> parts = sources(path);
      int size = values.length / parts.size();
      for (int i = 0; i < parts.size(); i++) {
        Source source = parts.get(i);
        if (golden.has("w." + source.tensor())) {
          double[] part = part(golden, source, path, size);
          System.arraycopy(part, 0, values, i * size, size);
        } else if (!path.endsWith("bias")) {
          throw new AssertionError(path + " is not in the file as " + source.tensor());
        }
      }
      parameters.put(path, values);
    }
    return parameters;
  }

  private static double[] part(GoldenCase golden, Source source, String path, int size)
      throws IOException {
    String tensor = "w." + source.tensor();
    double[] whole = golden.array(tensor);
    if (whole.length != size * source.blocks()) {
      throw new AssertionError(
          path
              + " has "
              + size
              + " elements, 1/"
              + source.blocks()
              + " of "
              + source.tensor()
              + " has "
              + whole.length / source.blocks());
    }
    int from = source.block() * size;
    double[] part = Arrays.copyOfRange(whole, from, from + size);
    return source.turned() ? turn(part, golden.size(tensor, 0)) : part;
  }

  /** (rows, columns) as (columns, rows). */
  private static double[] turn(double[] matrix, int rows) {
    int columns = matrix.length / rows;
    double[] turned = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      turned[i % columns * rows + i / columns] = matrix[i];
    }
    return turned;
  }

  /**
   * Compares a parameter's gradient with its block of the authors'; a bias that they do not have
   * has none.
   */
  void requireGradient(GoldenCase golden, String path, double[] gradient, String by)
      throws IOException {
    List<Source> parts = sources(path);
    int size = gradient.length / parts.size();
    for (int i = 0; i < parts.size(); i++) {
      Source source = parts.get(i);
      String tensor = "w." + source.tensor();
      if (golden.has(tensor)) {
        double[] part = Arrays.copyOfRange(gradient, i * size, (i + 1) * size);
        part = source.turned() ? turn(part, golden.size(tensor, 1)) : part;
        golden.requireGradient(tensor, source.block() * size, part, by);
      }
    }
  }

  private List<Source> sources(String path) {
    List<Source> source = sources.get(path);
    if (source == null) {
      throw new AssertionError("no name is given for parameter " + path);
    }
    return source;
  }

  /** Multi-head attention of torch.nn under {@code theirs} as our {@code ours}. */
  static String attention(String ours, String theirs) {
    return """
        q.weight = in_proj_weight[0/3]
        k.weight = in_proj_weight[1/3]
        v.weight = in_proj_weight[2/3]
        q.bias = in_proj_bias[0/3]
        k.bias = in_proj_bias[1/3]
        v.bias = in_proj_bias[2/3]
        out.weight = out_proj.weight
        out.bias = out_proj.bias
        """
        .replaceAll("(?m)^", ours)
        .replace(" = ", " = " + theirs);
  }

  /** {@code table} for each of {@code count} layers, # standing for the layer's number. */
  static String layers(int count, String table) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(table.replace("#", Integer.toString(i))).append('\n');
    }
    return all.toString();
  }

  /** {@code table} with prefixes on both sides. */
  static String under(String ours, String theirs, String table) {
    return table.replaceAll("(?m)^(?=.)", ours).replace(" = ", " = " + theirs);
  }

  /** Multi-head attention of fairseq, whose projections are apart. */
  static final String FAIRSEQ_ATTENTION =
      """
      q.weight = q_proj.weight
      q.bias = q_proj.bias
      k.weight = k_proj.weight
      k.bias = k_proj.bias
      v.weight = v_proj.weight
      v.bias = v_proj.bias
      out.weight = out_proj.weight
      out.bias = out_proj.bias
      """;

  /** Lightweight and dynamic convolution of Lite Transformer. */
  static final String NEAR_CONVOLUTION =
      """
      in.weight = linear1.weight
      in.bias = linear1.bias
      taps = weight
      taps.weight = weight_linear.weight
      taps.bias = weight_linear.bias
      bias = conv_bias
      out.weight = linear2.weight
      out.bias = linear2.bias
      """;

  private static final String FAIRSEQ_FEED_FORWARD =
      """
      norm1.weight = self_attn_layer_norm.weight
      norm1.bias = self_attn_layer_norm.bias
      ffn.in.weight = fc1.weight
      ffn.in.bias = fc1.bias
      ffn.out.weight = fc2.weight
      ffn.out.bias = fc2.bias
      """;

  private static final String LSRA =
      under("lsra.far.", "self_attn.branches.0.", FAIRSEQ_ATTENTION)
          + under("lsra.near.", "self_attn.branches.1.", NEAR_CONVOLUTION)
          + FAIRSEQ_FEED_FORWARD;

  /** A layer of Lite Transformer without attention to an encoder. */
  static final String LITE_LAYER =
      LSRA + "norm2.weight = final_layer_norm.weight\nnorm2.bias = final_layer_norm.bias\n";

  /** A layer of fairseq's encoder. */
  static final String FAIRSEQ_LAYER =
      under("attention.", "self_attn.", FAIRSEQ_ATTENTION)
          + FAIRSEQ_FEED_FORWARD
          + "norm2.weight = final_layer_norm.weight\nnorm2.bias = final_layer_norm.bias\n";

  /** A layer of Lite Transformer's decoder. */
  static final String LITE_DECODER_LAYER =
      LSRA
          + under("cross.", "encoder_attn.", FAIRSEQ_ATTENTION)
          + """
          norm2.weight = encoder_attn_layer_norm.weight
          norm2.bias = encoder_attn_layer_norm.bias
          norm3.weight = final_layer_norm.weight
          norm3.bias = final_layer_norm.bias
          """;

  /** The dynamic mask of Mask Attention Networks. */
  static final String DYNAMIC_MASK =
      """
      mask.token.weight = context_x_fc.weight
      mask.head = head_x
      mask.past = forward_position_x
      mask.future = backward_position_x
      """;

  private static final String MASK_FEED_FORWARD =
      """
      ffn0.in.weight = pre_fc1.weight
      ffn0.in.bias = pre_fc1.bias
      ffn0.out.weight = pre_fc2.weight
      ffn0.out.bias = pre_fc2.bias
      ffn.in.weight = fc1.weight
      ffn.in.bias = fc1.bias
      ffn.out.weight = fc2.weight
      ffn.out.bias = fc2.bias
      """;

  private static final String MASK_ATTENTIONS =
      attention("dman.", "pre_self_attn.")
          + under("dman.", "pre_self_attn.", DYNAMIC_MASK)
          + attention("attention.", "self_attn.")
          + MASK_FEED_FORWARD;

  /** A layer of Mask Attention's encoder. */
  static final String MASK_LAYER =
      MASK_ATTENTIONS
          + layers(3, "norm#.weight = layer_norms.#.weight\nnorm#.bias = layer_norms.#.bias\n");

  /** A layer of its decoder. */
  static final String MASK_DECODER_LAYER =
      MASK_ATTENTIONS
          + attention("cross.", "encoder_attn.")
          + """
          norm0.weight = pre_self_attn_layer_norm.weight
          norm0.bias = pre_self_attn_layer_norm.bias
          norm1.weight = self_attn_layer_norm.weight
          norm1.bias = self_attn_layer_norm.bias
          norm2.weight = encoder_attn_layer_norm.weight
          norm2.bias = encoder_attn_layer_norm.bias
          norm3.weight = final_layer_norm.weight
          norm3.bias = final_layer_norm.bias
          """;

  /** The same where keys have another width than queries: three matrices, one bias. */
  static final String ATTENTION_OF_OTHER_WIDTH =
      """
      q.weight = q_proj_weight
      k.weight = k_proj_weight
      v.weight = v_proj_weight
      """;

  /** Feed-forward network and the norms of torch.nn's encoder and decoder layers. */
  static final String FEED_FORWARD_AND_NORMS =
      """
      ffn.in.weight = linear1.weight
      ffn.in.bias = linear1.bias
      ffn.out.weight = linear2.weight
      ffn.out.bias = linear2.bias
      norm1.weight = norm1.weight
      norm1.bias = norm1.bias
      norm2.weight = norm2.weight
      norm2.bias = norm2.bias
      norm3.weight = norm3.weight
      norm3.bias = norm3.bias
      """;
}
