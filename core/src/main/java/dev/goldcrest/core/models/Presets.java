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

  /** A detector on sensors: 128 long samples and the last 32 frames, 64 channels. */
  static final String LSTR_TINY =
      "features=30 dim=64 heads=4 ffn=128 longSamples=128 longRate=4 shortFrames=32 queries=8"
          + " queries2=16 layers2=2 decoderLayers=2 dropout=0.2 classes=13";

  private Presets() {}
}
