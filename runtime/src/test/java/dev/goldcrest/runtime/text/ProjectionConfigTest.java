package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.runtime.text.ProjectionConfig.Kind;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ProjectionConfigTest {

  @Test
  void new_badValue_isRefusedWithItsNameAndValue() {
    assertRefused(() -> config(null, 8, 1, 0, 0), "kind");
    assertRefused(() -> config(Kind.LSH, 0, 5, 1, 0), "bits must be between 1 and 8192, is 0");
    assertRefused(() -> config(Kind.LSH, 8193, 5, 1, 0), "is 8193");
    assertRefused(() -> config(Kind.LSH, 8, 0, 1, 0), "ngramMax must be between 1 and 8, is 0");
    assertRefused(() -> config(Kind.LSH, 8, 9, 1, 0), "is 9");
    assertRefused(() -> config(Kind.LSH, 8, 5, 2, 0), "skip must be between 0 and 1, is 2");
    assertRefused(() -> config(Kind.LSH, 8, 5, 1, -1), "context must be between 0 and 4, is -1");
    assertRefused(() -> config(Kind.PRADO, 8, 5, 1, 1), "context must be 0 for PRADO, is 1");
    assertRefused(() -> config(Kind.SGNN, 14, 5, 1, 0), "bits must be at least 15");
  }

  @Test
  void create_eachKind_fillsExactlyItsValues() {
    for (Kind kind : Kind.values()) {
      WordProjection projection = config(kind, 100, 5, 1, 0).create();
      float[] out = new float[102];
      out[0] = 7;
      out[101] = 7;
      projection.project(Collections.singletonList("word"), 0, out, 1);

      assertThat(projection.size()).isEqualTo(100);
      assertThat(projection.contextual()).isFalse();
      assertThat(out[0]).isEqualTo(7);
      assertThat(out[101]).isEqualTo(7);
      for (int i = 1; i <= 100; i++) {
        assertThat(out[i]).isBetween(-1f, 1f);
      }
    }
  }

  private static ProjectionConfig config(Kind kind, int bits, int ngramMax, int skip, int context) {
    return new ProjectionConfig(kind, bits, ngramMax, skip, context, false, 1);
  }

  private static void assertRefused(Runnable construction, String message) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
