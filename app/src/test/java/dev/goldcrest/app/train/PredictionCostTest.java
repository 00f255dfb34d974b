package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.cli.TinyModels;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.EmbeddingModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionCostTest {
  private static long macs(Architecture model, int steps) {
    return Cost.of(model.trace(Architecture.WHOLE, Sizes.single(steps))).macs();
  }

  /** {@code wakes} is two pieces, and [CLS] and [SEP] stand around the text. */
  @Test
  void of_aTokenisedText_countsPiecesAndWhatStandsAroundThem() {
    EmbeddingModel encoder = TinyModels.encoder();
    PredictionCost cost =
        PredictionCost.of(encoder.architecture(), encoder.text(), List.of("wake songs"));
    assertThat(cost.words()).isEqualTo(3);
    assertThat(cost.macs()).isEqualTo(macs(encoder.architecture(), 5));
  }

  /** A mark is a word of its own; what is beyond the model's length is not read. */
  @Test
  void of_projectedWords_countsWhatIsReadOfTheMedian() {
    ClassifierModel model = TinyModels.of(List.of("yes", "no"));
    List<String> texts = List.of("yes", "wake me, please", "no ".repeat(50));
    PredictionCost cost = PredictionCost.of(model.architecture(), model.text(), texts);
    assertThat(cost.words()).isEqualTo(4);
    assertThat(cost.macs()).isEqualTo(macs(model.architecture(), 4));
    PredictionCost longest =
        PredictionCost.of(model.architecture(), model.text(), List.of("no ".repeat(50)));
    assertThat(longest.words()).isEqualTo(16);
    assertThat(longest.macs()).isEqualTo(macs(model.architecture(), 16));
  }
}
