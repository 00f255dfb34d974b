package dev.goldcrest.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTablesTest {
  private static final String NAMED =
      "rec,t,x,y,run,jump\na,0,1,2,0,0\na,0.5,3,4,1,1\na,1.0,5,,1,0\na,3.0,7,8,0,0\nb,0,9,9,0,1\n";

  @TempDir private Path folder;

  private String write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file.toString();
  }

  private static FrameOptions named(String missing, double maxGap) {
    return new FrameOptions(
        "rec", "t", List.of(), List.of("run", "jump"), missing, null, 0, maxGap, false);
  }

  private static FrameOptions skipping(boolean skip) {
    return new FrameOptions(null, null, List.of(), List.of(), null, null, 0, 0, skip);
  }

  @Test
  void read_headerless_takesIdFeaturesLabel() throws Exception {
    FrameSet data =
        FrameTables.read(
            write("a.tsv", "1\t0.5\t-2\t3\n1\t1\t2\t0\n2\t4\t5\t3\n"), FrameOptions.PLAIN);
    assertThat(data.features()).isEqualTo(2);
    assertThat(data.recordings()).extracting(FrameRecording::id).containsExactly("1", "2");
    assertThat(data.recordings().get(0).values().get(0)).containsExactly(0.5f, -2);
    assertThat(data.recordings().get(0).labels()).containsExactly(List.of("3"), List.of("0"));
    assertThat(data.period()).isZero();
  }

  @Test
  void read_gzippedCsv_isReadTheSame() throws Exception {
    Path file = folder.resolve("a.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("1,0.5,walk\n1,1,walk\n".getBytes(StandardCharsets.UTF_8));
    }
    FrameSet data = FrameTables.read(file.toString(), FrameOptions.PLAIN);
    assertThat(data.frames()).isEqualTo(2);
    assertThat(data.recordings().get(0).labels().get(1)).containsExactly("walk");
  }

  @Test
  void read_header_namesColumnsGapsAndMissingValues() throws Exception {
    FrameSet data = FrameTables.read(write("a.csv", NAMED), named("", 0));
    assertThat(data.featureNames()).containsExactly("x", "y");
    assertThat(data.period()).isEqualTo(0.5);
    assertThat(data.gaps()).isEqualTo(1);
    assertThat(data.missing()).isEqualTo(1);
    FrameRecording first = data.recordings().get(0);
    assertThat(first.labels())
        .containsExactly(List.of(), List.of("run", "jump"), List.of("run"), List.of());
    assertThat(first.values().get(2)[1]).isNaN();
  }

  @Test
  void read_maxGap_beginsANewRecording() throws Exception {
    FrameSet data = FrameTables.read(write("a.csv", NAMED), named("", 1));
    assertThat(data.recordings()).extracting(FrameRecording::id).containsExactly("a", "a#2", "b");
  }

  @Test
  void read_missingValueThatIsNotDeclared_saysHow() throws IOException {
    String file = write("a.csv", NAMED);
    assertThatThrownBy(() -> FrameTables.read(file, named(null, 0)))
        .hasMessage(
            file
                + ":4: feature y is \"\", which is no number; --missing declares what stands for"
                + " missing values (--skip-bad-lines leaves such lines out)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2,0;1,x,0 | feature 1 is \"x\", which is no number",
        "1,2,0;1,2,3,0 | a frame has 3 cells here, this line has 4",
        "1,2,0;2,2,0;1,2,0 | recording \"1\" goes on after another",
        "1,NaN,0 | feature 1 is \"NaN\", which is no number",
        "1,0 | the line has no room for features"
      })
  void read_badLine_isOneSentenceWithItsPlace(String lines, String sentence) throws IOException {
    String file = write("bad.csv", lines.replace(';', '\n') + "\n");
    int bad = lines.split(";").length;
    assertThatThrownBy(() -> FrameTables.read(file, FrameOptions.PLAIN))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ":" + bad + ": " + sentence);
  }

  @Test
  void read_skippingBadLines_countsThem() throws Exception {
    FrameSet data = FrameTables.read(write("a.csv", "1,2,0\n1,x,0\n1,3,0\n"), skipping(true));
    assertThat(data.frames()).isEqualTo(2);
    assertThat(data.skippedBadLines()).isEqualTo(1);
    String none = write("none.csv", "1,x,0\n");
    assertThatThrownBy(() -> FrameTables.read(none, skipping(true)))
        .hasMessageStartingWith(none + " has no good line among 1; line 1: feature 1");
  }

  @Test
  void read_timeThatGoesBack_isRefused() throws IOException {
    String file = write("t.csv", "rec,t,x,run,jump\na,1,1,0,0\na,0.5,1,0,0\n");
    assertThatThrownBy(() -> FrameTables.read(file, named(null, 0)))
        .hasMessageContaining(":3: time goes backwards: second 0.5 after second 1.0");
  }

  @Test
  void read_columnThatIsNotThere_namesThoseThatAre() throws IOException {
    String file = write("t.csv", "rec,t,x\na,1,1\n");
    assertThatThrownBy(() -> FrameTables.read(file, named(null, 0)))
        .hasMessage(file + ":1: the header has no column \"run\"; it has rec, t, x");
  }

  @ParameterizedTest
  @CsvSource({
    "0.3,0.9,0.1,3,9",
    "1.0,2.0,0.25,4,8",
    "1.1,1.9,0.25,4,8",
    "1.249,1.251,0.25,4,6",
    "0,0.01,0.25,0,1",
    "0.26,0.49,0.25,1,2"
  })
  void frames_ofAnInterval_floorTheStartAndCeilTheEnd(
      double start, double end, double period, int first, int after) {
    assertThat(LabelIntervals.frames(start, end, period)).containsExactly(first, after);
  }

  @Test
  void read_intervals_labelEveryFrameTheyTouch() throws Exception {
    String frames = write("f.csv", "a,1\na,2\na,3\na,4\nb,1\n");
    String intervals = write("i.tsv", "a\t0.26\t0.5\trun\na\t0.4\t0.8\tjump\n");
    FrameOptions options =
        new FrameOptions(null, null, List.of(), List.of(), null, intervals, 0.25, 0, false);
    FrameSet data = FrameTables.read(frames, options);
    assertThat(data.recordings().get(0).labels())
        .containsExactly(List.of(), List.of("run", "jump"), List.of("jump"), List.of("jump"));
    assertThat(data.recordings().get(1).labels()).containsExactly(List.of());
    String bad = write("bad.tsv", "a\t2\t1\trun\n");
    FrameOptions wrong =
        new FrameOptions(null, null, List.of(), List.of(), null, bad, 0.25, 0, false);
    assertThatThrownBy(() -> FrameTables.read(frames, wrong))
        .hasMessage(
            bad + ":1: an interval must not end before it begins, nor begin before 0: 2.0 to 1.0");
  }

  @Test
  void holdOut_takesWholeRecordings() throws Exception {
    FrameSet two = FrameTables.read(write("two.csv", "1,2,0\n2,2,0\n"), FrameOptions.PLAIN);
    assertThat(two.holdOut().get(1).recordings())
        .extracting(FrameRecording::id)
        .containsExactly("2");
    FrameSet one = FrameTables.read(write("one.csv", "1,2,0\n"), FrameOptions.PLAIN);
    assertThatThrownBy(one::holdOut).hasMessageContaining("single recording");
  }

  @Test
  void holdOut_partsOfOneRecording_stayTogether() throws Exception {
    StringBuilder lines = new StringBuilder("rec,t,x,run,jump\n");
    for (String id : List.of("a", "b")) {
      for (int t = 0; t < 40; t += t % 4 == 3 ? 9 : 1) {
        lines.append(id).append(',').append(t).append(",1,0,1\n");
      }
    }
    List<FrameSet> parts =
        FrameTables.read(write("gaps.csv", lines.toString()), named(null, 2)).holdOut();
    assertThat(parts.get(0).recordings()).hasSizeGreaterThan(1);
    assertThat(parts.get(0).recordings()).allMatch(recording -> recording.id().startsWith("a"));
    assertThat(parts.get(1).recordings()).allMatch(recording -> recording.id().startsWith("b"));
  }

  @Test
  void read_headerNamesTwoColumnsAlike_isRefused() throws Exception {
    String file = write("twice.csv", "rec,t,x,x,run,jump\na,0,1,2,0,0\n");
    assertThatThrownBy(() -> FrameTables.read(file, named(null, 0)))
        .hasMessage(file + ":1: the header has two columns \"x\"; give each its own name");
  }

  @Test
  void read_intervalsOfOtherRecordings_areRefused() throws Exception {
    String frames = write("f.csv", "a,1\na,2\n");
    String intervals = write("i.csv", "rec-a,0,1,run\n");
    FrameOptions options =
        new FrameOptions(null, null, List.of(), List.of(), null, intervals, 0.25, 0, false);
    assertThatThrownBy(() -> FrameTables.read(frames, options))
        .hasMessage(
            "%s has no interval of a recording of %s, whose first is \"a\"", intervals, frames);
  }
}
