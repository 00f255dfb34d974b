package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.linear;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Init;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Long Short-Term Transformer (Xu et al., 2021, arXiv 2107.03377): names what happens in the newest
 * frame of a stream from the past alone. A long memory, every R-th frame of the past, is compressed
 * to a few tokens by learned queries in two stages; the short memory, the last W frames, asks them
 * through a causal decoder. Letters: F features of a frame, L long samples, W short frames, n0 and
 * n1 queries of the stages, d channels, H heads.
 *
 * <p>One sampling grid: the long memory holds the frames whose number is a multiple of R, of the L
 * R frames before the short memory, the newest in slot L - 1; hidden slots ({@code mask} 0) are
 * those before the recording began. Where there is no past at all, frame 0 stands in slot L - 1.
 *
 * <p>Entry {@code whole} sees one window: {@code long} (B, L, F), {@code mask} (B, L), {@code
 * short} (B, W, F) -> {@code logits} (B, W, classes). The other entries are the same computation
 * frame by frame (batch of 1). A cache {@code past.x} holds the latest rows {@code next.x} in slot
 * order; whoever runs the graphs appends a row and lets the oldest go. {@link #FIXED} gives what
 * depends on weights alone, to be fed to {@link #MEMORY}; {@link #FRAME} and {@link #SAMPLE} give
 * the rows of one {@code frame} (1, F); {@link #MEMORY} gives {@code memory} (1, n1, d) from the
 * rows of the long samples; {@link #STEP} gives {@code logits} (1, classes) of the frame in slot
 * {@code at} of the short memory, of which {@code seen} (1, W) marks slots 0 to {@code at}.
 *
 * <p>Stage 1 is split as the paper does: with x a sample's token and s the code of its slot, q.(W(x
 * + s) + b) = q.(W x) + q.(W s + b). The first term is computed once a sample, the second once a
 * model. This needs a single layer in stage 1; with another number, or without queries, the cache
 * holds tokens and the encoder runs over all of them.
 *
 * @param features F; two modalities stand one after the other
 * @param dim d
 * @param heads H
 * @param ffn width of the feed-forward networks
 * @param longSamples L; 0 leaves the long memory out
 * @param longRate R, frames from one long sample to the next
 * @param shortFrames W
 * @param queries n0; 0 for a self-attention encoder over the long samples
 * @param layers of stage 1
 * @param queries2 n1 of stage 2
 * @param layers2 of stage 2; 0 for one stage
 * @param decoderLayers over the short memory
 * @param stackNorm one more layer norm after each stack
 * @param dropout training only
 * @param classes labels, the background among them
 */
public record Lstr(
    int features,
    int dim,
    int heads,
    int ffn,
    int longSamples,
    int longRate,
    int shortFrames,
    int queries,
    int layers,
    int queries2,
    int layers2,
    int decoderLayers,
    boolean stackNorm,
    double dropout,
    int classes)
    implements Architecture {
  /** Name in the registry. */
  public static final String NAME = "lstr";

  /** No input -> {@code fixed.*}; only where {@link #split()}. */
  public static final String FIXED = "fixed";

  /** {@code frame} (1, F) -> {@code next.short} (1, d). */
  public static final String FRAME = "frame";

  /** {@code frame} (1, F) -> the rows {@code next.*} of a long sample. */
  public static final String SAMPLE = "sample";

  /** {@code past.*}, {@code mask} (1, L), {@code fixed.*} -> {@code memory} (1, n1, d). */
  public static final String MEMORY = "memory";

  /** {@code past.short} (W, d), {@code memory}, {@code seen}, {@code at} -> {@code logits}. */
  public static final String STEP = "step";

  /**
   * One step as the paper's code takes it, for its count of multiply-adds: the short frames are
   * projected again, stage 2 and the decoder run in full.
   */
  public static final String PUBLISHED_STEP = "published-step";

  private static final double EPSILON = 1e-5;

  /** Added to the score of a hidden slot: its weight is exactly 0 after the softmax. */
  private static final double HIDDEN = 1e9;

  /**
   * The record that {@code settings} describe; what they leave out is the paper's for THUMOS'14.
   */
  public static Lstr from(Settings settings) {
    return new Lstr(
        settings.integer("features", 3072, 1, 1 << 20),
        settings.integer("dim", 1024, 4, 1 << 16),
        settings.integer("heads", 16, 1, 1 << 10),
        settings.integer("ffn", 1024, 1, 1 << 20),
        settings.integer("longSamples", 512, 0, 1 << 16),
        settings.integer("longRate", 4, 1, 1 << 16),
        settings.integer("shortFrames", 32, 1, 1 << 16),
        settings.integer("queries", 16, 0, 1 << 16),
        settings.integer("layers", 1, 1, 1 << 10),
        settings.integer("queries2", 32, 1, 1 << 16),
        settings.integer("layers2", 2, 0, 1 << 10),
        settings.integer("decoderLayers", 2, 1, 1 << 10),
        settings.flag("stackNorm", true),
        settings.number("dropout", 0.2, 0, 0.99),
        settings.integer("classes", 22, 1, 1 << 24));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", Integer.toString(features));
    settings.put("dim", Integer.toString(dim));
    settings.put("heads", Integer.toString(heads));
    settings.put("ffn", Integer.toString(ffn));
    settings.put("longSamples", Integer.toString(longSamples));
    settings.put("longRate", Integer.toString(longRate));
    settings.put("shortFrames", Integer.toString(shortFrames));
    settings.put("queries", Integer.toString(queries));
    settings.put("layers", Integer.toString(layers));
    settings.put("queries2", Integer.toString(queries2));
    settings.put("layers2", Integer.toString(layers2));
    settings.put("decoderLayers", Integer.toString(decoderLayers));
    settings.put("stackNorm", Boolean.toString(stackNorm));
    settings.put("dropout", Double.toString(dropout));
    settings.put("classes", Integer.toString(classes));
    return settings;
  }

  @Override
  public boolean readsTokens() {
    return false;
  }

  /** Long samples and short frames: the one length it takes. */
  @Override
  public int maxLength() {
    return longSamples + shortFrames;
  }

  @Override
  public int lengthMultiple() {
    return maxLength();
  }

  /** The paper's figures leave the classifier out. */
  @Override
  public boolean paperCounts(Value value) {
    return !value.path().startsWith("head");
  }

  /** The long memory changes, and is compressed, every R-th frame. */
  @Override
  public Map<String, Double> perFrame() {
    Map<String, Double> entries = new LinkedHashMap<>();
    entries.put(FRAME, 1.0);
    if (remembers()) {
      entries.put(SAMPLE, 1.0 / longRate);
      entries.put(MEMORY, 1.0 / longRate);
    }
    entries.put(STEP, 1.0);
    return entries;
  }

  @Override
  public String publishedFrame() {
    return split() ? PUBLISHED_STEP : null;
  }

  /** Whether there is a long memory. */
  public boolean remembers() {
    return longSamples > 0;
  }

  /** Whether stage 1 runs on sums of cached terms. */
  public boolean split() {
    return remembers() && queries > 0 && layers == 1;
  }

  /**
   * The frame in {@code slot} of the long memory when the short memory begins at frame {@code
   * start}; negative where the slot is hidden. The grid of every way to run the model.
   */
  public int frameInSlot(int slot, int start) {
    int newest = Math.max(0, start - 1) / longRate * longRate;
    return newest - (longSamples - 1 - slot) * longRate;
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    boolean known =
        switch (entry) {
          case WHOLE, FRAME, STEP -> true;
          case SAMPLE, MEMORY -> remembers();
          case FIXED, PUBLISHED_STEP -> split();
          default -> false;
        };
    if (!known) {
      throw new IllegalArgumentException("lstr has no entry " + entry);
    }
    return switch (entry) {
      case WHOLE -> Map.of("logits", whole(scope, sizes.batch()));
      case FIXED -> fixed(scope);
      case FRAME -> Map.of("next.short", tokens(scope.in("shortHead"), frame(scope)));
      case SAMPLE -> sample(scope, frame(scope));
      case MEMORY -> Map.of("memory", memory(scope, true));
      case STEP -> Map.of("logits", step(scope));
      default -> publishedStep(scope);
    };
  }

  private Value whole(Scope scope, int batch) {
    Dim b = Dim.batch(batch);
    Value past = null;
    Value mask = null;
    if (remembers()) {
      past = scope.input("long", DType.F32, b, Dim.time(longSamples), Dim.of(features));
      mask = maskInput(scope, batch);
    }
    Value recent = scope.input("short", DType.F32, b, Dim.time(shortFrames), Dim.of(features));
    return window(scope, past, mask, recent).get("logits");
  }

  /**
   * One window with everything on the way.
   *
   * @param past (B, L, F), null without a long memory
   * @param mask (B, L)
   * @param recent (B, W, F)
   * @return {@code logits} (B, W, classes), and with a long memory {@code longTokens} (B, L, d)
   *     with their positions, {@code stage1} and {@code memory}
   */
  public Map<String, Value> window(Scope scope, Value past, Value mask, Value recent) {
    Map<String, Value> outputs = new LinkedHashMap<>();
    Value memory = null;
    if (remembers()) {
      Value x = positioned(scope, tokens(scope.in("longHead"), past), 0);
      Value compressed = stage(scope.in("stage", 0), x, mask, queries, layers);
      memory =
          layers2 == 0
              ? compressed
              : stage(scope.in("stage", 1), compressed, unasked(mask), queries2, layers2);
      outputs.put("longTokens", x);
      outputs.put("stage1", compressed);
      outputs.put("memory", memory);
    }
    Value hidden = layers2 == 0 ? unasked(mask) : null;
    Value x = decode(scope, tokens(scope.in("shortHead"), recent), memory, hidden, decoderLayers);
    outputs.put("logits", classify(scope, x));
    return outputs;
  }

  /** Without queries stage 1 gives a token a slot, and hidden slots stay hidden behind it. */
  private Value unasked(Value mask) {
    return queries == 0 ? mask : null;
  }

  private Value tokens(Scope head, Value frames) {
    return linear(head, frames, dim, new Init.FanIn()).unary(Op.Unary.Kind.RELU);
  }

  private Value positioned(Scope scope, Value x, int slot) {
    return drop(scope, x.plus(positions(scope, x.shape().dim(1), slot)), dropout);
  }

  private Value positions(Scope scope, Dim time, int slot) {
    return scope.apply(new Op.Sinusoids(time, dim, slot, Op.Sinusoids.Layout.INTERLEAVED));
  }

  private Value stage(Scope stage, Value x, Value mask, int count, int depth) {
    if (count > 0) {
      int batch = x.shape().at(0);
      Value first = attendSelf(stage.in("layer", 0), Layers.repeat(asked(stage, count), batch));
      return ask(stage, first, x, mask, depth);
    }
    Value y = x;
    for (int i = 0; i < depth; i++) {
      y = Transformer.encoderLayer(stage.in("layer", i), y, mask, config());
    }
    return stackNorm(stage, y);
  }

  /** The learned queries (1, n, d). */
  private Value asked(Scope stage, int count) {
    return stage
        .parameter("queries", new Init.Normal(1), count, dim)
        .reshape(Dim.batch(1), Dim.of(count), Dim.of(dim));
  }

  /** A stack of decoder units, from behind the self-attention of the first on. */
  private Value ask(Scope stage, Value first, Value x, Value mask, int depth) {
    Value y = first;
    for (int i = 0; i < depth; i++) {
      Scope layer = stage.in("layer", i);
      y = i == 0 ? y : attendSelf(layer, y);
      y = think(layer, attendMemory(layer, y, x, mask), true);
    }
    return stackNorm(stage, y);
  }

  /** The causal decoder over the short tokens (B, W, d), its first {@code depth} units. */
  private Value decode(Scope scope, Value tokens, Value memory, Value mask, int depth) {
    Value x = positioned(scope, tokens, longSamples);
    for (int i = 0; i < depth; i++) {
      x = decoderUnit(scope.in("decoder").in("layer", i), x, x, null, memory, mask);
    }
    return x;
  }

  /** Causal over all slots, or with {@code seen} for single rows x of {@code slots}. */
  private Value decoderUnit(
      Scope layer, Value x, Value slots, Value seen, Value memory, Value mask) {
    Value y = attend(layer, "attention", "norm1", x, slots, seen, seen == null);
    y = memory == null ? y : attendMemory(layer, y, memory, mask);
    return think(layer, y, memory != null);
  }

  private Value classify(Scope scope, Value x) {
    return linear(scope.in("head"), stackNorm(scope.in("decoder"), x), classes, new Init.FanIn());
  }

  private Value attendSelf(Scope layer, Value x) {
    return attend(layer, "attention", "norm1", x, x, null, false);
  }

  private Value attendMemory(Scope layer, Value x, Value memory, Value mask) {
    return attend(layer, "cross", "norm2", x, memory, mask, false);
  }

  private Value attend(
      Scope layer, String name, String norm, Value x, Value keys, Value mask, boolean causal) {
    Op.Attention op = new Op.Attention(heads, causal, layer.training() ? dropout : 0);
    return config()
        .residual()
        .around(
            layer.in(norm),
            x,
            in -> Transformer.multiHead(layer.in(name), in, keys, mask, dim, op));
  }

  private Value think(Scope layer, Value x, boolean third) {
    return config()
        .residual()
        .around(
            layer.in(third ? "norm3" : "norm2"),
            x,
            in -> Transformer.feedForward(layer.in("ffn"), in, config()));
  }

  private Value stackNorm(Scope stack, Value x) {
    return stackNorm ? layerNorm(stack.in("norm"), x, EPSILON) : x;
  }

  private Transformer.Config config() {
    return new Transformer.Config(heads, ffn, Op.Unary.Kind.RELU, false, dropout, dropout, EPSILON);
  }

  private Value frame(Scope scope) {
    return scope.input("frame", DType.F32, Dim.batch(1), Dim.of(features));
  }

  private Value input(Scope scope, String name, int rows, int channels) {
    return scope.input(name, DType.F32, Dim.of(rows), Dim.of(channels));
  }

  private Value tokensInput(Scope scope, String name, int count) {
    return scope.input(name, DType.F32, Dim.batch(1), Dim.of(count), Dim.of(dim));
  }

  private Value maskInput(Scope scope, int batch) {
    return scope.input("mask", DType.F32, Dim.batch(batch), Dim.time(longSamples));
  }

  private Value batched(Value x) {
    return x.reshape(Dim.batch(1), x.shape().dim(0), x.shape().dim(1));
  }

  private static Scope cross(Scope scope) {
    return scope.in("stage", 0).in("layer", 0).in("cross");
  }

  private Map<String, Value> fixed(Scope scope) {
    Scope stage = scope.in("stage", 0);
    Value query = attendSelf(stage.in("layer", 0), asked(stage, queries));
    int wide = crossWidth(scope);
    Value probe =
        linear(cross(scope).in("q"), query, wide)
            .reshape(Dim.of(queries), Dim.of(wide))
            .affine(1 / Math.sqrt((double) dim / heads), 0);
    Value slots = positions(scope, Dim.time(longSamples), 0);
    Map<String, Value> fixed = new LinkedHashMap<>();
    fixed.put("fixed.query", query);
    fixed.put("fixed.probe", probe);
    fixed.put(
        "fixed.scores", scores(cross(scope), linear(cross(scope).in("k"), slots, wide), probe));
    fixed.put("fixed.values", linear(cross(scope).in("v"), slots, wide));
    if (layers2 > 0) {
      Scope second = scope.in("stage", 1);
      fixed.put("fixed.query2", attendSelf(second.in("layer", 0), asked(second, queries2)));
    }
    return fixed;
  }

  /** Heads of the cross-attention of stage 1. */
  private int crossHeads(Scope scope) {
    return cross(scope).width("heads", heads);
  }

  /** d, or less where heads are missing. */
  private int crossWidth(Scope scope) {
    return crossHeads(scope) * (dim / heads);
  }

  /** q.k of every head: keys (R, d), probe (n0, d) -> (R, H n0). */
  private Value scores(Scope cross, Value keys, Value probe) {
    int width = dim / heads;
    Value all = null;
    for (int h = 0; h * width < keys.shape().at(1); h++) {
      Value one =
          cross.apply(
              new Op.Linear(),
              keys.slice(1, h * width, width),
              probe.slice(1, h * width, width)); // (R, n0)
      all = all == null ? one : all.concat(1, one);
    }
    return all;
  }

  private Map<String, Value> sample(Scope scope, Value frame) {
    Value x = tokens(scope.in("longHead"), frame); // (1, d)
    if (!split()) {
      return Map.of("next.tokens", x);
    }
    Value probe = input(scope, "fixed.probe", queries, crossWidth(scope));
    Map<String, Value> next = new LinkedHashMap<>();
    next.put(
        "next.scores",
        scores(cross(scope), withoutBias(cross(scope).in("k"), x, crossWidth(scope)), probe));
    next.put("next.values", withoutBias(cross(scope).in("v"), x, crossWidth(scope)));
    return next;
  }

  private Value withoutBias(Scope linear, Value x, int wide) {
    return linear.apply(
        new Op.Linear(), x, linear.parameter("weight", new Init.Xavier(1), wide, dim));
  }

  /** (1, n, d) from the cached rows; {@code cached} whether the queries' self-attention is too. */
  private Value memory(Scope scope, boolean cached) {
    Scope first = scope.in("stage", 0);
    Scope second = scope.in("stage", 1);
    Value mask = maskInput(scope, 1);
    Value compressed;
    if (split()) {
      Scope layer = first.in("layer", 0);
      Value query = tokensInput(scope, "fixed.query", queries);
      Value mixed = linear(cross(scope).in("out"), mixed(scope, mask), dim);
      Value y = config().residual().around(layer.in("norm2"), query, in -> batched(mixed));
      compressed = stackNorm(first, think(layer, y, true));
    } else {
      Value tokens = batched(input(scope, "past.tokens", longSamples, dim));
      compressed = stage(first, positioned(scope, tokens, 0), mask, queries, layers);
    }
    if (layers2 == 0) {
      return compressed;
    }
    Value start =
        cached && split()
            ? tokensInput(scope, "fixed.query2", queries2)
            : attendSelf(second.in("layer", 0), asked(second, queries2));
    return ask(second, start, compressed, unasked(mask), layers2);
  }

  /** Attention of stage 1 with scores A + B and values V_x + V_s, head by head -> (n0, d). */
  private Value mixed(Scope scope, Value mask) {
    int left = crossHeads(scope);
    int keys = left * queries;
    int width = dim / heads;
    Value scores =
        input(scope, "past.scores", longSamples, keys)
            .plus(input(scope, "fixed.scores", longSamples, keys));
    Value values =
        input(scope, "past.values", longSamples, left * width)
            .plus(input(scope, "fixed.values", longSamples, left * width))
            .permute(1, 0); // (d, L)
    Value weights = scores.permute(1, 0).plus(mask.affine(HIDDEN, -HIDDEN)).softmax(); // (H n0, L)
    Value all = null;
    for (int h = 0; h < left; h++) {
      Value one =
          cross(scope)
              .apply(
                  new Op.Linear(),
                  weights.slice(0, h * queries, queries),
                  values.slice(0, h * width, width));
      all = all == null ? one : all.concat(1, one);
    }
    return all;
  }

  private Value memoryInput(Scope scope) {
    if (!remembers()) {
      return null;
    }
    int unstaged = queries > 0 ? queries : longSamples;
    return tokensInput(scope, "memory", layers2 > 0 ? queries2 : unstaged);
  }

  /** All units but the last see every slot; the last one is asked for one row alone. */
  private Value step(Scope scope) {
    Value memory = memoryInput(scope);
    Value seen = scope.input("seen", DType.F32, Dim.batch(1), Dim.time(shortFrames));
    Value at = scope.input("at", DType.I32, Dim.batch(1));
    Value tokens = batched(input(scope, "past.short", shortFrames, dim));
    Value mask = remembers() && queries == 0 && layers2 == 0 ? maskInput(scope, 1) : null;
    Value slots = decode(scope, tokens, memory, mask, decoderLayers - 1);
    Value row =
        batched(scope.apply(new Op.Gather(), slots.reshape(Dim.of(shortFrames), Dim.of(dim)), at));
    int last = decoderLayers - 1;
    Value x = decoderUnit(scope.in("decoder").in("layer", last), row, slots, seen, memory, mask);
    return classify(scope, x).reshape(Dim.batch(1), Dim.of(classes));
  }

  private Map<String, Value> publishedStep(Scope scope) {
    Map<String, Value> outputs = new LinkedHashMap<>(sample(scope, frame(scope)));
    Value recent =
        scope.input("short", DType.F32, Dim.batch(1), Dim.time(shortFrames), Dim.of(features));
    Value x =
        decode(
            scope,
            tokens(scope.in("shortHead"), recent),
            memory(scope, false),
            null,
            decoderLayers);
    outputs.put("logits", classify(scope, x));
    return outputs;
  }
}
