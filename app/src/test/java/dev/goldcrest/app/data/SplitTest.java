package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitTest {
  @Test
  void holdOut_rows_endingIn9GoToDev() throws Exception {
    Split split = Split.holdOut(numbered(25));
    assertThat(split.dev().examples())
        .extracting(Example::text)
        .containsExactly("text 9", "text 19");
    assertThat(split.train().size()).isEqualTo(23);
    assertThat(split.train().examples()).extracting(Example::text).doesNotContain("text 9");
  }

  @Test
  void holdOut_tooFewRows_asksForASecondFile() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Split.holdOut(numbered(9)))
        .withMessageContaining("9 examples")
        .withMessageContaining("--dev");
  }

  @Test
  void labelSet_anyRowOrder_numbersLabelsSorted() {
    Dataset train =
        new Dataset(
            "t", List.of(new Example("b", "x"), new Example("a", "y"), new Example("b", "z")));
    LabelSet labels = LabelSet.of(train);
    assertThat(labels.labels()).containsExactly("a", "b");
    assertThat(labels.indexOf("b")).isEqualTo(1);
    assertThat(labels.indexOf("c")).isEqualTo(-1);
    Dataset dev =
        new Dataset(
            "d", List.of(new Example("c", "x"), new Example("a", "y"), new Example("c", "z")));
    assertThat(labels.unseen(dev)).isEqualTo(Map.of("c", 2));
  }

  private static Dataset numbered(int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new Example("label " + i % 2, "text " + i));
    }
    return new Dataset("d.tsv", examples);
  }
}
