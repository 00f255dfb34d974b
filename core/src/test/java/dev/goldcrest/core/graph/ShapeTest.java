package dev.goldcrest.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  private final Shape shape = Shape.of(Dim.batch(2), Dim.time(3), Dim.of(4));

  @Test
  void toString_namedAxes_showsNamesAndLengths() {
    assertThat(shape).hasToString("(B=2,T=3,4)");
    assertThat(Shape.of(Dim.words(7))).hasToString("(W=7)");
    assertThat(Shape.of(new int[0])).hasToString("()");
  }

  @Test
  void at_negativeAxis_countsFromTheLast() {
    assertThat(shape.at(-1)).isEqualTo(4);
    assertThat(shape.at(-3)).isEqualTo(2);
    assertThat(shape.resolve(-2)).isEqualTo(1);
  }

  @Test
  void at_missingAxis_namesAxisAndShape() {
    assertThatThrownBy(() -> shape.at(3)).hasMessage("axis 3 does not exist in (B=2,T=3,4)");
    assertThatThrownBy(() -> shape.at(-4)).hasMessage("axis -4 does not exist in (B=2,T=3,4)");
  }

  @Test
  void size_ofParts_isTheProduct() {
    assertThat(shape.size()).isEqualTo(24);
    assertThat(shape.size(1, 3)).isEqualTo(12);
    assertThat(shape.size(1, 1)).isEqualTo(1);
    assertThat(shape.rows()).isEqualTo(6);
    assertThat(Shape.of(new int[0]).rows()).isEqualTo(1);
    assertThat(Shape.of(new int[0]).size()).isEqualTo(1);
  }

  @Test
  void of_moreElementsThanAnArrayHolds_isRefused() {
    assertThat(Shape.of(1 << 15, 1 << 15, 1).size()).isEqualTo(1 << 30);
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 15))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape (65536,32768) has more than 2^31-1 elements");
    // Lengths whose product wraps around to a small number.
    assertThatThrownBy(() -> Shape.of(1 << 16, 1 << 16, 1 << 16, 1 << 16))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void of_emptyAxis_isRefusedByName() {
    assertThatThrownBy(() -> Dim.time(0)).hasMessage("axis T: length must be at least 1, got 0");
    assertThatThrownBy(() -> Dim.batch(-1)).hasMessage("axis B: length must be at least 1, got -1");
  }

  @Test
  void with_and_without_changeOneAxis() {
    assertThat(shape.with(-1, Dim.of(9))).hasToString("(B=2,T=3,9)");
    assertThat(shape.without(1)).hasToString("(B=2,4)");
    assertThat(shape).hasToString("(B=2,T=3,4)");
  }

  @Test
  void sameSizes_otherNames_isTrue() {
    assertThat(shape.sameSizes(Shape.of(2, 3, 4))).isTrue();
    assertThat(shape.sameSizes(Shape.of(2, 3))).isFalse();
    assertThat(shape.sameSizes(Shape.of(2, 3, 5))).isFalse();
    assertThat(shape).isNotEqualTo(Shape.of(2, 3, 4));
  }
}
