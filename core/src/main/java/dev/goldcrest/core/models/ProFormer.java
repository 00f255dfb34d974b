package dev.goldcrest.core.models;

import static dev.goldcrest.core.nn.Layers.convolve;
import static dev.goldcrest.core.nn.Layers.drop;
import static dev.goldcrest.core.nn.Layers.dropTokens;
import static dev.goldcrest.core.nn.Layers.embedding;
import static dev.goldcrest.core.nn.Layers.hide;
import static dev.goldcrest.core.nn.Layers.layerNorm;
import static dev.goldcrest.core.nn.Layers.learnedPositions;
import static dev.goldcrest.core.nn.Layers.linear;
import static dev.goldcrest.core.nn.Layers.sinusoidalPositions;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Dim;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.ShapeException;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Layers;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ProFormer (Sankar, Ravi and Kozareva, 2021, arXiv 2004.05801): words enter as T bits of a
 * locality-sensitive hash instead of a row of an embedding table; local projection attention (LPA)
 * turns every K words into one vector; a small encoder, a readout over time and a linear classifier
 * follow.
 *
 * <p>Beyond the paper, each off in its presets: a two-layer network per word ({@code wordHidden}),
 * which gives each word a meaning of its own that a linear map of its bits cannot; a convolution
 * over neighbouring words; pre-norm layers; a vector of the text between readout and classifier
 * ({@code vector}), which with {@code classes=0} is the output {@code embedding} (B, vector or what
 * the readout gives) of an encoder. With {@code vocabulary > 0} the projection is replaced by an
 * embedding table: the twin that isolates what hashing costs.
 *
 * <p>Entries: {@code whole} takes {@code features} (W, T bits) of the distinct words, {@code ids}
 * (B, N) into them and {@code mask} (B, N). {@code words} maps {@code features} to word vectors (W,
 * d), which depend on the word alone, so a device keeps them; {@code sequence} goes on from {@code
 * vectors} (B, N, d) and {@code mask}.
 *
 * @param features T, values of a word's projection
 * @param vocabulary rows of the twin's embedding table; 0 for the projection
 * @param wordHidden width of the network per word; 0 for the paper's linear map
 * @param dim d
 * @param groupFactor K, words joined by one LPA vector; 1 leaves LPA out
 * @param layers L
 * @param heads of LPA and encoder
 * @param ffn f, width of the feed-forward network
 * @param convolution kernel over the word vectors, odd; 0 for none
 * @param positions of the N/K vectors that enter the encoder
 * @param readout over time before the classifier
 * @param vector values of a linear map of the readout that comes before the classifier or is the
 *     encoder's output; 0 for the readout itself
 * @param normFirst pre-norm encoder layers
 * @param wordDrop probability that training hides a word
 * @param dropout everywhere in the encoder and before the classifier
 * @param maxLength N at most, in words
 * @param classes labels; 0 for the text's vector itself
 */
