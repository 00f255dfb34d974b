package dev.goldcrest.conformance.golden;

import static dev.goldcrest.conformance.golden.LiteRunners.attentionAt;
import static dev.goldcrest.conformance.golden.LiteRunners.find;
import static dev.goldcrest.conformance.golden.LiteRunners.text;
import static dev.goldcrest.conformance.golden.LiteRunners.turn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.cost.Cost;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Adaptive;
import dev.goldcrest.core.nn.Layers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole Lite Transformers: translators, the language model, and what the published ones cost. */
final class LiteModelRunners {
  private static final int PAD = 1;

  private LiteModelRunners() {}

  private static LiteTransformer model(Map<String, Object> config, String task) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("task", task);
    settings.put("dim", config.get("decoder_embed_dim").toString());
    settings.put("ffn", config.get("decoder_ffn_embed_dim").toString());
    settings.put("layers", config.get("decoder_layers").toString());
    settings.put("heads", "4");
    settings.put("crossHeads", config.get("decoder_attention_heads").toString());
    settings.put("normFirst", config.get("decoder_normalize_before").toString());
    settings.put("finalNorm", task.equals("lm") ? "false" : "true");
    settings.put("glu", config.get("decoder_glu").toString());
    settings.put("kernels", text((List<?>) config.get("decoder_kernel_size_list")));
    boolean dynamic = text((List<?>) config.get("decoder_branch_type")).contains("dynamic");
    settings.put("convolution", dynamic ? "dynamic" : "lightweight");
    if (task.equals("lm")) {
      settings.put("vocabulary", config.get("vocab").toString());
      settings.put("cutoffs", config.get("adaptive_softmax_cutoff").toString());
    } else {
      boolean shared = Boolean.TRUE.equals(config.get("share_all_embeddings"));
      settings.put("tied", Boolean.toString(shared));
      settings.put("vocabulary", config.get("tgt_vocab").toString());
      settings.put("sourceVocabulary", shared ? "0" : config.get("src_vocab").toString());
    }
    Settings given = new Settings(settings);
    LiteTransformer model = LiteTransformer.from(given);
    given.requireAllKnown();
    return model;
  }

  private static final String MODEL =
      """
      source.embedding.weight = encoder.embed_tokens.weight
      embedding.weight = decoder.embed_tokens.weight
      output.weight = decoder.embed_out
      """;

  private static String layers(int count) {
    return Names.layers(
            count, Names.under("encoder.layer.#.", "encoder.layers.#.", Names.LITE_LAYER))
        + Names.layers(
            count, Names.under("decoder.layer.#.", "decoder.layers.#.", Names.LITE_DECODER_LAYER));
  }

  /** One translator of the authors, its source padded on our side. */
  private record Translation(
      GoldenCase golden,
      LiteTransformer model,
      Graph graph,
      Names names,
      Arguments arguments,
      Sizes sizes,
      int[] sourceLengths,
      boolean padded) {}

  static void translator(GoldenCase golden) throws IOException {
    Translation translation = translation(golden);
    boolean padded = translation.padded();
    if (padded) {
      golden.forget(
          LiteRunners.LEAK,
          "out.encoder_out",
          "out.logits",
          "out.logits_incremental",
          "out.cross_attn_mean_last_layer",
          "out.loss_sum",
          "out.nll_sum",
          "grad.*");
    }
    golden.forget("here, beams have tests of their own", "out.beam*");
    for (Interpreter interpreter : GoldenGraph.available()) {
      String by = interpreter.name();
      Map<String, double[]> outputs = interpreter.run(translation.graph(), translation.arguments());
      double[] encoded = asTheirs(translation, outputs.get("encoder_out"));
      golden.requireOutput(padded ? "encoder_out_clean" : "encoder_out", encoded, by);
      double[] logits = realTargets(golden, outputs.get("logits"));
      golden.requireOutput(padded ? "logits_clean" : "logits", logits, by);
      double[] stepped = realTargets(golden, stepped(translation, interpreter));
      golden.requireOutput(padded ? "logits_clean" : "logits_incremental", stepped, by + " steps");
      if (!padded) {
        String mean = "cross_attn_mean_last_layer";
        golden.requireOutput(mean, outputs.get(mean), by);
        requireLoss(golden, logits, by);
      }
    }
    if (!padded && Interpreter.TORCH.unavailable() == null) {
      double[] logits =
          Interpreter.REFERENCE.run(translation.graph(), translation.arguments()).get("logits");
      GoldenGraph.requireGradients(
          golden,
          translation.graph(),
          translation.names(),
          translation.arguments(),
          Map.of("logits", smoothedCotangent(golden, logits)));
    }
  }

  private static Translation translation(GoldenCase golden) throws IOException {
    Map<String, Object> config = golden.config();
    LiteTransformer model = model(config, "translate");
    int source = golden.size("in.src_tokens", 1);
    int time = golden.size("in.prev_output_tokens", 1);
    int batch = golden.size("in.src_tokens", 0);
    Sizes sizes = new Sizes(batch, time, 1, source);
    double[] theirs = golden.array("in.src_tokens");
    double[] ids = new double[theirs.length];
    double[] mask = new double[theirs.length];
    int[] lengths = new int[batch];
    Arrays.fill(ids, PAD);
    for (int i = 0; i < ids.length; i++) {
      if (theirs[i] != PAD) {
        int at = i / source * source + lengths[i / source]++;
        ids[at] = theirs[i];
        mask[at] = 1;
      }
    }
    boolean padded = golden.has("out.logits_clean");
    Feeds feeds = new Feeds(golden);
    int last = model.sequence().decoderLayers() - 1;
    Graph graph =
        Graph.trace(
            scope -> {
              Value logits = model.build(scope, Architecture.WHOLE, sizes).get("logits");
              Value first = attentionAt(logits, "decoder.layer.0.cross");
              Value encoded = Layers.hide(first.input(1).input(0), first.input(3));
              Map<String, Value> outputs = new LinkedHashMap<>();
              outputs.put("logits", logits);
              outputs.put("encoder_out", turn(encoded));
              Value cross = attentionAt(logits, "decoder.layer." + last + ".cross");
              outputs.put(
                  "cross_attn_mean_last_layer", LiteRunners.meanWeights(scope, cross, feeds));
              return outputs;
            });
    feeds.inputs().put("source", ids);
    feeds.inputs().put("sourceMask", mask);
    feeds.inputs().put("ids", golden.array("in.prev_output_tokens"));
    String shared =
        model.sequence().tied() ? "embedding.weight = encoder.embed_tokens.weight\n" : "";
    Names names = Names.of(MODEL + shared + layers(model.sequence().layers()));
    Arguments arguments = new Arguments(names.parameters(graph, golden), feeds.inputs());
    return new Translation(golden, model, graph, names, arguments, sizes, lengths, padded);
  }

  /** (S, B, C) with each row's steps where theirs are: at the end when they pad on the left. */
  private static double[] asTheirs(Translation translation, double[] encoded) throws IOException {
    if (!translation.golden().flag("left_pad_source")) {
      return encoded;
    }
    int steps = translation.sizes().source();
    int batch = translation.sizes().batch();
    int width = encoded.length / (steps * batch);
    double[] moved = new double[encoded.length];
    for (int b = 0; b < batch; b++) {
      int shift = steps - translation.sourceLengths()[b];
      for (int s = 0; s < translation.sourceLengths()[b]; s++) {
        int from = (s * batch + b) * width;
        System.arraycopy(encoded, from, moved, from + shift * batch * width, width);
      }
    }
    return moved;
  }

  /** Zeros where the target is a pad. */
  private static double[] realTargets(GoldenCase golden, double[] logits) throws IOException {
    double[] target = golden.array("in.target");
    int width = logits.length / target.length;
    double[] kept = logits.clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = target[i / width] == PAD ? 0 : kept[i];
    }
    return kept;
  }

  private static double[] stepped(Translation translation, Interpreter interpreter)
      throws IOException {
    Sizes sizes = translation.sizes();
    LiteTransformer model = translation.model();
    Map<String, double[]> given = translation.arguments().inputs();
    Graph encode = model.trace(Architecture.ENCODE, sizes);
    Map<String, double[]> source = new LinkedHashMap<>(given);
    source.keySet().retainAll(encode.inputs().keySet());
    Map<String, double[]> parameters = translation.arguments().parameters();
    Map<String, double[]> fixed =
        new LinkedHashMap<>(interpreter.run(encode, new Arguments(parameters, source)));
    fixed.put("sourceMask", given.get("sourceMask"));
    Graph decode = model.trace(Architecture.DECODE, sizes);
    return steps(
        new GoldenSteps(decode, parameters, fixed), interpreter, "logits", sizes, given.get("ids"));
  }

  /** (B, T, .) of an output (B, .) of each step. */
  private static double[] steps(
      GoldenSteps steps, Interpreter interpreter, String output, Sizes sizes, double[] ids) {
    int time = sizes.time();
    int batch = sizes.batch();
    double[] all =
        steps.run(
            interpreter,
            output,
            time,
            t -> {
              double[] now = new double[batch];
              for (int b = 0; b < batch; b++) {
                now[b] = ids[b * time + t];
              }
              return Map.of("ids", now);
            });
    int width = all.length / (time * batch);
    double[] turned = new double[all.length];
    for (int i = 0; i < time * batch; i++) {
      System.arraycopy(all, i * width, turned, (i % batch * time + i / batch) * width, width);
    }
    return turned;
  }

  private static double[] logSoftmax(double[] logits, int from, int width) {
    double max = Arrays.stream(logits, from, from + width).max().orElseThrow();
    double sum = Arrays.stream(logits, from, from + width).map(x -> Math.exp(x - max)).sum();
    return Arrays.stream(logits, from, from + width).map(x -> x - max - Math.log(sum)).toArray();
  }

  private static void requireLoss(GoldenCase golden, double[] logits, String by)
      throws IOException {
    double[] target = golden.array("in.target");
    int width = logits.length / target.length;
    double smoothing = GoldenCase.number(golden.config(), "label_smoothing");
    double likelihood = 0;
    double loss = 0;
    for (int i = 0; i < target.length; i++) {
      double[] log = logSoftmax(logits, i * width, width);
      double right = -log[(int) target[i]];
      likelihood += right;
      loss += (1 - smoothing) * right - smoothing / width * Arrays.stream(log).sum();
    }
    golden.requireOutput("nll_sum", new double[] {likelihood}, by);
    golden.requireOutput("loss_sum", new double[] {loss}, by);
  }

  /** The gradient of the smoothed loss by the logits: p - (1 - e) [target] - e / V. */
  private static float[] smoothedCotangent(GoldenCase golden, double[] logits) throws IOException {
    double[] target = golden.array("in.target");
    double scale = golden.array("cot.loss_sum")[0];
    int width = logits.length / target.length;
    double smoothing = GoldenCase.number(golden.config(), "label_smoothing");
    double[] cotangent = new double[logits.length];
    for (int i = 0; i < target.length; i++) {
      double[] log = logSoftmax(logits, i * width, width);
      for (int v = 0; v < width; v++) {
        double hit = v == (int) target[i] ? 1 - smoothing : 0;
        cotangent[i * width + v] = scale * (Math.exp(log[v]) - hit - smoothing / width);
      }
    }
    return Arguments.floats(cotangent);
  }

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
    LiteTransformer model = model(golden.config(), "lm");
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
          steps(steps, interpreter, "features", sizes, ids),
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
          if (hits[i] == PAD) {
            continue;
          }
          double[] log = logSoftmax(output.getValue(), i * width, width);
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

  /** Architecture, preset, what differs, and the steps of source and target of each row. */
  private static final String[][] ROWS = {
    {"lite-transformer", "iwslt", "dim=160", "30"},
    {"lite-transformer", "iwslt", "dim=240", "30"},
    {"lite-transformer", "iwslt", "dim=320", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=200", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=408", "30"},
    {"lite-transformer", "wmt", "vocabulary=1004 dim=496", "30"},
    {"transformer", "wmt", "vocabulary=1004 dim=128", "30"},
    {"transformer", "base", "vocabulary=1004", "30"},
    {"lite-transformer", "lm", "", "30"},
    {"lite-transformer", "lm", "", "100"},
  };

  static void counts(GoldenCase golden) throws IOException {
    golden.forget(
        "as artefacts of the profiler",
        "out.conv_band_bmm",
        "out.layer_norm",
        "out.torchprofile_total");
    for (int row = 0; row < ROWS.length; row++) {
      Map<String, String> settings =
          new LinkedHashMap<>(Architectures.preset(ROWS[row][0], ROWS[row][1]));
      for (String pair : ROWS[row][2].split(" ")) {
        if (!pair.isEmpty()) {
          settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
      }
      Architecture model = Architectures.of(ROWS[row][0], new Settings(settings));
      int steps = Integer.parseInt(ROWS[row][3]);
      boolean lm = ROWS[row][1].equals("lm");
      Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, steps, 1, lm ? 0 : steps));
      Cost paper = Cost.of(graph, model::paperCounts);
      require(golden, "paper_rule", row, paper.macs());
      require(golden, "params_without_input_embeddings", row, paper.parameters());
      require(golden, "params_total", row, Cost.of(graph).parameters());
      require(golden, "params_without_any_vocabulary", row, withoutVocabulary(graph));
      require(golden, "attention_bmm", row, macs(graph, v -> v.op() instanceof Op.Attention));
      long output = lm ? 0 : macs(graph, v -> v.path().equals("output"));
      require(golden, "output_projection", row, output);
      long attention = macs(graph, v -> v.op() instanceof Op.Attention);
      require(golden, "linear", row, paper.macs() - attention + output);
    }
  }

  private static long withoutVocabulary(Graph graph) {
    return Cost.of(
            graph, v -> !v.path().contains("embedding.") && !v.path().equals("output.weight"))
        .parameters();
  }

  private static long macs(Graph graph, java.util.function.Predicate<Value> counted) {
    return Cost.of(graph, counted).macs();
  }

  private static void require(GoldenCase golden, String output, int row, long actual)
      throws IOException {
    assertThat(actual)
        .as("%s of %s", output, String.join(" ", ROWS[row]))
        .isEqualTo(golden.longs("out." + output)[row]);
  }
}
