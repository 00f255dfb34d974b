package dev.goldcrest.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.Lstr;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LstrCostTest {
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

  private static long paperMacs(Lstr model, String entry) {
    return Cost.of(model.trace(entry, ONE), model::paperCounts).macs();
  }

  /** papers/related.md 5.10: 58.88 M weights, 4.23 GMAC in batch mode and 1.45 in stream mode. */
  @Test
  void cost_publishedSize_isThePapers() {
    Lstr model = lstr("paper", "");
    Graph whole = model.trace(Architecture.WHOLE, ONE);
    assertThat(whole.parameterCount() / 1e6).isBetween(58.875, 58.885);
    assertThat(paperMacs(model, Architecture.WHOLE) / 1e9).isBetween(4.225, 4.235);
    assertThat(paperMacs(model, Lstr.PUBLISHED_STEP) / 1e9).isBetween(1.445, 1.455);
  }

  /** Frames between two long samples leave the memory as it is. */
  @Test
  void cost_stepsOfOurs_areCheaperThanThePapers() {
    Lstr model = lstr("paper", "");
    assertThat(model.perFrame()).containsEntry(Lstr.MEMORY, 0.25).containsEntry(Lstr.STEP, 1.0);
    assertThat(lstr("paper", "longSamples=0").perFrame()).containsOnlyKeys(Lstr.FRAME, Lstr.STEP);
    long every = paperMacs(model, Lstr.FRAME) + paperMacs(model, Lstr.STEP);
    long sample = paperMacs(model, Lstr.SAMPLE) + paperMacs(model, Lstr.MEMORY);
    assertThat(every + sample).isLessThan(paperMacs(model, Lstr.PUBLISHED_STEP));
    assertThat(every / 1e9).isLessThan(0.5);
  }
}
