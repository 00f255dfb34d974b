package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LstrTest {
  private static final Sizes ONE = Sizes.single(1);

  private static Lstr lstr(String preset, String changes) {
    Map<String, String> settings = new LinkedHashMap<>(Architectures.preset("lstr", preset));
    for (String pair : changes.split(" ")) {
      if (!pair.isEmpty()) {
        settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
      }
    }
    return Lstr.from(new Settings(settings));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "layers2=0", "queries=0", "queries=0 layers=2 layers2=0", "layers=2"})
  void entries_together_declareTheParametersOfTheWhole(String changes) {
    Lstr model = lstr("tiny", changes);
    TreeSet<String> parts = new TreeSet<>();
    for (String entry :
        new String[] {Lstr.FIXED, Lstr.FRAME, Lstr.SAMPLE, Lstr.MEMORY, Lstr.STEP}) {
      if (!entry.equals(Lstr.FIXED) || model.split()) {
        parts.addAll(model.trace(entry, ONE).parameters().keySet());
      }
    }
    assertThat(parts)
        .containsExactlyElementsOf(
            new TreeSet<>(model.trace(Architecture.WHOLE, ONE).parameters().keySet()));
  }

  @Test
  void noLongMemory_hasNeitherStagesNorTheirEntries() {
    Lstr model = lstr("tiny", "longSamples=0");
    Graph whole = model.trace(Architecture.WHOLE, ONE);
    assertThat(whole.inputs()).containsOnlyKeys("short");
    assertThat(whole.parameters().keySet()).noneMatch(path -> path.startsWith("stage"));
    assertThat(model.remembers()).isFalse();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> model.trace(Lstr.MEMORY, ONE))
        .hasMessage("lstr has no entry memory");
  }
}
