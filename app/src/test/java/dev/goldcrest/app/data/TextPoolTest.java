package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextPoolTest {
  @TempDir private Path folder;

  private String write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      out.write(bytes);
    }
    return file.toString();
  }

  @Test
  void read_severalFiles_takesEachTextOnce() throws Exception {
    String lines =
        write("lines.txt.gz", "Wake me up\n\n  wake  me up \nthe <unk> thing\nlamp on\n");
    String rows = write("rows.tsv", "light\tLamp on\tx\nmusic\tplay it\ty\nmusic\tstop it\tz\n");
    String barred = write("test.tsv", "music\tSTOP it\n");
    TextPool pool = TextPool.read(List.of(lines, rows + "#2"), List.of(barred + "#2"));
    assertThat(pool.texts()).containsExactly("Wake me up", "lamp on", "play it");
    assertThat(pool.repeated()).isEqualTo(2);
    assertThat(pool.excluded()).isEqualTo(1);
  }

  @Test
  void read_longText_isCutIntoSentences() throws Exception {
    String first = "It is a well @-@ made film" + " with a very long sentence".repeat(6) + ".";
    String text = first + " I liked it!<br /><br />Would you watch it again?";
    TextPool pool = TextPool.read(List.of(write("long.txt", text + "\n")), List.of());
    assertThat(pool.texts())
        .containsExactly(first.replace(" @-@ ", "-"), "I liked it!", "Would you watch it again?");
  }

  @Test
  void read_wordNet_hasNoHeldOutDefinition() throws Exception {
    TextPool pool = TextPool.read(List.of("wordnet"), List.of());
    assertThat(pool.texts().size()).isBetween(145_000, 153_000);
    Set<String> texts = new HashSet<>(pool.texts());
    assertThat(texts).contains("the mechanism jammed", "exchange messages");
    for (String part : List.of("dev", "test")) {
      assertThat(Glosses.load(part).examples()).noneMatch(one -> texts.contains(one.text()));
    }
  }

  @Test
  void read_mistakes_areOneSentence() throws Exception {
    String rows = write("rows.tsv", "a\tb\nc\td\n");
    assertThatThrownBy(() -> TextPool.read(List.of(rows), List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rows.tsv")
        .hasMessageContaining("the line has a tab")
        .hasMessageContaining("rows.tsv#2 reads the second column");
    assertThatThrownBy(() -> TextPool.read(List.of(rows + "#3"), List.of()))
        .hasMessageContaining("the line has 2 columns, column 3 is asked for");
    assertThatThrownBy(() -> TextPool.read(List.of("none.txt"), List.of()))
        .hasMessageContaining("there is no file");
    assertThatThrownBy(() -> TextPool.read(List.of(write("blank.txt", "\n\n")), List.of()))
        .hasMessageContaining("holds no text");
  }
}
