package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GlossesTest {
  @Test
  void load_eachPart_hasThePublishedSize() throws Exception {
    assertThat(load("train").size()).isEqualTo(65760);
    assertThat(load("dev").size()).isEqualTo(8165);
    assertThat(load("test").size()).isEqualTo(8216);
  }

  @Test
  void load_test_has25KindsAndTheKnownMajority() throws Exception {
    Dataset test = load("test");
    Map<String, Integer> counts = new HashMap<>();
    test.examples().forEach(example -> counts.merge(example.label(), 1, Integer::sum));
    assertThat(counts).hasSize(25).doesNotContainKey("noun.Tops");
    assertThat(Collections.max(counts.values()) / (double) test.size()).isBetween(0.14645, 0.14655);
    assertThat(LabelSet.of(load("train")).unseen(test)).isEmpty();
  }

  @Test
  void load_parts_shareNoText() throws Exception {
    Set<String> train = texts("train");
    Set<String> test = texts("test");
    Set<String> shared = new HashSet<>(texts("dev"));
    shared.retainAll(train);
    assertThat(shared).isEmpty();
    test.retainAll(train);
    assertThat(test).isEmpty();
  }

  @Test
  void load_text_holdsNoExampleSentence() throws Exception {
    assertThat(load("dev").examples())
        .allSatisfy(example -> assertThat(example.text()).doesNotContain("\"").isNotBlank());
  }

  private static Set<String> texts(String part) throws DataException {
    return load(part).examples().stream().map(Example::text).collect(Collectors.toSet());
  }

  private static Dataset load(String part) throws DataException {
    return Datasets.load("glosses:" + part, ReadOptions.defaults());
  }
}
