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

  /** BERT-base, uncased, as an encoder: 109,482,240 weights with its pooler. */
  static final String BERT_BASE = "vocabulary=30522 tokenTypes=2 layers=12 classes=0";

  /** all-MiniLM-L6-v2 (Wang et al., 2020, arXiv 2002.10957), a sentence encoder. */
  static final String BERT_MINILM =
      "vocabulary=30522 tokenTypes=2 dim=384 layers=6 readout=mean classes=0";

  private Presets() {}
}
