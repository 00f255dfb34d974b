package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PronunciationsTest {
  @Test
  void read_dictionary_groupsTheWaysToSayAWord() throws DataException {
    String text = ";;; a comment\naba EY B IY EY\nababa AH B AA B AH\nababa(2) AA B AH B AH\n";
    List<Pronunciations.Entry> entries =
        Pronunciations.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(entries)
        .containsExactly(
            new Pronunciations.Entry("aba", List.of("EY B IY EY")),
            new Pronunciations.Entry("ababa", List.of("AH B AA B AH", "AA B AH B AH")));
  }
}
