package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final int OTHERS = 200;
  private static final int REJECTED = 10;

  /** Of 200 examples of label 0 the i-th is ahead of label 1 by i + 1; ten are of label 1. */
  private static float[][] logits() {
    float[][] logits = new float[OTHERS + REJECTED][2];
    for (int i = 0; i < OTHERS; i++) {
      logits[i][0] = i + 1;
    }
    return logits;
  }

  private static List<LabelledText> texts() {
    List<LabelledText> texts = new ArrayList<>();
    for (int i = 0; i < OTHERS + REJECTED; i++) {
      texts.add(new LabelledText(List.of("word"), i < OTHERS ? 0 : 1));
    }
    return texts;
  }

  private static double favour(double floor) {
    return Calibrator.favour(logits(), texts(), 1, floor);
  }

  @Test
  void favour_withoutFloor_costsAHundredthOfTheOthers() {
    assertThat(favour(0)).isEqualTo(3);
  }

  @Test
  void favour_floorAboveThat_costsNoMoreThanTheFloor() {
    assertThat(favour(0.98)).isEqualTo(3);
    assertThat(favour(0.995)).isEqualTo(2);
    assertThat(favour(1)).isZero();
  }

  @Test
  void favour_othersBelowTheFloorAlready_addsNothing() {
    float[][] logits = logits();
    for (int i = 0; i < 4; i++) {
      logits[i][1] = OTHERS;
    }
    assertThat(Calibrator.favour(logits, texts(), 1, 0.99)).isZero();
    assertThat(Calibrator.favour(logits, texts(), 1, 0)).isEqualTo(7);
  }
}
