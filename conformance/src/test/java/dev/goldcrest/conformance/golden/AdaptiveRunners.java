package dev.goldcrest.conformance.golden;

import static dev.goldcrest.conformance.golden.LiteRunners.find;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Adaptive;
import dev.goldcrest.core.nn.Layers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The language model of Lite Transformer and its adaptive input and softmax. */
final class AdaptiveRunners {
  private AdaptiveRunners() {}

  private static String bands(String ours, String theirs) {
    return Names.layers(
        3,
        ours
            + "band.#.weight = "
            + theirs
            + "embeddings.#.0.weight\n"
            + ours
            + "band.#.out.weight = "
            + theirs
            + "embeddings.#.1.weight\n");
  }

  static void languageModel(GoldenCase golden) throws IOException {
    LiteTransformer model = LiteModelRunners.model(golden.config(), "lm");
    int batch = golden.size("in.src_tokens", 0);
    int time = golden.size("in.src_tokens", 1);
    Sizes sizes = new Sizes(batch, time, 1);
    Names names =
        Names.of(
            bands("embedding.", "decoder.embed_tokens."),
            "output.class.weight = decoder.adaptive_softmax.head.class_proj.weight",
            Names.layers(
                3, Names.under("decoder.layer.#.", "decoder.layers.#.", Names.LITE_LAYER)));
    Graph graph =
        Graph.trace(
            scope -> {
              Value logits = model.build(scope, Architecture.WHOLE, sizes).get("logits");
              Value features = features(logits);
              Value scaled =
                  find(features, v -> v.op() instanceof Op.Affine && v.path().contains("band"));
              return Map.of(
                  "log_probs", logits, "features", features, "embedding", scaled.input(0));
            });
    double[] ids = golden.array("in.src_tokens");
    Arguments arguments = new Arguments(names.parameters(graph, golden), Map.of("ids", ids));
    for (Interpreter interpreter : GoldenGraph.available()) {
      Map<String, double[]> outputs = interpreter.run(graph, arguments);
      for (Map.Entry<String, double[]> output : outputs.entrySet()) {
        golden.requireOutput(output.getKey(), output.getValue(), interpreter.name());
      }
      Graph step =
          Graph.trace(
              scope -> {
                Map<String, Value> all =
                    new LinkedHashMap<>(model.build(scope, Architecture.DECODE, sizes));
                all.put("features", features(all.get("logits")));
                return all;
              });
      GoldenSteps steps = new GoldenSteps(step, arguments.parameters(), Map.of());
      golden.requireOutput(
          "features_incremental",
          LiteModelRunners.steps(steps, interpreter, "features", sizes, ids),
          interpreter.name() + " step by step");
    }
    trainAdaptive(golden, model, names, sizes, arguments);
  }

  /** What the adaptive softmax reads: the operand of the product with the first band's table. */
  private static Value features(Value logits) {
    return find(
            logits,
            v -> v.op() instanceof Op.Linear && v.input(1).path().equals("embedding.band.0.weight"))
        .input(0);
  }

  private static double negativeLikelihood(GoldenCase golden, double[] logProbabilities)
      throws IOException {
    double[] target = golden.array("in.target");
    int width = logProbabilities.length / target.length;
    double loss = 0;
    for (int i = 0; i < target.length; i++) {
      loss -= logProbabilities[i * width + (int) target[i]];
    }
    return loss;
  }

