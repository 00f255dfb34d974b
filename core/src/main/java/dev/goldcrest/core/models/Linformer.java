package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Memory;
import dev.goldcrest.core.nn.Past;
import dev.goldcrest.core.nn.ProjectedAttention;
import dev.goldcrest.core.nn.ProjectedAttention.Sharing;
import dev.goldcrest.core.nn.Transformer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Linformer (Wang et al., 2020, arXiv 2006.04768): an encoder whose attention looks at k projected
 * rows instead of N steps, so that time and memory grow with N, not with N². Everything else, its
 * weights' paths included, is the encoder that it is made from: {@link Bert}, as in the paper, or
 * {@link VanillaTransformer}, whose decoder stays as it is.
 *
 * <p>The paper's, its authors' and two well-known implementations of others are settings: {@code
 * inputFirst=true} is fairseq's example; {@code inputFirst=false}, {@code tiedValues} and {@code
 * oneHead} are lucidrains'; {@code inputFirst=false projectionBias=true} and {@code
 * convolution=true} tatp22's.
 *
 * @param frame the encoder around the attentions
 * @param attention in each of its layers
 */
public record Linformer(Architecture frame, ProjectedAttention attention) implements Architecture {
  /** Name in the registry. */
  public static final String NAME = "linformer";

  /** The steps that a row stands for, without {@code k}: the authors' code compresses by four. */
  private static final int USUAL_RATIO = 4;

  /** What can be around the attentions. */
  public enum Frame {
    BERT,
    TRANSFORMER
  }

  public Linformer {
    if (!(frame instanceof Bert) && !(frame instanceof VanillaTransformer)) {
      throw new IllegalArgumentException(
          "a linformer is made from a bert or a transformer, got " + frame.name());
    }
    if (frame.task() == Task.LM) {
      throw new IllegalArgumentException(
          "linformer cannot be causal, so task=lm is refused: a projected row mixes a step with"
              + " later ones; use arch transformer");
    }
    if (frame.task() == Task.TRANSLATE && attention.stride() > 1) {
      throw new IllegalArgumentException("linformer: stride above 1 is for classifiers");
    }
    if (attention.length() != frame.maxLength()) {
      throw new IllegalArgumentException(
          "projections are for " + attention.length() + " steps, not " + frame.maxLength());
    }
  }

  /** The record that {@code settings} describe; what they leave out is the frame's. */
  public static Linformer from(Settings settings) {
    Frame kind = settings.choice("frame", Frame.BERT, Frame.values());
    Architecture frame =
        kind == Frame.BERT ? Bert.from(settings) : VanillaTransformer.from(settings);
    int length = frame.maxLength();
    boolean convolution = settings.flag("convolution", false);
    Sharing sharing = settings.choice("sharing", Sharing.HEADWISE, Sharing.values());
    int usual = Math.max(1, length / USUAL_RATIO);
    int k = settings.integer("k", usual, 1, 1 << 24);
    return new Linformer(
        frame,
        new ProjectedAttention(
            k,
            length,
            sharing,
            settings.flag("inputFirst", !convolution && sharing != Sharing.NONE),
            convolution,
            settings.integer("stride", convolution ? length / k : 0, 0, 1 << 24),
            settings.flag("projectionBias", false),
            settings.flag("tiedValues", false),
            settings.flag("oneHead", false)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("frame", Settings.text(frame instanceof Bert ? Frame.BERT : Frame.TRANSFORMER));
    settings.putAll(frame.settings());
    settings.put("k", Integer.toString(attention.k()));
    settings.put("sharing", Settings.text(attention.sharing()));
    settings.put("inputFirst", Boolean.toString(attention.inputFirst()));
    settings.put("convolution", Boolean.toString(attention.convolution()));
    settings.put("stride", Integer.toString(attention.stride()));
    settings.put("projectionBias", Boolean.toString(attention.biased()));
    settings.put("tiedValues", Boolean.toString(attention.tiedValues()));
    settings.put("oneHead", Boolean.toString(attention.oneHead()));
    return settings;
  }

  @Override
  public Task task() {
    return frame.task();
  }

  @Override
  public int maxLength() {
    return frame.maxLength();
  }

  @Override
  public int lengthMultiple() {
    return Math.max(1, attention.stride());
  }

  @Override
  public Sizes smallest() {
    return new Sizes(1, lengthMultiple(), 1, frame.smallest().source());
  }

  @Override
  public boolean readsClassToken() {
    return frame.readsClassToken();
  }

  /** Its paper prints no counts; this is the frame's rule. */
  @Override
  public boolean paperCounts(Value value) {
    return frame.paperCounts(value);
  }

  @Override
  public boolean paperCountsDerived() {
    return true;
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    if (frame instanceof Bert && !entry.equals(WHOLE)) {
      throw new IllegalArgumentException(NAME + " has no entry " + entry);
    }
    Scope whole = scope.in("encoder");
    Transformer.Mixer mixer = (at, x, mask, config) -> attention.around(at, whole, x, mask, config);
    return frame instanceof Bert
        ? ((Bert) frame).build(scope, sizes, mixer)
        : SequenceGraph.build(
            NAME, ((VanillaTransformer) frame).sequence(), cells(mixer), scope, entry, sizes);
  }

  /** The vanilla transformer's layers, those of its encoder with projected attention. */
  private SequenceGraph.Cells cells(Transformer.Mixer mixer) {
    VanillaTransformer vanilla = (VanillaTransformer) frame;
    return new SequenceGraph.Cells() {
      @Override
      public Value encode(Scope scope, int layer, Value x, Value mask) {
        return Transformer.encoderLayer(scope, x, mask, vanilla.config(), mixer);
      }

      @Override
      public Value decode(Scope scope, int layer, Value x, Memory memory, Past past) {
        return vanilla.decode(scope, layer, x, memory, past);
      }

      @Override
      public void project(Scope scope, Memory memory) {
        vanilla.project(scope, memory);
      }
    };
  }
}
