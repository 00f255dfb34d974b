package dev.goldcrest.core.models;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /** A classifier of texts whose file of 16-bit floats stays under 1 MB, with 150 labels too. */
  static final String PROFORMER_TINY =
      "features=1024 wordHidden=192 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=learned readout=mean normFirst=true wordDrop=0.1 dropout=0.15 maxLength=128";

  private Presets() {}
}
