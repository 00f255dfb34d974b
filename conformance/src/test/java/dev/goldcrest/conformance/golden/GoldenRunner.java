package dev.goldcrest.conformance.golden;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Checks one kind of golden case. */
interface GoldenRunner {
  void run(GoldenCase golden) throws IOException;

  /** What there is room for, by kind. A new architecture adds its line here. */
  static Map<String, GoldenRunner> byKind() {
    Map<String, GoldenRunner> runners = new TreeMap<>();
    runners.put("vanilla.mha", VanillaRunners::attention);
    runners.put("vanilla.enc", VanillaRunners::encoder);
    runners.put("vanilla.dec", VanillaRunners::decoder);
    runners.put("vanilla.layernorm", VanillaRunners::layerNorm);
    runners.put("vanilla.activations", VanillaRunners::activations);
    runners.put("vanilla.glu-softmax", VanillaRunners::gluAndSoftmax);
    runners.put("vanilla.label-smoothing", TrainingRunners::labelSmoothing);
    runners.put("vanilla.optimisers", TrainingRunners::optimisers);
    runners.put("vanilla.fairseq-schedules", TrainingRunners::schedules);
    runners.put("lite.lightconv", LiteRunners::lightConvolution);
    runners.put("lite.dynconv", LiteRunners::dynamicConvolution);
    runners.put("lite.lsra-enc", LiteRunners::encoderLayer);
    runners.put("lite.lsra-dec", LiteRunners::decoderLayer);
    runners.put("lite.sinpos", LiteRunners::positions);
    runners.put("lite.full", LiteModelRunners::translator);
    runners.put("lite.lm-adaptive", AdaptiveRunners::languageModel);
    runners.put("lite.adaptive-io", AdaptiveRunners::adaptive);
    runners.put("lite.macs", CountRunners::counts);
    runners.put("man.dman", MaskRunners::attention);
    runners.put("man.dman-defect", MaskRunners::layout);
    runners.put("man.dman-summarisation", MaskRunners::attention);
    runners.put("man.enc-layer", MaskRunners::encoderLayer);
    runners.put("man.dec-layer", MaskRunners::decoderLayer);
    runners.put("man.full", MaskRunners::translator);
    runners.put("projection.prado-words", ProjectionRunners::pradoWords);
    runners.put("projection.prado-op", ProjectionRunners::pradoTexts);
    runners.put("projection.sgnn", ProjectionRunners::sgnn);
    runners.put("linformer.official", LinformerRunners::official);
    runners.put("linformer.lucidrains", LinformerRunners::lucidrains);
    runners.put("linformer.tatp22", LinformerRunners::tatp22);
    runners.put("lstr.forward", LstrRunners::forward);
    runners.put("lstr.stream", LstrRunners::stream);
    runners.put("lstr.metrics", DetectionRunners::metrics);
    runners.put("lstr.cap", DetectionRunners::calibrated);
    runners.put("lstr.mce", DetectionRunners::loss);
    runners.put("lstr.schedule", DetectionRunners::schedule);
    runners.put("minilm.sentences", MiniLmRunners::sentences);
    runners.put("minilm.intermediate", MiniLmRunners::intermediate);
    runners.put("greenformer.led", GreenformerRunners::linear);
    runners.put("greenformer.ced", GreenformerRunners::convolution);
    runners.put("greenformer.svd", GreenformerRunners::svd);
    runners.put("greenformer.svd-conv1d", GreenformerRunners::svdOfConvolution);
    runners.put("greenformer.snmf", GreenformerRunners::semiNmf);
    runners.put("greenformer.param-counts", GreenformerRunners::counts);
    runners.put("metrics.bleu", MetricRunners::bleu);
    runners.put("metrics.rouge", MetricRunners::rouge);
    return runners;
  }
}
