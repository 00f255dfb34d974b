package dev.goldcrest.conformance.golden;

import static dev.goldcrest.conformance.golden.LiteRunners.attentionAt;
import static dev.goldcrest.conformance.golden.LiteRunners.text;
import static dev.goldcrest.conformance.golden.LiteRunners.turn;

import dev.goldcrest.conformance.Arguments;
import dev.goldcrest.conformance.Interpreter;
import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.LiteTransformer;
import dev.goldcrest.core.models.SequenceConfig;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Layers;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole Lite Transformers as translators. */
final class LiteModelRunners {
  static final int PAD = 1;

  private LiteModelRunners() {}

  static LiteTransformer model(Map<String, Object> config, String task) {
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
  record Translation(
      GoldenCase golden,
      Architecture model,
      Graph graph,
      Names names,
      Arguments arguments,
      Sizes sizes,
      int[] sourceLengths,
      boolean padded) {}

  static void translator(GoldenCase golden) throws IOException {
    LiteTransformer model = model(golden.config(), "translate");
    Translation translation =
        translation(golden, model, model.sequence(), layers(model.sequence().layers()));
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
    requireBeams(translation);
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

  private static void requireBeams(Translation translation) throws IOException {
    int[][] sources = new int[translation.sizes().batch()][];
    double[] ids = translation.arguments().inputs().get("source");
    for (int b = 0; b < sources.length; b++) {
      int from = b * translation.sizes().source();
      int to = from + translation.sourceLengths()[b];
      sources[b] =
          Arrays.stream(Arrays.copyOfRange(ids, from, to)).mapToInt(id -> (int) id).toArray();
    }
    Map<String, double[]> parameters = translation.arguments().parameters();
    GoldenBeams.require(translation.golden(), translation.model(), parameters, sources);
  }

  /**
   * @param layers names of all that stands in the stacks
   */
  static Translation translation(
      GoldenCase golden, Architecture model, SequenceConfig sequence, String layers)
      throws IOException {
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
    int last = sequence.decoderLayers() - 1;
    String mean = "cross_attn_mean_last_layer";
    Graph graph =
        Graph.trace(
            scope -> {
              Value logits = model.build(scope, Architecture.WHOLE, sizes).get("logits");
              Value first = attentionAt(logits, "decoder.layer.0.cross");
              Value encoded = Layers.hide(first.input(1).input(0), first.input(3));
              Map<String, Value> outputs = new LinkedHashMap<>();
              outputs.put("logits", logits);
              outputs.put("encoder_out", turn(encoded));
              if (golden.has("out." + mean)) {
                Value cross = attentionAt(logits, "decoder.layer." + last + ".cross");
                outputs.put(mean, LiteRunners.meanWeights(scope, cross, feeds));
              }
              return outputs;
            });
    feeds.inputs().put("source", ids);
    feeds.inputs().put("sourceMask", mask);
    feeds.inputs().put("ids", golden.array("in.prev_output_tokens"));
    String shared = sequence.tied() ? "embedding.weight = encoder.embed_tokens.weight\n" : "";
    Names names = Names.of(MODEL + shared + layers);
    Arguments arguments = new Arguments(names.parameters(graph, golden), feeds.inputs());
    return new Translation(golden, model, graph, names, arguments, sizes, lengths, padded);
  }

  /** (S, B, C) with each row's steps where theirs are: at the end when they pad on the left. */
  static double[] asTheirs(Translation translation, double[] encoded) throws IOException {
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
  static double[] realTargets(GoldenCase golden, double[] logits) throws IOException {
    double[] target = golden.array("in.target");
    int width = logits.length / target.length;
    double[] kept = logits.clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = target[i / width] == PAD ? 0 : kept[i];
    }
    return kept;
  }

  static double[] stepped(Translation translation, Interpreter interpreter) throws IOException {
    Sizes sizes = translation.sizes();
    Architecture model = translation.model();
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
  static double[] steps(
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

  static double[] logSoftmax(double[] logits, int from, int width) {
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
}
