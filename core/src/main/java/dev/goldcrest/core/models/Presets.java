package dev.goldcrest.core.models;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /** A classifier of short texts whose file stays under 1 MB. */
  static final String PROFORMER_TINY =
      "features=840 wordHidden=384 dim=128 groupFactor=1 layers=2 heads=4 ffn=256 convolution=3"
          + " positions=learned readout=max normFirst=true wordDrop=0.1 dropout=0.2 maxLength=128";

  private Presets() {}
}
