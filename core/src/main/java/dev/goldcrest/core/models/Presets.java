package dev.goldcrest.core.models;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /**
   * A classifier of short texts whose file stays under 1 MB as 32-bit floats and under half of that
   * as 16-bit ones, with 150 labels too.
   */
  static final String PROFORMER_TINY =
      "features=1024 wordHidden=112 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=sinusoidal readout=mean normFirst=true wordDrop=0.1 dropout=0.15 maxLength=128";

  private Presets() {}
}
