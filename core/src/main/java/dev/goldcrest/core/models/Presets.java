package dev.goldcrest.core.models;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /** A classifier of texts whose file stays under 1 MB, as 32-bit floats and with 150 labels. */
  static final String PROFORMER_TINY =
      "features=512 wordHidden=192 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=learned readout=mean normFirst=true wordDrop=0.1 dropout=0.2 maxLength=128";

  private Presets() {}
}
