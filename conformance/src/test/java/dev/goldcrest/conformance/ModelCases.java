package dev.goldcrest.conformance;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.EvolvedTransformer;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers and whole models at a size that finite differences can afford. */
final class ModelCases {
  /** Longest chain of sums that rounding may travel through. */
  private static final int TERMS = 100;

  private ModelCases() {}

  static List<OpCase> all() {
    return List.of(
        layer("layer-encoder-post", false),
        layer("layer-encoder-pre", true),
        decoder(),
        proformer(
                "proformer-paper",
                "groupFactor=4 heads=2",
                8,
                // LPA of 16 words from their 9 bits, an encoder of 4 vectors, the head.
                16 * 3 * 9 * 4 + 16 * 4 * 8 + 16 * 4 * 4 + encoder(2, 2) + 2 * 4 * 3)
            .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0)),
        proformer(
                "proformer-everything",
                "wordHidden=5 groupFactor=2 heads=2 normFirst=true convolution=3 positions=learned readout=mean"
                    + " maxLength=10",
                6,
                // Seven words once, the convolution, LPA of 12 words, an encoder of 6 vectors, the
                // head.
                7 * (9 * 5 + 5 * 4)
                    + 12 * 4 * 4 * 3
                    + 12 * 4 * 4 * 4
                    + 12 * 2 * 8
                    + encoder(2, 3)
                    + 2 * 4 * 3)
            .feed("mask", Feed.mask(1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0)),
        proformer(
                "proformer-sinusoidal",
                "groupFactor=1 heads=1 positions=sinusoidal",
                5,
                7 * 9 * 4 + encoder(2, 5) + 2 * 4 * 3)
            .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 0, 0, 0)),
        proformer(
                "proformer-encoder",
                "groupFactor=1 heads=2 readout=max-mean vector=4 classes=0",
                "embedding",
                4,
                7 * 9 * 4 + encoder(2, 4) + 2 * 8 * 4)
            .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 0, 0)),
        bert("bert", "classes=3", "logits", 2 * 4 * 4 + 2 * 4 * 3),
        bert("bert-mean", "tokenTypes=2 readout=mean classes=0", "embedding", 0),
        bert("bert-first", "readout=first activation=gelu-tanh classes=3", "logits", 2 * 4 * 3),
        lstr("lstr-two-stages", "").feed("mask", Feed.mask(0, 0, 1, 1, 1, 0, 1, 1, 1, 1)),
        lstr("lstr-self-attention-encoder", "queries=0 layers=2 layers2=0 stackNorm=false")
            .feed("mask", Feed.mask(0, 0, 1, 1, 1, 0, 1, 1, 1, 1)),
        lstr("lstr-no-long-memory", "longSamples=0"),
        maskAttention(),
        evolvedTransformer());
  }

  private static OpCase maskAttention() {
    String line = "task=lm vocabulary=7 dim=4 layers=1 heads=2 ffn=3 maxLength=6 range=3";
    // Two attentions and one dynamic mask, a feed-forward network, the vocabulary.
    long macs = 2 * 5 * (2 * 4 * 4 * 4 + 4 + 2 * 4 * 3 + 4 * 7) + 2 * 2 * 5 * 5 * 8;
    return model("mask-attention", MaskAttention.from(settings(line)), 5, 7, macs);
  }

  private static OpCase evolvedTransformer() {
    String line =
        "task=lm vocabulary=7 dim=4 layers=1 decoderLayers=1 heads=2 wideHeads=4 ffn=5 maxLength=6";
    // Two attentions, three separable convolutions, a feed-forward network, the vocabulary.
    long separable = (11 * 4 + 4 * 8) + (7 * 4 + 4 * 2) + (7 * 8 + 8 * 4);
    long macs = 2 * 5 * (2 * 4 * 4 * 4 + separable + 2 * 4 * 5 + 4 * 7) + 2 * 2 * 5 * 5 * 8;
    return model("evolved-transformer", EvolvedTransformer.from(settings(line)), 5, 7, macs);
  }

  private static OpCase model(
      String name, Architecture model, int time, int vocabulary, long macs) {
    return OpCase.of(
            name,
            "(B=2,T=" + time + "," + vocabulary + ")",
            macs,
            TERMS,
            scope -> model.build(scope, Architecture.WHOLE, new Sizes(2, time, 1)).get("logits"))
        .feed(OpCase.OTHERS, Feed.SMALL)
        .feed("ids", Feed.indices(vocabulary));
  }

  private static Settings settings(String line) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : line.split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return new Settings(settings);
  }

  private static OpCase layer(String name, boolean normFirst) {
    long macs = 2L * 5 * 4 * 6 * 6 + 2L * 5 * 5 * 12 + 2L * 2 * 5 * 6 * 9;
    return OpCase.of(
            name,
            "(B=2,T=5,6)",
            macs,
            TERMS,
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.batch(2), Dim.time(5), Dim.of(6));
              Value mask = scope.input("mask", DType.F32, Dim.batch(2), Dim.time(5));
              return Transformer.encoderLayer(scope, x, mask, config(normFirst));
            })
        .feed(OpCase.OTHERS, Feed.SMALL)
        .feed("x", Feed.SPREAD)
        .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 0, 0, 0));
  }

  private static Transformer.Config config(boolean normFirst) {
    return new Transformer.Config(3, 9, Op.Unary.Kind.GELU, normFirst, 0.1, 0.1, 1e-5);
  }

  private static OpCase decoder() {
    long self = 2L * 4 * 4 * 6 * 6 + 2L * 4 * 4 * 12;
    long cross = 2L * 4 * 2 * 6 * 6 + 2L * 5 * 2 * 6 * 6 + 2L * 4 * 5 * 12;
    return OpCase.of(
            "layer-decoder",
            "(B=2,T=4,6)",
            self + cross + 2L * 2 * 4 * 6 * 9,
            TERMS,
            scope -> {
              Value x = scope.input("x", DType.F32, Dim.batch(2), Dim.time(4), Dim.of(6));
              Value memory = scope.input("memory", DType.F32, Dim.batch(2), Dim.time(5), Dim.of(6));
              Value mask = scope.input("mask", DType.F32, Dim.batch(2), Dim.time(5));
              return Transformer.decoderLayer(
                  scope, x, Memory.of(memory, mask), Past.none(), config(false));
            })
        .feed(OpCase.OTHERS, Feed.SMALL)
        .feed("x", Feed.SPREAD)
        .feed("memory", Feed.SPREAD)
        .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 0, 0, 0));
  }

  /** Two sequences, seven distinct words of nine bits, d = 4, f = 6, one layer, three classes. */
  private static OpCase proformer(String name, String line, int time, long macs) {
    return proformer(name, "classes=3 " + line, "logits", time, macs);
  }

  private static OpCase proformer(String name, String line, String output, int time, long macs) {
    Settings settings = settings("features=9 dim=4 ffn=6 layers=1 " + line);
    return model(name, ProFormer.from(settings), new Sizes(2, time, 7), output, macs)
        .feed("features", Feed.signs())
        .feed("ids", Feed.indices(7));
  }

  /** One layer of d = 4 and f = 6: four linears, scores and mixing, two linears. */
  private static long encoder(int batch, int time) {
    return batch * (time * 4L * 4 * 4 + time * time * 8L + time * 2L * 4 * 6);
  }

  private static OpCase bert(String name, String line, String output, long macs) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair :
        ("vocabulary=11 dim=4 layers=2 heads=2 ffn=6 maxLength=7 " + line).split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Bert bert = Bert.from(new Settings(settings));
    return model(name, bert, new Sizes(2, 5, 1), output, 2 * encoder(2, 5) + macs)
        .feed("ids", Feed.indices(11))
        .feed("mask", Feed.mask(1, 1, 1, 1, 1, 1, 1, 1, 0, 0));
  }

  /** Two windows of five samples and three frames of seven features, d = 4, three classes. */
  private static OpCase lstr(String name, String line) {
    String all =
        "features=7 dim=4 heads=2 ffn=6 longSamples=5 longRate=2 shortFrames=3 queries=2 queries2=3"
            + " layers2=1 decoderLayers=1 classes=3 "
            + line;
    Lstr model = Lstr.from(settings(all.trim()));
    return OpCase.of(
            name,
            "(B=2,T=3,3)",
            lstrMacs(model),
            TERMS,
            scope -> model.build(scope, Architecture.WHOLE, new Sizes(2, 1, 1)).get("logits"))
        .feed(OpCase.OTHERS, Feed.SMALL);
  }

  private static long lstrMacs(Lstr model) {
    boolean remembers = model.remembers();
    long shortOnly = 3 * 7 * 4 + unit(3, 0) + 3 * 4 * 3;
    if (!remembers) {
      return 2 * shortOnly;
    }
    long crossed = 3 * 7 * 4 + unit(3, model.layers2() > 0 ? 3 : 5) + 3 * 4 * 3;
    long encoder = model.queries() == 0 ? 2 * unit(5, 0) : unit(2, 5) + unit(3, 2);
    return 2 * (5 * 7 * 4 + encoder + crossed);
  }

  /** Self-attention of n, attention of n to m where m is above 0, feed-forward; d = 4, f = 6. */
  private static long unit(long n, long m) {
    long self = 4 * n * 16 + n * n * 8;
    long cross = m == 0 ? 0 : 2 * n * 16 + 2 * m * 16 + n * m * 8;
    return self + cross + n * 2 * 24;
  }

  private static OpCase model(
      String name, Architecture model, Sizes sizes, String output, long macs) {
    return OpCase.of(
            name,
            "(B=" + sizes.batch() + (output.equals("logits") ? ",3)" : ",4)"),
            macs,
            TERMS,
            scope -> model.build(scope, Architecture.WHOLE, sizes).get(output))
        .feed(OpCase.OTHERS, Feed.SMALL);
  }
}
