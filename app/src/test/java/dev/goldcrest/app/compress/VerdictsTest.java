package dev.goldcrest.app.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.kernels.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictsTest {
  /** Perplexity, say: less is better; or accuracy of a hundred answers. */
  private record Judged(boolean higherIsBetter, String scoredOn) implements Subject {
    @Override
    public String metric() {
      return higherIsBetter ? "accuracy" : "perplexity";
    }

    @Override
    public String text(double score) {
      return String.format(Locale.ROOT, "%.2f", score);
    }

    @Override
    public String unit() {
      return "points";
    }

    @Override
    public Score score(ModelFile model) {
      return Score.NONE;
    }

    @Override
    public PairedBootstrap difference(Score after, Score before) {
      List<String> gold = Collections.nCopies(after.answers().size(), "right");
      return PairedBootstrap.of(gold, after.answers(), before.answers(), 1000, 1);
    }

    @Override
    public long macs(ModelFile model) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Runner runner(ModelFile model) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Runner reader(ModelFile model, Kernels kernels) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Tuned> tune(ModelFile model, Set<String> pruned, Attended attended) {
      throw new UnsupportedOperationException();
    }
  }

  private static Stage stage(long bytes, Subject.Score score, long macs, double micros) {
    return new Stage("", null, bytes, score, macs, new Memory(100, 0), micros);
  }

  private static Subject.Score right(int of100) {
    List<String> answers = new ArrayList<>(Collections.nCopies(of100, "right"));
    answers.addAll(Collections.nCopies(100 - of100, "wrong"));
    return new Subject.Score(of100 / 100.0, answers);
  }

  private static List<String> verdicts(Subject subject, Stage before, Stage after) {
    return Verdicts.of(
        subject, new CompressJob.Outcome("", List.of(before, after), 1, List.of(), null));
  }

  @Test
  void of_everythingWorse_saysSo() {
    List<String> verdicts =
        verdicts(
            new Judged(true, "test.tsv"),
            stage(1000, right(90), 50, 10),
            stage(2000, right(60), 100, 15));
    assertThat(verdicts.get(0))
        .isEqualTo("The file is 2.00 times larger: 2.00 KB instead of 1.00 KB.");
    assertThat(verdicts.get(1))
        .startsWith("Accuracy on test.tsv: 0.60 instead of 0.90, 0.30 points lost (p 0.002)");
    assertThat(verdicts.get(2)).startsWith("One prediction takes 2.00 times more multiply-adds");
    assertThat(verdicts.get(3)).startsWith("Timed in turns it is 1.50 times slower");
    assertThat(verdicts.get(4)).contains("as much memory as before");
  }

  @Test
  void of_memory_isToldAsFarAsItWasMeasured() {
    Stage stage = stage(10, Subject.Score.NONE, 1, 1);
    Subject subject = new Judged(true, null);
    Stage large = stage.weighed(new Memory(1_000, 10));
    assertThat(verdicts(subject, large, stage.weighed(new Memory(800, 10))).get(4))
        .isEqualTo("Running it takes 1.25 times less memory: 800 B instead of 1.00 KB.");
    assertThat(verdicts(subject, large, stage.weighed(new Memory(800, 300))).get(4))
        .startsWith("Running it takes as much memory as before");
    assertThat(verdicts(subject, large, stage.weighed(Memory.NONE)).get(4))
        .contains("too little to be told");
  }

  @Test
  void of_higherPerplexity_isALoss() {
    Subject subject = new Judged(false, "text.txt");
    Subject.Score low = new Subject.Score(20, List.of());
    Subject.Score high = new Subject.Score(21, List.of());
    assertThat(verdicts(subject, stage(10, low, 1, 1), stage(5, high, 1, 1)).get(1))
        .isEqualTo("Perplexity on text.txt: 21.00 instead of 20.00, 1.00 points lost.");
    assertThat(verdicts(subject, stage(10, high, 1, 1), stage(5, low, 1, 1)).get(1))
        .contains("1.00 points gained");
  }

  @Test
  void of_aPointUp_isNoWin() {
    List<String> verdicts =
        verdicts(
            new Judged(true, "test.tsv"),
            stage(1000, right(90), 50, 10),
            stage(500, right(91), 50, 9.9));
    assertThat(verdicts.get(1)).contains("gained (p ").contains("which chance alone may give");
    assertThat(verdicts.get(3)).contains("as fast as before");
  }

  @Test
  void of_noData_isNoScore() {
    List<String> verdicts =
        verdicts(
            new Judged(true, null),
            stage(1000, Subject.Score.NONE, 50, 10),
            stage(500, Subject.Score.NONE, 50, 10));
    assertThat(verdicts.get(1)).contains("was not measured").contains("--dev");
  }
}
