package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.text.TextConfig;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTrainerTest {
  private static final long MEGABYTE = 1_000_000;

  private static Architecture model(String name) {
    return switch (name) {
      case "proformer" -> Small.proformer();
      case "long texts" -> Small.proformer("groupFactor=4", "positions=none", "readout=mean");
      case "paper" -> Small.proformer("groupFactor=4", "wordHidden=0", "convolution=0");
      case "twin" -> Small.proformer("vocabulary=" + Small.indexed(false).inputs());
      default -> Small.bert();
    };
  }

  private static TextConfig text(String name) {
    return switch (name) {
      case "twin" -> Small.indexed(false);
      case "bert" -> Small.indexed(true);
      default -> Small.projected();
    };
  }

  private static TrainingOptions plain(double weightDecay) {
    TrainingOptions o = Small.options(10, 1e-3);
    return new TrainingOptions(
        o.epochs(),
        o.batchSize(),
        o.learningRate(),
        0,
        o.decay(),
        weightDecay,
        o.labelSmoothing(),
        o.clip(),
        0,
        0,
        0,
        0,
        "",
        o.seed(),
        o.workers());
  }

  /** A parameter that no gradient reaches would stay as it was drawn, and nobody would notice. */
  @ParameterizedTest
  @ValueSource(strings = {"proformer", "long texts", "paper", "twin", "bert"})
  void step_once_changesEveryParameter(String name) {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(model(name), text(name), Small.texts(64, 1), 3, plain(0))) {
      Map<String, float[]> before = trainer.weights();
      trainer.step();
      Map<String, float[]> after = trainer.weights();
      assertThat(after.keySet()).isNotEmpty().isEqualTo(before.keySet());
      after.forEach(
          (path, values) -> assertThat(Arrays.equals(values, before.get(path))).as(path).isFalse());
    }
  }

  @Test
  void step_manyTimes_lossFalls() {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(), Small.projected(), Small.texts(96, 1), 3, Small.options(20, 1e-2))) {
      double first = trainer.step().loss();
      double last = first;
      for (int step = 1; step < 20 * trainer.stepsPerEpoch(); step++) {
        last = trainer.step().loss();
      }
      assertThat(last).isLessThan(0.6 * first);
    }
  }

  @Test
  void step_softLabelsWithoutDoubt_trainAsLabelsDo() {
    List<LabelledText> sure = new java.util.ArrayList<>();
    for (LabelledText text : Small.texts(64, 1)) {
      sure.add(text.aiming(SoftLabel.mixed(text.label(), new float[] {0.2f, 0.5f, 0.3f}, 0)));
    }
    Map<String, float[]> hard = trained(Small.texts(64, 1));
    trained(sure)
        .forEach(
            (path, values) ->
                assertThat(values).as(path).containsExactly(hard.get(path), within(1e-4f)));
  }

  @Test
  void step_softLabels_moveTheModelToTheTeacher() {
    List<LabelledText> taught = new java.util.ArrayList<>();
    for (LabelledText text : Small.texts(96, 1)) {
      taught.add(text.aiming(SoftLabel.mixed(text.label(), new float[] {0, 0, 1}, 1)));
    }
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(), Small.projected(), taught, 3, Small.options(20, 1e-2))) {
      run(trainer, 20 * trainer.stepsPerEpoch());
      for (float[] logits : trainer.logits(taught)) {
        assertThat(logits[2]).isGreaterThan(logits[0]).isGreaterThan(logits[1]);
      }
    }
  }

  /** The labels name the keyword; the teacher swaps the first two, in texts without a label too. */
  private static List<LabelledText> contradicted(boolean labels) {
    Teaching teaching = new Teaching(0.5, 2);
    float[][] thoughts = {{0, 9, 0}, {9, 0, 0}, {0, 0, 9}};
    List<LabelledText> taught = new java.util.ArrayList<>();
    for (LabelledText text : Small.texts(192, 1)) {
      LabelledText known = labels ? text : new LabelledText(text.words(), -1);
      taught.add(known.taught(teaching.aim(thoughts[text.label()])));
    }
    return taught;
  }

  private static double agreement(List<LabelledText> texts, Teaching teaching) {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(),
            Small.projected(),
            texts,
            3,
            Small.options(20, 1e-2),
            teaching,
            Beginning.FRESH)) {
      run(trainer, 20 * trainer.stepsPerEpoch());
      return Calibrator.accuracy(trainer.logits(texts), Small.texts(192, 1));
    }
  }

  @Test
  void step_taught_weighsTeacherAndLabelByTheShare() {
    assertThat(agreement(contradicted(true), new Teaching(0.05, 1))).isGreaterThan(0.9);
    assertThat(agreement(contradicted(true), new Teaching(0.95, 1))).isLessThan(0.5);
  }

  @Test
  void step_taughtWithoutLabels_learnsWhatTheTeacherThinks() {
    List<LabelledText> some = contradicted(false);
    some.set(5, contradicted(true).get(5));
    assertThat(agreement(some, new Teaching(0.5, 3))).isLessThan(0.5);
  }

  /** A teacher that is as sure as the label says the same, so that who it has read is all one. */
  @Test
  void step_partlyTaught_learnsTheRestFromLabelsWhole() {
    List<LabelledText> plain = Small.texts(64, 1);
    float smoothing = (float) Small.options(4, 1e-3).labelSmoothing();
    List<LabelledText> some = new java.util.ArrayList<>();
    for (LabelledText text : plain) {
      float[] evenly = {1 / 3f, 1 / 3f, 1 / 3f};
      SoftLabel same = SoftLabel.mixed(text.label(), evenly, smoothing);
      some.add(some.size() % 3 == 0 ? text : text.taught(same));
    }
    double[] labels = losses(plain, null);
    assertThat(losses(some, new Teaching(0.7, 1))).containsExactly(labels, within(1e-4));
    assertThat(losses(plain, new Teaching(0.7, 1))).containsExactly(labels, within(1e-4));
  }

  private static double[] losses(List<LabelledText> texts, Teaching teaching) {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(),
            Small.projected(),
            texts,
            3,
            plain(0.01),
            teaching,
            Beginning.FRESH)) {
      return java.util.stream.DoubleStream.generate(() -> trainer.step().loss()).limit(8).toArray();
    }
  }

  @Test
  void aim_higherTemperature_isLessSure() {
    float[] sure = new float[3];
    float[] mild = new float[3];
    new Teaching(1, 1).aim(new float[] {2, 0, 1}).copyTo(sure, 0);
    new Teaching(1, 4).aim(new float[] {2, 0, 1}).copyTo(mild, 0);
    assertThat(sure).containsExactly(new float[] {0.66524f, 0.09003f, 0.24473f}, within(1e-4f));
    assertThat(mild).containsExactly(new float[] {0.41922f, 0.25427f, 0.32651f}, within(1e-4f));
    assertThatThrownBy(() -> new Teaching(0, 1)).hasMessageContaining("a share above 0");
  }

  private static Map<String, float[]> trained(List<LabelledText> texts) {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(), Small.projected(), texts, 3, Small.options(4, 1e-3))) {
      run(trainer, 8);
      return trainer.weights();
    }
  }

  @Test
  void step_lossNotFinite_stopsAndLeavesTheWeights() {
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(), Small.projected(), Small.texts(64, 1), 3, plain(0))) {
      Map<String, float[]> poisoned = new LinkedHashMap<>(trainer.weights());
      poisoned.replaceAll(
          (path, values) -> path.equals("head.bias") ? new float[] {0, Float.NaN, 0} : values);
      trainer.state().weights().set(poisoned);
      assertThatThrownBy(trainer::step)
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("the loss became NaN in epoch 1, step 1");
      assertThat(trainer.state().steps()).isZero();
      Map<String, float[]> after = trainer.weights();
      assertThat(after.get("head.weight")).containsExactly(poisoned.get("head.weight"));
    }
  }

  /** What a step takes from native memory it gives back. */
  @Test
  @Tag("slow")
  void step_thousandTimes_nativeMemoryStaysFlat() {
    List<LabelledText> texts = Small.texts(320, 1);
    try (ClassifierTrainer trainer =
        new ClassifierTrainer(
            Small.proformer(), Small.projected(), texts, 3, Small.options(100, 1e-3))) {
      run(trainer, 300);
      touchJavaHeap();
      long[] before = memory();
      run(trainer, 1000);
      long[] after = memory();
      // Resident bytes hold the Java heap too, which grows once and then stays; a leak goes on.
      for (int more = 0; more < 2 && after[2] - before[2] >= 40 * MEGABYTE; more++) {
        before = after;
        run(trainer, 1000);
        after = memory();
      }
      String seen = "before " + Arrays.toString(before) + ", after " + Arrays.toString(after);
      assertThat(after[0] - before[0]).as("native objects: " + seen).isLessThan(100);
      assertThat(after[1] - before[1]).as("native bytes: " + seen).isLessThan(MEGABYTE);
      // A step's activations are about half a megabyte: a leak of a tenth of them would show.
      assertThat(after[2] - before[2]).as("resident bytes: " + seen).isLessThan(40 * MEGABYTE);
    }
  }

  private static void run(ClassifierTrainer trainer, int steps) {
    for (int step = 0; step < steps; step++) {
      trainer.step();
    }
  }

  /** Goes once through the young generation, so that its first use does not pass for a leak. */
  private static void touchJavaHeap() {
    long remaining = 2 * ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    int kept = 0;
    for (; remaining > 0; remaining -= MEGABYTE / 8) {
      byte[] garbage = new byte[(int) (MEGABYTE / 8)];
      Arrays.fill(garbage, (byte) remaining);
      kept += garbage[garbage.length / 2];
    }
    assertThat(kept).isNotEqualTo(Integer.MIN_VALUE);
  }

  /** {objects, bytes} that JavaCPP knows of, and the bytes of the process that are resident. */
  private static long[] memory() {
    System.gc();
    Pointer.deallocateReferences();
    return new long[] {Pointer.totalCount(), Pointer.totalBytes(), Pointer.physicalBytes()};
  }
}
