package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private static final int OTHERS = 200;
  private static final int REJECTED = 10;

  /** Of 200 examples of the kept label the i-th is ahead by i + 1; ten are of the rejected one. */
  private static float[][] logits(int kept) {
    float[][] logits = new float[OTHERS + REJECTED][2];
    for (int i = 0; i < OTHERS; i++) {
      logits[i][kept] = i + 1;
    }
    return logits;
  }

  private static List<LabelledText> texts(int kept) {
    List<LabelledText> texts = new ArrayList<>();
    for (int i = 0; i < OTHERS + REJECTED; i++) {
      texts.add(new LabelledText(List.of("word"), i < OTHERS ? kept : 1 - kept));
    }
    return texts;
  }

  private static double favour(int kept, double floor) {
    return Calibrator.favour(logits(kept), texts(kept), 1 - kept, floor);
  }

  @Test
  void favour_withoutFloor_costsAHundredthOfTheOthers() {
    assertThat(favour(0, 0)).isEqualTo(3);
    assertThat(favour(1, 0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void favour_withAFloor_losesWhatItAndTheHundredthLeaveWhicheverWayATieGoes(int kept) {
    assertThat(lost(kept, favour(kept, 0.5))).isEqualTo(2);
    assertThat(lost(kept, favour(kept, 0.99))).isEqualTo(2);
    assertThat(lost(kept, favour(kept, 0.992))).isEqualTo(1);
    assertThat(lost(kept, favour(kept, 0.995))).isEqualTo(1);
    assertThat(favour(kept, 0.996)).isZero();
    assertThat(favour(kept, 1)).isZero();
  }

  /** Examples of the kept label that are no longer right. */
  private static int lost(int kept, double raise) {
    float[][] logits = logits(kept);
    for (float[] row : logits) {
      row[1 - kept] += (float) raise;
    }
    List<LabelledText> texts = texts(kept).subList(0, OTHERS);
    double accuracy = Calibrator.accuracy(Arrays.copyOf(logits, OTHERS), texts);
    return (int) Math.round(OTHERS * (1 - accuracy));
  }

  @Test
  void favour_othersBelowTheFloorAlready_addsNothing() {
    float[][] logits = logits(0);
    for (int i = 0; i < 4; i++) {
      logits[i][1] = OTHERS;
    }
    assertThat(Calibrator.favour(logits, texts(0), 1, 0.99)).isZero();
    assertThat(Calibrator.favour(logits, texts(0), 1, 0)).isEqualTo(7);
  }

  /** A hundredth of fewer than a hundred is none. */
  @Test
  void favour_fewOthersAndAFloor_addsNothing() {
    float[][] logits = Arrays.copyOfRange(logits(0), OTHERS - 50, OTHERS + REJECTED);
    List<LabelledText> texts = texts(0).subList(OTHERS - 50, OTHERS + REJECTED);
    assertThat(Calibrator.favour(logits, texts, 1, 0.5)).isZero();
    assertThat(Calibrator.favour(logits, texts, 1, 0)).isEqualTo(151);
  }
}
