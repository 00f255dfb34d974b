package dev.goldcrest.core.models;

import java.util.Map;

/** Named settings, one line each: {@code name=value} separated by blanks. */
final class Presets {
  /**
   * A classifier of short texts whose file stays under 1 MB as 32-bit floats and under half of that
   * as 16-bit ones, with 150 labels too.
   */
  static final String PROFORMER_TINY =
      "features=1024 wordHidden=112 dim=96 groupFactor=1 layers=1 heads=4 ffn=192 convolution=3"
          + " positions=sinusoidal readout=mean normFirst=true wordDrop=0.1 dropout=0.15 maxLength=128";

  /** An encoder of texts under a megabyte as bytes, for vectors of 384 values. */
  static final String PROFORMER_ENCODER =
      "features=1024 wordHidden=320 dim=192 groupFactor=1 layers=1 heads=4 ffn=384 convolution=3"
          + " positions=sinusoidal readout=mean vector=384 normFirst=true wordDrop=0.1"
          + " dropout=0.15 maxLength=64 classes=0";

  /**
   * The baseline of ProFormer's paper; BERT-base as an encoder, 109,482,240 weights with its
   * pooler; all-MiniLM-L6-v2 (Wang et al., 2020, arXiv 2002.10957), an encoder of sentences.
   */
  static final Map<String, String> BERT =
      Map.of(
          "2-layer",
          "",
          "base",
          "vocabulary=30522 tokenTypes=2 layers=12 classes=0",
          "minilm",
          "vocabulary=30522 tokenTypes=2 dim=384 layers=6 readout=mean classes=0");

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

  /** The rows of the paper's tables at 512 steps, RoBERTa-base with k = 128 and 256. */
  static final Map<String, String> LINFORMER =
      Map.of(
          "tiny",
          "frame=transformer dim=96 layers=2 heads=4 ffn=192 normFirst=true dropout=0.15"
              + " maxLength=256",
          "base-128",
          "vocabulary=50265 tokenTypes=1 layers=12 epsilon=1e-5 maxLength=512 k=128",
          "base-256",
          "vocabulary=50265 tokenTypes=1 layers=12 epsilon=1e-5 maxLength=512 k=256");

  /** The paper's configurations; {@code dim} is the smallest of each table. */
  static final Map<String, String> LITE_TRANSFORMER =
      Map.of(
          "tiny",
          "dim=96 layers=2 heads=4 ffn=96 kernels=3,7 normFirst=true dropout=0.15 maxLength=256",
          "wmt",
          "task=translate vocabulary=40000 dim=200 kernels=3,7,15,31 dropout=0.04"
              + " attentionDropout=0.03 tapDropout=0.03",
          "iwslt",
          "task=translate vocabulary=6632 sourceVocabulary=8848 tied=false dim=160 crossHeads=4"
              + " convolution=lightweight glu=false kernels=3,7,15,31 dropout=0.2 tapDropout=0.1",
          "lm",
          "task=lm vocabulary=267744 cutoffs=20000,60000 layers=12 dim=896 normFirst=true"
              + " finalNorm=false kernels=15,15,31,31,31,31,63 dropout=0.21 attentionDropout=0.14"
              + " tapDropout=0.14 activationDropout=0.1 adaptiveDropout=0.2");

  /** {@code small} takes 40 M multiply-adds for 15 + 15 tokens; {@code base} is the paper's. */
  static final Map<String, String> EVOLVED_TRANSFORMER =
      Map.of(
          "tiny",
          "dim=96 layers=1 heads=4 ffn=192 dropout=0.15 maxLength=256",
          "small",
          "task=translate vocabulary=10000 dim=160 layers=2 heads=4 dropout=0.2" + " maxLength=256",
          "base",
          "task=translate vocabulary=40000 dim=512 heads=8 dropout=0.1");

  /** {@code small} takes 40 M multiply-adds for 15 + 15 tokens; from iwslt on the paper's. */
  static final Map<String, String> MASK_ATTENTION =
      Map.of(
          "tiny",
          "dim=96 layers=2 heads=4 ffn=96 dropout=0.15 maxLength=256",
          "small",
          "task=translate vocabulary=10000 dim=208 layers=3 heads=4 ffn=208 decoderFirst=none"
              + " dropout=0.2 maxLength=256",
          "iwslt",
          "task=translate vocabulary=10000 dim=512 heads=4 ffn=512 decoderFirst=none dropout=0.3"
              + " attentionDropout=0.1 activationDropout=0.1",
          "base",
          "task=translate vocabulary=37000 dim=512 heads=8 ffn=1024 dropout=0.1"
              + " attentionDropout=0.1 activationDropout=0.1",
          "big",
          "task=translate vocabulary=37000 dim=1024 heads=16 ffn=2048 dropout=0.3"
              + " attentionDropout=0.1 activationDropout=0.1");

  /** A detector on sensors: 128 long samples and the last 32 frames, 64 channels. */
  static final String LSTR_TINY =
      "features=30 dim=64 heads=4 ffn=128 longSamples=128 longRate=4 shortFrames=32 queries=8"
          + " queries2=16 layers2=2 decoderLayers=2 dropout=0.2 classes=13";

  private Presets() {}
}
