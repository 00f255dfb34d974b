package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.data.Example;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "label, text, true",
    "Intent, Utterance, true",
    "text, label, true",
    "music, play some text, false",
    "label, what is on this label, false",
    "music, text, false"
  })
  void startsWithHeader_firstLine_isKnownByItsNames(String label, String text, boolean header) {
    List<Example> examples =
        List.of(new Example(label, text), new Example("light", "lamp on"), new Example("b", "c"));
    assertThat(DataOptions.startsWithHeader(examples)).isEqualTo(header);
  }

  @Test
  void startsWithHeader_labelMetAgain_isNoHeader() {
    List<Example> examples = List.of(new Example("class", "text"), new Example("class", "room"));
    assertThat(DataOptions.startsWithHeader(examples)).isFalse();
    assertThat(DataOptions.startsWithHeader(List.of(new Example("label", "text")))).isFalse();
  }
}
