package dev.goldcrest.app.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Datasets;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.ReadOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LinearBaselineTest {
  private static final String[] THINGS = {"lamp", "radio", "heater", "blinds", "window"};
  private static final String[] ON = {"switch on the", "turn on the", "please start the"};
  private static final String[] OFF = {"switch off the", "turn off the", "please stop the"};
  private static final String[] ASK = {"is it warm near the", "how old is the", "where is the"};

  @Test
  void fit_threeKinds_learnsThemAndPrintsNothing() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    LinearBaseline baseline;
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      baseline = LinearBaseline.fit(commands(600, 1), commands(100, 2), 1);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(baseline.score(commands(100, 3))).isGreaterThan(0.99);
    assertThat(baseline.devAccuracy()).isGreaterThan(0.99);
    assertThat(baseline.predict("TURN OFF the heater")).isEqualTo("off");
    assertThat(baseline.name()).startsWith("linear, words 1-2");
  }

  @Test
  void fit_twoLabels_needsOnePlane() {
    Dataset train = only(commands(600, 1), "on", "off");
    LinearBaseline two = LinearBaseline.fit(train, train, 1);
    assertThat(two.score(only(commands(100, 2), "on", "off"))).isGreaterThan(0.99);
    LinearBaseline three = LinearBaseline.fit(commands(600, 1), commands(100, 2), 1);
    assertThat(two.bytes()).isLessThan(three.bytes());
  }

  @Test
  void quick_anyData_fitsWordsWithIdf() {
    LinearBaseline baseline = LinearBaseline.quick(commands(600, 1), commands(100, 2), 1);
    assertThat(baseline.name()).isEqualTo("linear, words 1-2, idf");
    assertThat(baseline.score(commands(100, 3))).isGreaterThan(0.99);
  }

  @Test
  void fit_sameSeed_writesTheSameBytes() throws Exception {
    byte[] first = written(LinearBaseline.fit(commands(300, 1), commands(50, 2), 5));
    byte[] second = written(LinearBaseline.fit(commands(300, 1), commands(50, 2), 5));
    assertThat(first).isEqualTo(second);
  }

  @Test
  void bytes_model_isTheSizeOfItsFile() throws Exception {
    LinearBaseline baseline = LinearBaseline.fit(commands(300, 1), commands(50, 2), 1);
    assertThat(baseline.bytes()).isEqualTo(written(baseline).length).isGreaterThan(100);
  }

  @Test
  void predict_textWithoutKnownFeatures_givesALabel() {
    LinearBaseline baseline = LinearBaseline.fit(commands(300, 1), commands(50, 2), 1);
    for (String odd :
        new String[] {"", "   ", "\u0000", "\uD83D\uDE00", "zzz\uD800", "字".repeat(9000)}) {
      assertThat(baseline.predict(odd)).isIn("on", "off", "ask");
    }
  }

  @Test
  void fit_oneLabelOrNoDev_isRefused() {
    Dataset one = only(commands(30, 1), "on");
    assertThatIllegalArgumentException().isThrownBy(() -> LinearBaseline.fit(one, one, 1));
    Dataset none = new Dataset("none", List.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearBaseline.fit(commands(30, 1), none, 1));
  }

  @Test
  void fit_snips_reachesItsMeasuredScore() throws Exception {
    Path folder =
        Path.of(System.getProperty("goldcrest.root", ".."), "..", "shared", "data", "snips");
    Assumptions.assumeTrue(Files.isDirectory(folder), "the shared snips files are not here");
    ReadOptions options = ReadOptions.defaults();
    LinearBaseline baseline =
        LinearBaseline.fit(
            Datasets.load(folder.resolve("train.tsv").toString(), options),
            Datasets.load(folder.resolve("dev.tsv").toString(), options),
            1);
    // fastText gets 97.4 % here, and so does this.
    assertThat(baseline.score(Datasets.load(folder.resolve("test.tsv").toString(), options)))
        .isBetween(0.970, 0.985);
  }

  private static byte[] written(LinearBaseline baseline) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    baseline.writeTo(out);
    return out.toByteArray();
  }

  private static Dataset commands(int count, long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String[] kind = new String[][] {ON, OFF, ASK}[i % 3];
      String label = new String[] {"on", "off", "ask"}[i % 3];
      String text = kind[random.nextInt(3)] + " " + THINGS[random.nextInt(THINGS.length)];
      examples.add(new Example(label, text + (random.nextBoolean() ? "" : " now")));
    }
    return new Dataset("commands", examples);
  }

  private static Dataset only(Dataset all, String... labels) {
    return new Dataset(
        all.name(),
        all.examples().stream().filter(e -> List.of(labels).contains(e.label())).toList());
  }
}