  /**
   * The entry for training: clusters see the rows whose targets they hold. The original takes the
   * word at place 1 of a cluster for a pad and leaves its loss within the cluster out; so does this
   * comparison, and nothing else.
   */
  private static void trainAdaptive(
      GoldenCase golden, LiteTransformer model, Names names, Sizes sizes, Arguments arguments)
      throws IOException {
    double[] target = golden.array("in.target");
    Adaptive bands =
        new Adaptive(
            model.sequence().vocabulary(),
            model.sequence().cutoffs(),
            model.sequence().dim(),
            4,
            true,
            0);
    List<Integer> counts = new ArrayList<>();
    Map<String, double[]> inputs = new LinkedHashMap<>(arguments.inputs());
    Map<String, int[]> wanted = new LinkedHashMap<>();
    int[] head = new int[target.length];
    for (int i = 0; i < head.length; i++) {
      head[i] = (int) target[i];
    }
    for (int tail = 0; tail < bands.tails(); tail++) {
      int from = bands.from(tail + 1);
      int end = from + bands.size(tail + 1);
      List<Integer> rows = new ArrayList<>();
      for (int i = 0; i < target.length; i++) {
        if (target[i] >= from && target[i] < end) {
          rows.add(i);
          head[i] = bands.size(0) + tail;
        }
      }
      counts.add(rows.size());
      inputs.put(
          "tail." + tail + ".rows", rows.stream().mapToDouble(Integer::doubleValue).toArray());
      wanted.put("tail." + tail, rows.stream().mapToInt(row -> (int) target[row] - from).toArray());
    }
    wanted.put("head", head);
    Graph graph =
        model.trace(Architecture.ADAPTIVE, new Sizes(sizes.batch(), sizes.time(), 1, 0, counts));
    Arguments all = new Arguments(arguments.parameters(), inputs);
    double scale = golden.array("cot.loss_sum")[0];
    Map<String, float[]> cotangents = new LinkedHashMap<>();
    for (Interpreter interpreter : GoldenGraph.available()) {
      double loss = 0;
      for (Map.Entry<String, double[]> output : interpreter.run(graph, all).entrySet()) {
        int[] hits = wanted.get(output.getKey());
        int width = output.getValue().length / hits.length;
        float[] cotangent = new float[output.getValue().length];
        for (int i = 0; i < hits.length; i++) {
          if (hits[i] == LiteModelRunners.PAD) {
            continue;
          }
          double[] log = LiteModelRunners.logSoftmax(output.getValue(), i * width, width);
          loss -= log[hits[i]];
          for (int v = 0; v < width; v++) {
            cotangent[i * width + v] =
                (float) (scale * (Math.exp(log[v]) - (v == hits[i] ? 1 : 0)));
          }
        }
        cotangents.put(output.getKey(), cotangent);
      }
      golden.requireOutput("loss_sum", new double[] {loss}, interpreter.name() + " by clusters");
    }
    if (Interpreter.TORCH.unavailable() == null) {
      GoldenGraph.requireGradients(golden, graph, names, all, cotangents);
    }
  }

  static void adaptive(GoldenCase golden) throws IOException {
    int dim = golden.integer("dim");
    List<Integer> cutoffs =
        ((List<?>) golden.config().get("cutoff"))
            .stream().map(cutoff -> ((Number) cutoff).intValue()).toList();
    Adaptive adaptive =
        new Adaptive(golden.integer("vocab"), cutoffs, dim, golden.integer("factor"), false, 0);
    int batch = golden.size("in.tokens", 0);
    int time = golden.size("in.tokens", 1);
    Names names =
        Names.of(
            bands("embedding.", "ai."),
            "output.head.weight = asm.head.weight",
            Names.layers(
                2,
                "output.tail.#.in.weight = asm.tail.#.0.weight\n"
                    + "output.tail.#.out.weight = asm.tail.#.2.weight"));
    Graph graph =
        Graph.trace(
            scope -> {
              Value x = adaptive.embed(scope.in("embedding"), Layers.idsInput(scope, batch, time));
              return Map.of(
                  "emb",
                  x,
                  "log_probs",
                  adaptive.logProbabilities(scope.in("embedding"), scope.in("output"), x));
            });
    Arguments arguments =
        new Arguments(names.parameters(graph, golden), Map.of("ids", golden.array("in.tokens")));
    for (Interpreter interpreter : GoldenGraph.available()) {
      Map<String, double[]> outputs = interpreter.run(graph, arguments);
      golden.requireOutput("emb", outputs.get("emb"), interpreter.name());
      golden.requireOutput("log_probs", outputs.get("log_probs"), interpreter.name());
      double loss = negativeLikelihood(golden, outputs.get("log_probs"));
      golden.requireOutput("loss_sum", new double[] {loss}, interpreter.name());
    }
    double[] target = golden.array("in.target");
    double[] cotangent = new double[target.length * golden.integer("vocab")];
    for (int i = 0; i < target.length; i++) {
      cotangent[i * golden.integer("vocab") + (int) target[i]] = -golden.array("cot.loss_sum")[0];
    }
    if (Interpreter.TORCH.unavailable() == null) {
      GoldenGraph.requireGradients(
          golden, graph, names, arguments, Map.of("log_probs", Arguments.floats(cotangent)));
    }
  }
}
