package dev.goldcrest.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.goldcrest.app.energy.World;
import dev.goldcrest.app.reproduce.GreenModels.Size;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Linformer;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parts of {@code reproduce greenformers}. */
class GreenTest {
  private static final Size SMALL = new Size(32, 2, 2, 64);

  private static Cost cost(Architecture model, int length) {
    return Cost.of(model.trace(Architecture.WHOLE, Sizes.single(length)));
  }

  /** What the authors' code makes of BERT-base: papers/main.md 2.3. */
  @ParameterizedTest
  @EnumSource(GreenTable.Variant.class)
  void lowRank_ofBertBase_hasThePublishedParameters(GreenTable.Variant variant) {
    Architecture dense = GreenModels.bertBase();
    assertThat(cost(dense, 4).parameters()).isEqualTo(109_482_240L);
    assertThat(cost(variant.of(dense), 4).parameters()).isEqualTo(variant.published);
  }

  @Test
  void contenders_ofOneSize_haveWhatTheirNamesSay() {
    Size size = new Size(256, 8, 4, 2048);
    Map<String, Architecture> contenders = GreenModels.contenders(size);
    Architecture dense = contenders.get("vanilla");
    Architecture low = contenders.get("low rank 0.5");
    // Half of every linear in the layers but for rounding: 12 d² n of them.
    long linears = 4L * 12 * 256 * 256 * 512;
    assertThat(cost(dense, 512).macs() - cost(low, 512).macs())
        .isCloseTo(linears / 2, withinPercentage(0.5));
    Linformer linformer = (Linformer) contenders.get("Linformer k=256");
    assertThat(linformer.attention().k()).isEqualTo(256);
    // A text of no more tokens than rows is projected without becoming shorter.
    assertThat(cost(linformer, 128).macs()).isGreaterThan(cost(dense, 128).macs());
    assertThat(cost(linformer, 2048).macs()).isLessThan(cost(low, 2048).macs());
    assertThat(contenders.get("both, k=128").forms().ranks().keySet())
        .isEqualTo(low.forms().ranks().keySet());
  }

  @Test
  void contest_ofSmallModels_measuresEach() {
    Map<String, Contest.Result> results =
        Contest.of(GreenModels.contenders(SMALL), 48, 0.2, World.DEFAULT);
    assertThat(results).hasSize(5);
    results.forEach(
        (name, result) -> {
          assertThat(result.millis()).as(name).isBetween(1e-3, 1e3);
          assertThat(result.rounds()).as(name).isGreaterThanOrEqualTo(5);
          assertThat(result.wattHours()).as(name).isNotNegative();
          assertThat(result.sessionBytes()).as(name).isLessThan(10_000_000);
        });
  }

  @Test
  void median_ofOddAndEvenCounts_isTheMiddle() {
    assertThat(Contest.median(List.of(5L, 1L, 9L))).isEqualTo(5);
    assertThat(Contest.median(List.of(5L, 1L, 9L, 7L))).isEqualTo(6, within(1e-12));
  }

  private static Map<String, Object> contender(String name, double millis, double megabytes) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", name);
    one.put("parameters", 100L);
    one.put("macs", (long) (millis * 1e6));
    one.put("millis", millis);
    one.put("wattHours", millis * 1e-6);
    one.put("energyMeasured", false);
    one.put("weightBytes", 1_000_000L);
    one.put("sessionBytes", (long) (megabytes * 1e6) - 1_000_000);
    return one;
  }

  private static Map<String, Object> row(String kind, String variant, String size, int length) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("key", kind + variant + size + length);
    row.put("kind", kind);
    row.put("variant", variant);
    row.put("size", size);
    row.put("length", length);
    row.put("machine", "a machine");
    return row;
  }

  private static List<Map<String, Object>> rows() throws Exception {
    List<Map<String, Object>> rows = new ArrayList<>();
    Map<String, Object> bert = row(GreenTable.BERT, "RANK_256", null, 128);
    bert.put("contenders", List.of(contender("dense", 100, 9), contender("rank 256", 60, 5)));
    rows.add(bert);
    Map<String, Object> training = row(GreenTable.TRAINING, "RANK_256", null, 128);
    Map<String, Object> dense = contender("dense", 2000, 9);
    dense.put("batch", 2);
    training.put("contenders", List.of(dense, contender("rank 256", 1500, 5)));
    rows.add(training);
    for (int length : new int[] {128, 512}) {
      Map<String, Object> lengths = row(GreenTable.LENGTHS, null, "d256", length);
      double x = length / 128.0;
      lengths.put(
          "contenders",
          List.of(
              contender("vanilla", 10 * x * x, 10),
              contender("low rank 0.5", 4 * x * x, 5),
              contender("Linformer k=128", 8 * x, 6)));
      rows.add(lengths);
    }
    // As they come back from the file.
    ObjectMapper mapper = new ObjectMapper();
    return mapper.readValue(
        mapper.writeValueAsString(rows), new TypeReference<List<Map<String, Object>>>() {});
  }

  @Test
  void page_ofRows_saysWhatIsSavedAndWhereTheyCross() throws Exception {
    String page = GreenPage.render(rows(), "./goldcrest reproduce greenformers", "g.svg");
    assertThat(page)
        .contains("Made by `./goldcrest reproduce greenformers` on a machine.")
        .contains("| rank 256 | 100 | 66,818,304 | 0.06 G | 40.0 % | 60 ms | 40.0 % | 60.0 mWh |")
        .contains("| rank 256 | 2,000 ms | 1,500 ms | 25.0 % |")
        .contains("more than 30 %")
        .contains("| 128 | 10.0 ms | **4.0 ms** | 8.0 ms |")
        .contains("| 512 | 160 ms | 64.0 ms | **32.0 ms** |")
        .contains("in time they cross near 256 tokens")
        .contains("in memory low rank is ahead up to 512 tokens")
        .contains("![Time and memory by length](g.svg)")
        .doesNotContain("## By length: 2 layers");
    assertThat(GreenPage.render(List.of(), "c", null)).contains("No row is finished yet.");
    assertThat(GreenPage.picture(List.of())).isNull();
  }

  @Test
  void picture_ofRows_isAPictureWithALineForEach() throws Exception {
    String svg = GreenPage.picture(rows());
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2 * 3);
    assertThat(svg).contains("Time, 4 layers, d = 256").contains("Linformer k=128");
  }
}
