package dev.goldcrest.core.models;

import java.util.Map;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /** A classifier of texts whose file of 16-bit floats stays under 1 MB, with 150 labels too. */
  static final String PROFORMER_TINY =
      "features=1024 wordHidden=192 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=learned readout=mean normFirst=true wordDrop=0.1 dropout=0.15 maxLength=128";

  /** The vanilla rows of Lite Transformer's tables, whose width varies, and Transformer-base. */
  static final Map<String, String> TRANSFORMER =
      Map.of(
          "tiny",
          "dim=96 layers=2 heads=4 ffn=192 normFirst=true dropout=0.15 maxLength=256",
          "base",
          "task=translate vocabulary=40000 dim=512 heads=8 dropout=0.1",
          "wmt",
          "task=translate vocabulary=40000 dim=128 heads=8 dropout=0.1",
          "iwslt",
          "task=translate vocabulary=6632 sourceVocabulary=8848 tied=false dim=128 heads=4 ffn=256"
              + " dropout=0.3",
          "lm",
          "task=lm vocabulary=267744 cutoffs=20000,60000 layers=12 dim=512 heads=8 ffn=2048"
              + " normFirst=true finalNorm=false dropout=0.1");

  private Presets() {}
}
