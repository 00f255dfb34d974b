package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<String> made = new ArrayList<>();

  /** Steps are words: "far..." needs a folder that is not there, "stop" is asked to stop. */
  private final class Words extends Table<String, MeasuredRow> {
    private final String recipe;

    Words(String recipe) throws IOException {
      super("words", MeasuredRow.class, setup());
      this.recipe = recipe;
    }

    @Override
    List<String> plan(Collection<String> only, List<Long> seeds) {
      return List.copyOf(only);
    }

    @Override
    String key(String step) {
      return step;
    }

    @Override
    String recipe(String step) {
      return recipe;
    }

    @Override
    String lacking(String step) {
      return step.startsWith("far") ? setup.unread("far") : null;
    }

    @Override
    boolean needed(String step, List<String> plan) throws IOException {
      return plan.contains(step + " again") && find(step + " again") == null;
    }

    @Override
    MeasuredRow make(String step) {
      made.add(step);
      return step.equals("stop")
          ? null
          : new MeasuredRow(Map.of("key", step, "recipe", recipe, "letters", step.length()));
    }

    @Override
    String told(MeasuredRow row) {
      return row.fields().get("letters") + " letters";
    }

    @Override
    String page(List<MeasuredRow> finished, String command) {
      return "";
    }
  }

  private Setup setup() {
    PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new Setup(
        new Terminal(print, print, Map.of(), false, 80), folder, folder, null, 1, Map.of());
  }

  private List<String> finished(List<String> plan) throws IOException {
    return new Words("r").finished(plan).stream().map(MeasuredRow::key).toList();
  }

  @Test
  void run_askedToStop_keepsWhatIsFinishedAndGoesOnThere() throws Exception {
    List<String> plan = List.of("one", "stop", "three");
    assertThat(new Words("r").run(plan)).isFalse();
    assertThat(finished(plan)).containsExactly("one");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("one (1 of 3)", "one: 3 letters", "stop (2 of 3)");
    made.clear();
    assertThat(new Words("r").run(List.of("one", "three"))).isTrue();
    assertThat(made).containsExactly("three");
    assertThat(finished(List.of("three", "one"))).containsExactly("three", "one");
  }

  @Test
  void run_anotherRecipe_isMadeAgain() throws Exception {
    assertThat(new Words("r").run(List.of("one"))).isTrue();
    assertThat(new Words("other").run(List.of("one"))).isTrue();
    assertThat(made).containsExactly("one", "one");
    assertThat(new Words("third").finished(List.of("one"))).isEmpty();
    assertThat(new Words("third").newest("one").recipe()).isEqualTo("other");
  }

  @Test
  void run_stepsThatLackAFolder_areSaidOnceAndLeftOut() throws Exception {
    assertThat(new Words("r").run(List.of("far", "farther", "near"))).isTrue();
    assertThat(made).containsExactly("near");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("far is left out: there is no folder " + folder.resolve("far"));
  }

  @Test
  void run_rowWhoseModelAnotherStepNeeds_isMadeOnceMore() throws Exception {
    assertThat(new Words("r").run(List.of("one"))).isTrue();
    assertThat(new Words("r").run(List.of("one", "one again"))).isTrue();
    assertThat(new Words("r").run(List.of("one", "one again"))).isTrue();
    assertThat(made).containsExactly("one", "one", "one again");
  }
}