public record ProFormer(
    int features,
    int vocabulary,
    int wordHidden,
    int dim,
    int groupFactor,
    int layers,
    int heads,
    int ffn,
    int convolution,
    Positions positions,
    Readout readout,
    int vector,
    boolean normFirst,
    double wordDrop,
    double dropout,
    int maxLength,
    int classes)
    implements Architecture {
  /** Name in the registry. */
  public static final String NAME = "proformer";

  private static final double EPSILON = 1e-5;

  /** What tells the encoder the order of its vectors. */
  public enum Positions {
    NONE,
    LEARNED,
    SINUSOIDAL
  }

  /** How the vectors of a sequence become one. */
  public enum Readout {
    MAX,
    MEAN,
    /** Both, one after the other: 2d numbers. */
    MAX_MEAN
  }

  /**
   * The record that {@code settings} describe; what they leave out is the paper's, K = 4 with f =
   * d.
   */
  public static ProFormer from(Settings settings) {
    int dim = settings.integer("dim", 768, 2, 1 << 16);
    return new ProFormer(
        settings.integer("features", 420, 1, 1 << 20),
        settings.integer("vocabulary", 0, 0, 1 << 28),
        settings.integer("wordHidden", 0, 0, 1 << 16),
        dim,
        settings.integer("groupFactor", 4, 1, 1 << 10),
        settings.integer("layers", 2, 0, 1 << 10),
        settings.integer("heads", 12, 1, 1 << 10),
        settings.integer("ffn", dim, 1, 1 << 20),
        settings.integer("convolution", 0, 0, 1 << 10),
        settings.choice("positions", Positions.NONE, Positions.values()),
        settings.choice("readout", Readout.MAX, Readout.values()),
        settings.integer("vector", 0, 0, 1 << 16),
        settings.flag("normFirst", false),
        settings.number("wordDrop", 0, 0, 0.99),
        settings.number("dropout", 0.1, 0, 0.99),
        settings.integer("maxLength", 512, 1, 1 << 24),
        settings.integer("classes", 2, 0, 1 << 24));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("features", Integer.toString(features));
    settings.put("vocabulary", Integer.toString(vocabulary));
    settings.put("wordHidden", Integer.toString(wordHidden));
    settings.put("dim", Integer.toString(dim));
    settings.put("groupFactor", Integer.toString(groupFactor));
    settings.put("layers", Integer.toString(layers));
    settings.put("heads", Integer.toString(heads));
    settings.put("ffn", Integer.toString(ffn));
    settings.put("convolution", Integer.toString(convolution));
    settings.put("positions", Settings.text(positions));
    settings.put("readout", Settings.text(readout));
    if (vector > 0) {
      settings.put("vector", Integer.toString(vector));
    }
    settings.put("normFirst", Boolean.toString(normFirst));
    settings.put("wordDrop", Double.toString(wordDrop));
    settings.put("dropout", Double.toString(dropout));
    settings.put("maxLength", Integer.toString(maxLength));
    settings.put("classes", Integer.toString(classes));
    return settings;
  }

  @Override
  public int lengthMultiple() {
    return groupFactor;
  }

  /** The paper counts LPA and encoder, without the classification head. */
  @Override
  public boolean paperCounts(Value value) {
    return !value.path().startsWith("head") && !value.path().startsWith("vector");
  }

  @Override
  public boolean splitsAtWords() {
    return vocabulary == 0 && (wordHidden > 0 || groupFactor == 1);
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    int batch = sizes.batch();
    int time = sizes.time();
    switch (entry) {
      case WHOLE -> {
        Value x = wordsInContext(scope, sizes);
        return sequence(scope, x, Layers.maskInput(scope, batch, time));
      }
      case WORDS -> {
        return Map.of("vectors", wordVectors(scope, featuresInput(scope, sizes)));
      }
      case SEQUENCE -> {
        Value x = scope.input("vectors", DType.F32, Dim.batch(batch), Dim.time(time), Dim.of(dim));
        return sequence(scope, x, Layers.maskInput(scope, batch, time));
      }
      default -> throw new IllegalArgumentException("proformer has no entry " + entry);
    }
  }

  private Value featuresInput(Scope scope, Sizes sizes) {
    return scope.input("features", DType.F32, Dim.words(sizes.words()), Dim.of(features));
  }

  /** (B, N, d), or (B, N, T) when LPA reads the bits themselves. */
  private Value wordsInContext(Scope scope, Sizes sizes) {
    if (vocabulary > 0) {
      Value ids = Layers.idsInput(scope, sizes.batch(), sizes.time());
      return embedding(scope.in("embedding"), ids, vocabulary, dim, Math.pow(dim, -0.5));
    }
    Value words = featuresInput(scope, sizes);
    Value ids = Layers.idsInput(scope, sizes.batch(), sizes.time());
    Value vectors = splitsAtWords() ? wordVectors(scope, words) : words;
    return scope.apply(new Op.Gather(), vectors, ids);
  }

  /** (W, T) -> (W, d). */
  private Value wordVectors(Scope scope, Value words) {
    if (!splitsAtWords()) {
      throw new ShapeException(
          "proformer: LPA of the bits has no vectors per word; set wordHidden above 0");
    }
    Scope word = scope.in("word");
    if (wordHidden == 0) {
      return linear(word.in("out"), words, dim);
    }
    int width = word.width("hidden", wordHidden);
    Value hidden = linear(word.in("in"), words, width).unary(Op.Unary.Kind.GELU);
    return linear(word.in("out"), drop(word, hidden, dropout), dim);
  }

  /** (B, N, d) -> the output, (B, classes) or (B, vector). */
  private Map<String, Value> sequence(Scope scope, Value words, Value wordMask) {
    Value x = hide(dropTokens(scope, words, wordDrop), wordMask);
    if (convolution > 0) {
      if (x.shape().at(2) != dim) {
        throw new ShapeException(
            "proformer: a convolution over bits that LPA reads; set wordHidden above 0 or convolution=0");
      }
      Value near = convolve(scope.in("convolution"), x, dim, convolution).unary(Op.Unary.Kind.GELU);
      x = hide(x.plus(drop(scope, near, dropout)), wordMask);
    }
    Value mask = wordMask;
    if (groupFactor > 1) {
      Value grouped =
          groups(wordMask.reshape(wordMask.shape().dim(0), wordMask.shape().dim(1), Dim.of(1)));
      Value inGroup = grouped.reshape(grouped.shape().dim(0), grouped.shape().dim(1));
      x = localProjectionAttention(scope.in("lpa"), x, inGroup);
      mask = inGroup.reduce(Op.Reduce.Kind.MAX, 1).reshape(x.shape().dim(0), x.shape().dim(1));
    }
    if (positions == Positions.LEARNED) {
      int groups = (maxLength + groupFactor - 1) / groupFactor;
      x = learnedPositions(scope.in("positions"), x, groups);
    } else if (positions == Positions.SINUSOIDAL) {
      x = sinusoidalPositions(scope, x);
    }
    x = layers == 0 ? x : encoder(scope.in("encoder"), x, mask);
    Op.Reduce.Kind first = readout == Readout.MEAN ? Op.Reduce.Kind.MEAN : Op.Reduce.Kind.MAX;
    Value pooled = x.reduce(first, 1, mask);
    if (readout == Readout.MAX_MEAN) {
      pooled = pooled.concat(1, x.reduce(Op.Reduce.Kind.MEAN, 1, mask));
    }
    Value text = vector == 0 ? pooled : linear(scope.in("vector"), pooled, vector);
    return classes == 0
        ? Map.of("embedding", text)
        : Map.of("logits", linear(scope.in("head"), drop(scope, text, dropout), classes));
  }

  private Value encoder(Scope scope, Value x, Value mask) {
    Value in = normFirst ? x : layerNorm(scope.in("normIn"), x, EPSILON);
    return Transformer.encoder(scope, drop(scope, in, dropout), mask, layers, encoderConfig());
  }

  private Transformer.Config encoderConfig() {
    return new Transformer.Config(heads, ffn, Op.Unary.Kind.GELU, normFirst, dropout, 0, EPSILON);
  }

  /**
   * One multi-head attention inside each group of K words, then the maximum over the group: (B, N,
   * ·) -> (B, N/K, d).
   */
  private Value localProjectionAttention(Scope scope, Value x, Value inGroup) {
    Value grouped = groups(x); // (B N/K, K, .)
    Value seen =
        Transformer.multiHead(
            scope, grouped, grouped, inGroup, dim, new Op.Attention(heads, false, 0));
    Value joined = seen.reduce(Op.Reduce.Kind.MAX, 1, inGroup); // (B N/K, d)
    Dim batch = x.shape().dim(0);
    return joined.reshape(batch, Dim.time(x.shape().at(1) / groupFactor), Dim.of(dim));
  }

  /** (B, N, C) -> (B N/K, K, C). */
  private Value groups(Value x) {
    int time = x.shape().at(1);
    if (time % groupFactor != 0) {
      throw new ShapeException(
          "lpa: " + time + " words do not split into groups of " + groupFactor);
    }
    int count = x.shape().at(0) * (time / groupFactor);
    return x.reshape(Dim.batch(count), Dim.time(groupFactor), Dim.of(x.shape().at(2)));
  }
}
