package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.runtime.text.ProjectionConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  private static final List<List<String>> WORDS =
      List.of(List.of("wake", "me", "at", "seven"), List.of("wake", "up"));

  private static Choices choices(String architecture, String preset, String... settings) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return new Choices(architecture, preset, map, null, null, null, 1, 2);
  }

  private static Recipe recipe(DataShape data, String... settings) {
    return Recipe.of(choices("proformer", null, settings), data, WORDS);
  }

  private static DataShape data(int examples, int medianWords, int p99Words) {
    return new DataShape(examples, 7, medianWords, p99Words);
  }

  @ParameterizedTest
  @CsvSource({"100, 16", "5000, 16", "8000, 8", "13000, 14", "65000, 10", "192000, 5"})
  void epochs_numberOfExamples_fewerTheMoreThereAre(int examples, int epochs) {
    assertThat(recipe(data(examples, 9, 20)).training().epochs()).isEqualTo(epochs);
  }

  /** Seven labels each. */
  @ParameterizedTest
  @CsvSource({"6999, 0", "7000, 0.5", "20000, 0.5", "20001, 0"})
  void linearTeacher_manyExamplesOfEachLabelButFewInAll_hasHalfTheAim(int examples, double share) {
    assertThat(recipe(data(examples, 9, 20)).linearTeacher()).isEqualTo(share);
  }

  /** Names of rows that were made before there was a choice have to last. */
  @Test
  void described_precision_isNamedIfItIsNotTheUsualOne() {
    assertThat(TrainingRecipe.described(recipe(data(1000, 9, 20)).training()))
        .doesNotContain("precision");
    Recipe rounded = recipe(data(1000, 9, 20), "precision", "bfloat16");
    assertThat(TrainingRecipe.described(rounded.training())).endsWith(", precision=BFLOAT16]");
  }

  @ParameterizedTest
  @CsvSource({"3, 16", "20, 24", "50, 56", "500, 128"})
  void maxLength_shortTexts_isWhatAllButOneInAHundredHave(int p99, int maxLength) {
    ProFormer model = (ProFormer) recipe(data(1000, 3, p99)).architecture();
    assertThat(model.maxLength()).isEqualTo(maxLength);
    assertThat(model.groupFactor()).isEqualTo(1);
  }

  @Test
  void groupFactor_longTexts_isFourAndTheLimitRises() {
    ProFormer model = (ProFormer) recipe(data(25_000, 170, 900)).architecture();
    assertThat(model.groupFactor()).isEqualTo(4);
    assertThat(model.maxLength()).isEqualTo(904);
  }

  @Test
  void settings_ofTheUser_goBeforeDataAndPreset() {
    Recipe recipe =
        recipe(
            data(25_000, 170, 900),
            "groupFactor",
            "1",
            "maxLength",
            "40",
            "dim",
            "64",
            "misspell",
            "0.5",
            "decay",
            "linear");
    ProFormer model = (ProFormer) recipe.architecture();
    assertThat(model.groupFactor()).isEqualTo(1);
    assertThat(model.maxLength()).isEqualTo(40);
    assertThat(model.dim()).isEqualTo(64);
    assertThat(model.classes()).isEqualTo(7);
    assertThat(recipe.training().misspell()).isEqualTo(0.5);
    assertThat(recipe.training().decay().name()).isEqualTo("LINEAR");
  }

  @Test
  void frontEnd_settings_reachTheProjection() {
    ProjectionConfig projection =
        recipe(
                data(100, 9, 20),
                "projection",
                "lsh",
                "features",
                "96",
                "ngram",
                "3",
                "skip",
                "0",
                "context",
                "1",
                "signed",
                "false",
                "hashSeed",
                "9")
            .text()
            .projection();
    assertThat(projection)
        .isEqualTo(new ProjectionConfig(ProjectionConfig.Kind.LSH, 96, 3, 0, 1, false, 9));
  }

  @ParameterizedTest
  @CsvSource({"prado, PRADO", "sgnn, SGNN"})
  void frontEnd_otherProjections_areBehindTheSameDoor(String name, ProjectionConfig.Kind kind) {
    Recipe recipe = recipe(data(100, 9, 20), "projection", name);
    assertThat(recipe.text().projection().kind()).isEqualTo(kind);
    assertThat(recipe.text().inputs()).isEqualTo(((ProFormer) recipe.architecture()).features());
  }

  @Test
  void embedding_table_isTheTwinWithTheTrainingWords() {
    Recipe recipe = recipe(data(100, 9, 20), "embedding", "table");
    assertThat(recipe.text().vocabulary()).containsExactly("wake", "at", "me", "seven", "up");
    assertThat(((ProFormer) recipe.architecture()).vocabulary()).isEqualTo(8);
    assertThat(recipe.text().classToken()).isFalse();
    Recipe rarer = recipe(data(100, 9, 20), "embedding", "table", "minCount", "2");
    assertThat(rarer.text().vocabulary()).containsExactly("wake");
  }

  @Test
  void architecture_bert_readsAVocabularyAfterItsClassToken() {
    Choices choices = choices("bert", null, "dim", "24", "vocabulary", "6");
    Recipe recipe = Recipe.of(choices, data(100, 9, 16), WORDS);
    assertThat(recipe.text().classToken()).isTrue();
    assertThat(recipe.text().vocabulary()).hasSize(3);
    Bert model = (Bert) recipe.architecture();
    assertThat(model.vocabulary()).isEqualTo(6);
    assertThat(model.maxLength()).isEqualTo(24);
  }

  @Test
  void learningRate_wideModel_fallsWithTheWidth() {
    assertThat(recipe(data(100, 9, 20)).training().learningRate()).isEqualTo(1e-3);
    Recipe wide = Recipe.of(choices("proformer", "paper"), data(100, 9, 20), WORDS);
    assertThat(wide.training().learningRate()).isEqualTo(1e-3 / 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dmi | 64 | unknown setting dmi; did you mean dim?",
        "missspell | 0.1 | unknown setting missspell; did you mean misspell?",
        "projektion | lsh | unknown setting projektion; did you mean projection?",
        "classes | 3 | setting classes follows from the data",
        "vocabulary | 100 | needs embedding=table",
        "dim | 130 | 130 channels do not split into 4 heads",
        "dim | wide | setting dim must be a whole number",
        "signed | yes | setting signed must be true or false",
        "ngram | 9 | setting ngram must be a whole number from 1 to 8",
      })
  void settings_wrong_getASentenceBeforeAnyDataAreRead(String name, String value, String part) {
    assertThatThrownBy(() -> Recipe.judge(choices("proformer", null, name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
  }
}
