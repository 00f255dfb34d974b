package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamDetectorTest {
  /** Bytes that the compiler and the counter itself may take. */
  private static final long COUNTERS_OWN = 2_000;

  private static final long WARM_UP_NANOS = 60_000_000_000L;

  private static final String SMALL =
      "features=3 dim=8 heads=2 ffn=12 longSamples=6 longRate=2 shortFrames=4 queries=3 queries2=5"
          + " layers2=2 decoderLayers=2 classes=4";

  /** 2.5 times what both memories hold. */
  private static final int LENGTH = (6 * 2 + 4) * 5 / 2;

  private static StreamModel model(String changes, boolean missing) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String pair : (SMALL + " " + changes).trim().split(" ")) {
      settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    Lstr lstr = Lstr.from(new Settings(settings));
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < lstr.classes(); i++) {
      labels.add("label" + i);
    }
    Architecture architecture = changes.contains("layers=1") ? narrow(lstr) : lstr;
    return new StreamModel(
        architecture,
        labels,
        new StreamModel.Frames(
            List.of(),
            "",
            "",
            Collections.nCopies(lstr.features(), 0.5),
            Collections.nCopies(lstr.features(), 2.0),
            missing,
            0.25,
            0,
            -1),
        Map.of(),
        Weights.initial(architecture.trace(Architecture.WHOLE, Sizes.single(1)), 5));
  }

  /** With half of its heads and hidden units and every weight of low rank that can be. */
  private static Architecture narrow(Lstr lstr) {
    WeightForms forms = WeightForms.NONE;
    Graph graph = lstr.trace(Architecture.WHOLE, Sizes.single(1));
    for (String path : graph.widths().keySet()) {
      forms = forms.withWidth(path, graph.widths().get(path) / 2);
    }
    for (String path : WeightForms.factorisable(graph).keySet()) {
      forms = forms.withRank(path, 2);
    }
    return lstr.with(forms);
  }

  private static float[][] recording(int length, int features) {
    Random random = new Random(11);
    float[][] frames = new float[length][features];
    for (float[] frame : frames) {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = (float) random.nextGaussian();
      }
    }
    return frames;
  }

  /** Logits of the newest frame when the window that ends with it runs as a whole. */
  private static float[] batch(StreamModel model, Kernels kernels, float[][] frames, int t) {
    Lstr lstr = model.lstr();
    Session session =
        new Session(
            model.architecture().trace(Architecture.WHOLE, Sizes.single(1)),
            model.weights(),
            kernels);
    int start = Math.max(0, t - lstr.shortFrames() + 1);
    for (int slot = 0; slot < lstr.longSamples(); slot++) {
      int frame = lstr.frameInSlot(slot, start);
      session.floats("mask")[slot] = frame >= 0 ? 1 : 0;
      put(frames[Math.max(0, frame)], session.floats("long"), slot);
    }
    for (int slot = 0; slot < lstr.shortFrames() && start + slot <= t; slot++) {
      put(frames[start + slot], session.floats("short"), slot);
    }
    session.run();
    float[] logits = session.output("logits");
    int row = (t - start) * lstr.classes();
    return java.util.Arrays.copyOfRange(logits, row, row + lstr.classes());
  }

  private static void put(float[] frame, float[] into, int slot) {
    for (int i = 0; i < frame.length; i++) {
      into[slot * frame.length + i] = (frame[i] - 0.5f) * 2;
    }
  }

  static List<Arguments> variants() {
    List<Arguments> variants = new ArrayList<>();
    for (Kernels kernels : List.of(new ScalarKernels(), KernelsProvider.kernels())) {
      for (String changes :
          List.of(
              "",
              "longSamples=0",
              "layers2=0",
              "queries=0 layers2=0",
              "layers=2",
              "layers=1",
              "longRate=1 decoderLayers=1 stackNorm=false",
              "longRate=3 shortFrames=5 longSamples=4")) {
        variants.add(Arguments.of(kernels, changes));
      }
    }
    return variants;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void push_everyFrame_givesWhatBatchModeGives(Kernels kernels, String changes) {
    StreamModel model = model(changes, false);
    StreamDetector detector = new StreamDetector(model, kernels);
    float[][] frames = recording(LENGTH, 3);
    for (int t = 0; t < LENGTH; t++) {
      float[] scores = detector.push(frames[t]);
      float[] expected = batch(model, kernels, frames, t);
      float sum = 0;
      for (int c = 0; c < expected.length; c++) {
        assertThat(detector.logits()[c]).as("frame " + t).isCloseTo(expected[c], within(1e-5f));
        sum += scores[c];
      }
      assertThat(sum).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void push_otherFramesLater_changeNothingBefore() {
    StreamModel model = model("", false);
    StreamDetector one = new StreamDetector(model);
    StreamDetector two = one.another();
    float[][] frames = recording(LENGTH, 3);
    for (int t = 0; t < LENGTH; t++) {
      assertThat(two.push(frames[t])).containsExactly(one.push(frames[t]));
      StreamDetector branch = one.another();
      for (int s = 0; s <= t; s++) {
        branch.push(frames[s]);
      }
      assertThat(branch.logits()).containsExactly(one.logits());
      branch.push(new float[] {9, -9, 9});
      assertThat(two.logits()).containsExactly(one.logits());
    }
  }

  @Test
  void reset_betweenRecordings_leavesNothingBehind() {
    StreamDetector detector = new StreamDetector(model("", false));
    float[][] frames = recording(LENGTH, 3);
    List<float[]> first = new ArrayList<>();
    for (float[] frame : frames) {
      first.add(detector.push(frame).clone());
    }
    detector.reset();
    assertThat(detector.frames()).isZero();
    for (int t = 0; t < LENGTH; t++) {
      assertThat(detector.push(frames[t])).containsExactly(first.get(t));
    }
  }

  @Test
  void push_badFrames_areRefusedInASentenceAndForgotten() {
    StreamDetector disturbed = new StreamDetector(model("", false));
    StreamDetector calm = disturbed.another();
    float[][] frames = recording(LENGTH, 3);
    for (int t = 0; t < LENGTH; t++) {
      assertThatThrownBy(() -> disturbed.push(new float[] {1, Float.NaN, 2}))
          .hasMessage(
              "feature 2 of frame %d is NaN, which is no number this model reads; it was trained"
                  + " without missing values",
              t);
      assertThatThrownBy(() -> disturbed.push(new float[] {1, 2}))
          .hasMessage("frame %d has 2 features, this model reads 3", t);
      assertThatThrownBy(() -> disturbed.push(new float[] {Float.POSITIVE_INFINITY, 0, 0}))
          .hasMessageStartingWith("feature 1 of frame " + t + " is Infinity");
      disturbed.push(t * 0.25, frames[t]);
      assertThatThrownBy(() -> disturbed.push(-1, frames[0]))
          .hasMessage(
              "time goes backwards: a frame of second -1.0 after one of second %s; reset at the"
                  + " start of a recording",
              t * 0.25);
      assertThat(disturbed.logits())
          .containsExactly(calm.push(frames[t]) == null ? null : calm.logits());
    }
    disturbed.reset();
    assertThat(disturbed.push(0, frames[0])).hasSize(4);
  }

  @Test
  void push_missingValuesOfAModelThatKnowsThem_countAsTheMean() {
    StreamDetector detector = new StreamDetector(model("", true));
    StreamDetector other = detector.another();
    assertThat(detector.push(new float[] {1, Float.NaN, 2}))
        .containsExactly(other.push(new float[] {1, 0.5f, 2}));
  }

  /** Until the compiler has got round to it, SIMD allocates its vectors. */
  @Test
  void push_warm_allocatesNothing() {
    StreamDetector detector = new StreamDetector(model("", false));
    float[][] frames = recording(64, 3);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + WARM_UP_NANOS;
    while (least >= COUNTERS_OWN && System.nanoTime() < end) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int t = 0; t < 2_000; t++) {
        detector.push(frames[t % 64]);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(COUNTERS_OWN);
  }

  @Test
  void file_writtenAndRead_scoresAlike() throws IOException {
    StreamModel model = model("", true);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.file().write(bytes, false);
    StreamDetector read = StreamDetector.load(new ByteArrayInputStream(bytes.toByteArray()));
    StreamDetector written = new StreamDetector(model);
    assertThat(read.model().frames()).isEqualTo(model.frames());
    assertThat(read.model().labels()).isEqualTo(model.labels());
    for (float[] frame : recording(40, 3)) {
      assertThat(read.push(frame)).containsExactly(written.push(frame));
    }
    assertThatThrownBy(() -> ClassifierModel.load(new ByteArrayInputStream(bytes.toByteArray())))
        .hasMessageContaining("is a model for task 'stream', not for classify");
  }

  /** What is taken in must never make the scores of later frames something else than numbers. */
  @Test
  void push_valuesBeyondAllMeasure_areRefusedAndLargeOnesStayFinite() {
    StreamDetector detector = new StreamDetector(model("", false));
    assertThatThrownBy(() -> detector.push(new float[] {1, 1e37f, 2}))
        .hasMessageStartingWith("feature 2 of frame 0 is 1.0E37, which is no number");
    assertThat(detector.frames()).isZero();
    for (int t = 0; t < LENGTH; t++) {
      for (float score : detector.push(new float[] {4e7f, t % 2 == 0 ? -4e7f : 4e7f, 0})) {
        assertThat(score).isBetween(0f, 1f);
      }
    }
  }
}
