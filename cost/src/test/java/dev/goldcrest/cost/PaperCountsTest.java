package dev.goldcrest.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Architectures;
import dev.goldcrest.core.models.EvolvedTransformer;
import dev.goldcrest.core.models.MaskAttention;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.core.models.Task;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables of Lite Transformer's paper by its authors' rule: one pass over 30 source and 30
 * target tokens, or over so many of a text; integers are those that the authors' profiler gives for
 * their code, millions with a point those that the paper's tables round.
 */
class PaperCountsTest {
  private static Cost paper(String name, String preset, int dim, int tokens) {
    Map<String, String> settings = new HashMap<>(Architectures.preset(name, preset));
    settings.put("dim", Integer.toString(dim));
    if (name.equals("transformer") && preset.equals("iwslt")) {
      settings.put("ffn", Integer.toString(2 * dim));
    }
    Architecture model = Architectures.of(name, new Settings(settings));
    int source = model.task() == Task.TRANSLATE ? tokens : 0;
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, tokens, 1, source));
    return Cost.of(graph, model::paperCounts);
  }

  @ParameterizedTest
  @CsvSource({
    "lite-transformer, iwslt, 160, 30, 54144000, 2774704",
    "lite-transformer, iwslt, 240, 30, 119232000, 5428784",
    "lite-transformer, iwslt, 320, 30, 209664000, 8927664",
    "lite-transformer, wmt, 200, 30, 89952000, 2884400",
    "lite-transformer, wmt, 408, 30, 359170560, 11739792",
    "lite-transformer, wmt, 496, 30, 526990080, 17283616",
    "transformer, wmt, 128, 30, 86722560, 2777088",
    "transformer, base, 512, 30, 1337794560, 44138496",
    "lite-transformer, lm, 896, 30, 1146163200, 37184000",
    "lite-transformer, lm, 896, 100, 3895808000, 37184000",
  })
  void of_publishedModels_countsToTheDigit(
      String name, String preset, int dim, int tokens, long macs, long parameters) {
    Cost cost = paper(name, preset, dim, tokens);
    assertThat(cost.macs()).isEqualTo(macs);
    assertThat(cost.parameters()).isEqualTo(parameters);
  }

  /**
   * Derived: no paper prints these. Worked by hand for S source and T target tokens, as
   * multiply-adds without the vocabulary.
   *
   * <p>Mask Attention, a layer: attention is 4 d d a token and 2 d for each pair, its mask's token
   * weight d a token; the encoder has two and a feed-forward network of 2 d f, the decoder one more
   * with keys and values of the source.
   *
   * <p>Evolved Transformer, a cell: 21.5 d d + 36 d a token of the encoder and 28.5 d d + 32 d of
   * the decoder, of which 4 d d are a source token's, and 2 d for each pair.
   */
  @ParameterizedTest
  @CsvSource({
    "mask-attention, base",
    "mask-attention, iwslt",
    "mask-attention, small",
    "evolved-transformer, base",
    "evolved-transformer, small",
  })
  void of_unpublishedModels_countsWhatIsDerived(String name, String preset) {
    Settings settings = new Settings(Architectures.preset(name, preset));
    Architecture model = Architectures.of(name, settings);
    int source = 13;
    int target = 11;
    Graph graph = model.trace(Architecture.WHOLE, new Sizes(1, target, 1, source));
    long macs = model instanceof MaskAttention mask ? mask(mask, source, target) : 0;
    macs += model instanceof EvolvedTransformer cells ? evolved(cells, source, target) : 0;
    assertThat(model.paperCountsDerived()).isTrue();
    assertThat(Cost.of(graph, model::paperCounts).macs()).isEqualTo(macs);
  }

  private static long mask(MaskAttention model, int source, int target) {
    long d = model.sequence().dim();
    long encoder =
        source * (2 * 4 * d * d + 2 * d * model.ffn() + d) + 2L * source * source * 2 * d;
    boolean first = model.decoderFirst() == MaskAttention.First.DYNAMIC;
    long attentions = first ? 2 : 1;
    long own = 4 * attentions * d * d + 2 * d * d + 2 * d * model.ffn() + (first ? d : 0);
    long pairs = 2 * d * (attentions * target * target + (long) source * target);
    long decoder = target * own + source * 2 * d * d + pairs;
    return model.sequence().layers() * encoder + model.sequence().decoderLayers() * decoder;
  }

  private static long evolved(EvolvedTransformer model, int source, int target) {
    long d = model.sequence().dim();
    long encoder = source * (43 * d * d / 2 + 36 * d) + 2L * source * source * d;
    long own = 49 * d * d / 2 + 32 * d;
    long pairs = 2 * d * (2L * target * target + 2L * source * target);
    long decoder = target * own + source * 4 * d * d + pairs;
    return model.sequence().layers() * encoder + model.sequence().decoderLayers() * decoder;
  }

  @ParameterizedTest
  @CsvSource({
    "transformer, wmt, 256, 338.6, 11.06",
    "transformer, wmt, 320, 526.5, 17.26",
    "transformer, iwslt, 128, 63.1, 2.84",
    "transformer, iwslt, 192, 138.9, 5.73",
    "transformer, iwslt, 240, 215.1, 8.54",
  })
  void of_vanillaRows_countsTheRoundedMillions(
      String name, String preset, int dim, double macs, double parameters) {
    Cost cost = paper(name, preset, dim, 30);
    assertThat(Math.round(cost.macs() / 1e5) / 10.0).isEqualTo(macs);
    assertThat(Math.round(cost.parameters() / 1e4) / 100.0).isEqualTo(parameters);
  }
}
