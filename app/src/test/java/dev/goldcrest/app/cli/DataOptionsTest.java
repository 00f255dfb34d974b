package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.data.Example;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

  /** What lays out data of another kind is refused, never ignored. */
  @ParameterizedTest
  @CsvSource({
    "--target, x.de, parallel text",
    "--columns, '2,1', parallel text",
    "--recording-column, id, streams",
    "--time-column, t, streams",
    "--feature-columns, a, streams",
    "--missing, Q, streams",
    "--intervals, i.csv, streams",
    "--period, 0.1, streams",
    "--max-gap, 2, streams"
  })
  void load_layoutOfOtherData_isRefused(String option, String value, String reader) {
    DataOptions options = CommandLine.populateCommand(new DataOptions(), option, value);
    Terminal terminal = new Terminal(System.out, System.err, Map.of(), false, 80);
    assertThatThrownBy(() -> options.load(terminal, "none.tsv"))
        .isInstanceOf(UserError.class)
        .hasMessage(option + " is for " + reader + ", not for labelled texts");
    boolean pairs = reader.equals("parallel text");
    assertThatThrownBy(() -> options.text(terminal, "none.txt"))
        .hasMessage(option + " is for " + reader + ", not for running text");
    assertThatThrownBy(() -> options.parallel(terminal, "none.txt", null))
        .hasMessageContaining(pairs ? "none.txt" : "not for parallel text");
    assertThatThrownBy(() -> options.loadFrames(terminal, "none.csv"))
        .hasMessageContaining(pairs ? "not for streams" : "none.csv");
  }

  @Test
  void startsWithHeader_labelMetAgain_isNoHeader() {
    List<Example> examples = List.of(new Example("class", "text"), new Example("class", "room"));
    assertThat(DataOptions.startsWithHeader(examples)).isFalse();
    assertThat(DataOptions.startsWithHeader(List.of(new Example("label", "text")))).isFalse();
  }
}
