package dev.goldcrest.core.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.ProFormer;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Published counts come out to the digit (ProFormer's paper, section on efficiency, re-derived by hand). */
class CostTest {
  private static long paperMacs(Architecture model, int length) {
    Graph graph = model.trace(Architecture.WHOLE, Sizes.single(length));
    return Cost.of(graph, model::paperCounts).macs();
  }

  private static Architecture proformer(int ffn) {
    return ProFormer.from(new Settings(Map.of("ffn", Integer.toString(ffn))));
  }

  @Test
  void paperMacs_twoLayerBert_isThePublishedCount() {
    Architecture bert = Bert.from(new Settings(Map.of()));
    assertThat(paperMacs(bert, 128)).isEqualTo(1_862_270_976L);
    assertThat(paperMacs(bert, 512)).isEqualTo(8_053_063_680L);
  }

  @Test
  void paperMacs_proformerOfFour_isThePublishedCount() {
    assertThat(paperMacs(proformer(768), 128)).isEqualTo(429_785_088L);
    assertThat(paperMacs(proformer(3072), 128)).isEqualTo(656_277_504L);
  }
}
