package dev.goldcrest.core.models;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /** A classifier of texts whose file of 16-bit floats stays under 1 MB, with 150 labels too. */
  static final String PROFORMER_TINY =
      "features=1024 wordHidden=192 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=learned readout=mean normFirst=true wordDrop=0.1 dropout=0.15 maxLength=128";

  /** A detector on sensors: 128 long samples and the last 32 frames, 64 channels. */
  static final String LSTR_TINY =
      "features=30 dim=64 heads=4 ffn=128 longSamples=128 longRate=4 shortFrames=32 queries=8"
          + " queries2=16 layers2=2 decoderLayers=2 dropout=0.2 classes=13";

  private Presets() {}
}
