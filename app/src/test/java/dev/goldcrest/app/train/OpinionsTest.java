package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpinionsTest {
  private static final List<String> TEXTS =
      IntStream.range(0, 300).mapToObj(i -> "text " + i).toList();

  private static final BooleanSupplier NEVER = () -> false;

  @TempDir private Path folder;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private boolean replace;

  /** Says the length of a text and a third of its last digit. */
  private final class Counting implements Opinions.Oracle {
    private final long fingerprint;

    Counting(long fingerprint) {
      this.fingerprint = fingerprint;
    }

    @Override
    public int dimension() {
      return 2;
    }

    @Override
    public long fingerprint() {
      return fingerprint;
    }

    @Override
    public float[] think(String text) {
      asked.add(text);
      return new float[] {text.length(), (text.charAt(text.length() - 1) - '0') / 3f};
    }
  }

  private Path file() {
    return folder.resolve("model.opinions");
  }

  private Opinions ask(long fingerprint, List<String> texts, BooleanSupplier enough)
      throws IOException {
    asked.clear();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false, 80);
    return Opinions.of(terminal, new Counting(fingerprint), texts, file(), replace, 3, enough);
  }

  @Test
  void of_severalThreads_answersEachTextInItsPlace() throws IOException {
    Opinions opinions = ask(1, TEXTS, NEVER);
    assertThat(opinions.missing()).isZero();
    assertThat(opinions.row(7)[0]).isEqualTo(6);
    assertThat(opinions.row(299)[0]).isEqualTo(8);
    assertThat((double) opinions.row(298)[1])
        .isEqualTo(8 / 3.0, org.assertj.core.api.Assertions.within(2e-3));
    assertThat(opinions.of(new int[] {299, 3}).dimension()).isEqualTo(2);
    float[] two = new float[3];
    opinions.of(new int[] {299, 3}).copyTo(1, two, 1);
    assertThat(two).containsExactly(0, 6, 1);
  }

  @Test
  void of_knownTexts_asksOnlyAboutTheOthers() throws IOException {
    Opinions first = ask(1, TEXTS.subList(0, 200), NEVER);
    assertThat(asked).hasSize(200);
    Opinions second = ask(1, TEXTS.subList(100, 300), NEVER);
    assertThat(asked).hasSize(100).doesNotContain("text 150");
    assertThat(second.row(50)).isEqualTo(first.row(150));
    assertThat(second.asked()).isEqualTo(100);
  }

  @Test
  void of_fileCutShort_keepsTheWholeRows() throws IOException {
    ask(1, TEXTS, NEVER);
    byte[] whole = Files.readAllBytes(file());
    assertThat(whole).hasSize(20 + 300 * (16 + 4));
    Files.write(file(), Arrays.copyOf(whole, whole.length - 7));
    Opinions again = ask(1, TEXTS, NEVER);
    assertThat(asked).hasSize(1);
    assertThat(again.missing()).isZero();
    assertThat(Files.size(file())).isEqualTo(whole.length);
  }

  @Test
  void of_otherTeacher_replacesAnswersOnlyWhereToldTo() throws IOException {
    ask(1, TEXTS, NEVER);
    byte[] whole = Files.readAllBytes(file());
    assertThatThrownBy(() -> ask(2, TEXTS.subList(0, 10), NEVER))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has the answers of another teacher; --force throws them away");
    assertThat(file()).hasBinaryContent(whole);
    replace = true;
    ask(2, TEXTS.subList(0, 10), NEVER);
    assertThat(asked).hasSize(10);
    assertThat(Files.size(file())).isEqualTo(20 + 10 * 20);
  }

  @Test
  void of_noTime_leavesTextsUnasked() throws IOException {
    Opinions opinions = ask(1, TEXTS, () -> true);
    assertThat(opinions.missing()).isEqualTo(300);
    assertThat(opinions.has(0)).isFalse();
    assertThat(opinions.asked()).isZero();
  }

  @Test
  void of_enoughAfterSome_answersTheFirstAndKeepsThem() throws IOException {
    Opinions opinions = ask(1, TEXTS, () -> asked.size() >= 150);
    assertThat(opinions.asked()).isEqualTo(asked.size()).isBetween(150, 153);
    assertThat(opinions.missing()).isEqualTo(300 - asked.size());
    assertThat(IntStream.range(0, 64).allMatch(opinions::has)).isTrue();
    assertThat(opinions.has(299)).isFalse();
    Opinions again = ask(1, TEXTS, () -> true);
    assertThat(again.missing()).isEqualTo(opinions.missing());
    assertThat(again.row(7)).isEqualTo(opinions.row(7));
  }

  @Test
  void of_equalTexts_areAskedAboutOnce() throws IOException {
    Opinions opinions = ask(1, List.of("a 1", "b 2", "a 1", "a 1"), NEVER);
    assertThat(opinions.asked()).isEqualTo(2);
    assertThat(opinions.row(3)).isEqualTo(opinions.row(0));
  }

  @Test
  void of_filesThatCannotBe_areNotReplaced() throws IOException {
    Files.writeString(file(), "a precious file of somebody else");
    assertThatThrownBy(() -> ask(1, TEXTS, NEVER))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is no file of a teacher's opinions");
    assertThat(file()).hasContent("a precious file of somebody else");
    Files.delete(file());
    ask(1, TEXTS, NEVER);
    byte[] whole = Files.readAllBytes(file());
    Arrays.fill(whole, 20 + 16, 20 + 18, (byte) 0x7F); // a NaN
    Files.write(file(), whole);
    assertThatThrownBy(() -> ask(1, TEXTS, NEVER)).hasMessageContaining("is damaged (row 1)");
  }
}
