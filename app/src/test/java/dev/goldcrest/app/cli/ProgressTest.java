package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final double NONE = Double.NaN;
  private static final long MILLI = 1_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now = 123;

  private Progress progress(boolean live, boolean plain, int columns) {
    return new Progress(Streams.utf8(bytes), live, plain, columns, () -> now);
  }

  private static Progress.State at(int epoch, double fraction) {
    return new Progress.State(epoch, 10, fraction, 0.3119, NONE, NONE, 0, NONE, NONE, NONE);
  }

  private String shown() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  @Test
  void format_everythingKnown_isTheWholeLine() {
    var state = new Progress.State(3, 10, 0.419, 0.312, 0.861, 0.874, 2, 12_400, 0.8, 130);
    assertThat(Progress.format(state))
        .isEqualTo(
            "epoch 3/10 · 41% · loss 0.312 · dev 0.861 (best 0.874 @2) · 12.4k tok/s · 0.8 Wh"
                + " · ETA 2m10s");
  }

  @Test
  void format_unknownFields_areLeftOut() {
    var none = new Progress.State(0, 0, NONE, NONE, NONE, NONE, 0, NONE, NONE, NONE);
    assertThat(Progress.format(none)).isEmpty();
    assertThat(Progress.format(at(1, 0))).isEqualTo("epoch 1/10 · 0% · loss 0.312");
    var firstDev = new Progress.State(2, 0, 0.5, NONE, 0.9, NONE, 0, 999, 12.3, 3_725);
    assertThat(Progress.format(firstDev))
        .isEqualTo("epoch 2 · 50% · dev 0.900 · 999 tok/s · 12 Wh · ETA 1h02m");
  }

  @Test
  void duration_ofAnyLength_isShort() {
    assertThat(Progress.duration(-3)).isEqualTo("0s");
    assertThat(Progress.duration(59.4)).isEqualTo("59s");
    assertThat(Progress.duration(59.6)).isEqualTo("1m00s");
    assertThat(Progress.duration(7_322)).isEqualTo("2h02m");
  }

  @Test
  void update_onATerminal_rewritesTheLineTenTimesASecond() {
    Progress progress = progress(true, false, 80);
    progress.update(at(1, 0.1));
    assertThat(shown()).isEqualTo("\repoch 1/10 · 10% · loss 0.312\u001b[K");
    now += 99 * MILLI;
    progress.update(at(1, 0.2));
    assertThat(shown()).isEmpty();
    now += MILLI;
    progress.update(at(1, 0.3));
    assertThat(shown()).isEqualTo("\repoch 1/10 · 30% · loss 0.312\u001b[K");
    progress.close();
    assertThat(shown()).isEqualToNormalizingNewlines("\n");
  }

  @Test
  void update_withNoColor_writesNoEscapes() {
    Progress progress = progress(true, true, 80);
    progress.update(at(1, 0.1));
    now += 100 * MILLI;
    progress.update(new Progress.State(1, 10, 0.2, NONE, NONE, NONE, 0, NONE, NONE, NONE));
    assertThat(shown()).endsWith("\repoch 1/10 · 20%" + " ".repeat(13)).doesNotContain("\u001b");
  }

  @Test
  void update_onANarrowTerminal_staysOnOneLine() {
    progress(true, false, 12).update(at(1, 0.1));
    assertThat(shown()).isEqualTo("\repoch 1/10 \u001b[K");
  }

  @Test
  void update_elsewhere_printsALineEveryTenSecondsAndAtEpochEnds() {
    Progress progress = progress(false, false, 80);
    progress.update(at(1, 0.1));
    now += 9_999 * MILLI;
    progress.update(at(1, 0.2));
    assertThat(shown()).isEqualToNormalizingNewlines("epoch 1/10 · 10% · loss 0.312\n");
    now += MILLI;
    progress.update(at(1, 0.3));
    assertThat(shown()).isEqualToNormalizingNewlines("epoch 1/10 · 30% · loss 0.312\n");
    progress.update(at(1, 1));
    progress.update(at(1, 1));
    assertThat(shown()).isEqualToNormalizingNewlines("epoch 1/10 · 100% · loss 0.312\n");
    progress.close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void say_whileALineIsLive_printsOnItsOwnLine() {
    var terminal =
        new Terminal(
            Streams.utf8(new ByteArrayOutputStream()),
            Streams.utf8(bytes),
            java.util.Map.of(),
            true,
            80);
    terminal.progress().update(at(1, 0.1));
    shown();
    terminal.say("note: a");
    assertThat(shown()).isEqualToNormalizingNewlines("\r\u001b[K\rnote: a\n");
  }

  @Test
  void dumbTerminal_getsPlainLines() {
    var terminal =
        new Terminal(
            Streams.utf8(new ByteArrayOutputStream()),
            Streams.utf8(bytes),
            java.util.Map.of("TERM", "dumb"),
            true,
            80);
    terminal.progress().update(at(1, 0.1));
    assertThat(shown()).isEqualToNormalizingNewlines("epoch 1/10 · 10% · loss 0.312\n");
  }
}
