package dev.goldcrest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void favour_costsAHundredthOfTheOthers(int kept) {
    assertThat(Calibrator.favour(logits(kept), texts(kept), 1 - kept)).isEqualTo(3);
  }

  @Test
  void favour_othersThatAreWrongAnyhow_costNothing() {
    float[][] logits = logits(0);
    for (int i = 0; i < 4; i++) {
      logits[i][1] = OTHERS;
    }
    assertThat(Calibrator.favour(logits, texts(0), 1)).isEqualTo(7);
  }

  /** However much it is favoured already, and whichever way a tie would go. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void favourInAll_favouredAlready_costsAHundredthInAll(int kept) {
    for (float already : new float[] {-50, 0, 2, 50}) {
      float[][] logits = logits(kept);
      for (float[] row : logits) {
        row[1 - kept] += already;
      }
      double raise = Calibrator.favourInAll(logits, texts(kept), 1 - kept);
      assertThat(raise).isEqualTo(2.5 - already);
      int lost = 0;
      for (int i = 0; i < OTHERS; i++) {
        logits[i][1 - kept] += (float) raise;
        lost += Calibrator.argMax(logits[i]) == kept ? 0 : 1;
      }
      assertThat(lost).isEqualTo(OTHERS / 100);
    }
  }
}
