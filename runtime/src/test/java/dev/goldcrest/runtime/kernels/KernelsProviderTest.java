package dev.goldcrest.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelsProviderTest {
  /** Prints the chosen kernels' name twice. */
  static final class Chosen {
    private Chosen() {}

    public static void main(String[] arguments) {
      System.out.println(KernelsProvider.kernels().name() + " " + KernelsProvider.kernels().name());
    }
  }

  private record Answer(String out, List<String> err) {}

  private static Answer inNewJvm(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    Collections.addAll(command, flags);
    Collections.addAll(
        command, "-cp", System.getProperty("java.class.path"), Chosen.class.getName());
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Answer(out.trim(), err.lines().filter(line -> !line.startsWith("WARNING")).toList());
  }

  @Test
  void kernels_withoutTheModule_scalarAndOneSentenceWithTheRemedy() throws Exception {
    Answer answer = inNewJvm();

    assertThat(answer.out()).isEqualTo("scalar scalar");
    assertThat(answer.err())
        .containsExactly(
            "SIMD is off: start java with --add-modules jdk.incubator.vector; plain loops are used,"
                + " several times slower");
  }

  @Test
  void kernels_withTheModule_vectorAndNoSentence() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector");

    assertThat(answer.out()).matches("vector(\\d+) vector\\1");
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void kernels_interpretedJvm_scalarAndOneSentence() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector", "-Xint");

    assertThat(answer.out()).isEqualTo("scalar scalar");
    assertThat(answer.err()).hasSize(1);
    assertThat(answer.err().get(0))
        .startsWith("SIMD is off: the JVM only interprets (interpreted mode");
  }

  @Test
  void kernels_firstCompilerOnly_scalarAndOneSentence() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1");

    assertThat(answer.out()).isEqualTo("scalar scalar");
    assertThat(answer.err()).hasSize(1);
    assertThat(answer.err().get(0))
        .startsWith("SIMD is off: the JVM runs without its optimising compiler");
  }

  @Test
  void kernels_scalarAskedFor_scalarAndNoSentence() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector", "-Dgoldcrest.kernels=scalar");

    assertThat(answer.out()).isEqualTo("scalar scalar");
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void kernels_narrowWidthAskedFor_thatWidth() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector", "-Dgoldcrest.vectorBits=128");

    assertThat(answer.out()).isEqualTo("vector128 vector128");
  }

  @Test
  void kernels_vectorAskedForButImpossible_saysWhy() throws Exception {
    assertThat(inNewJvm("-Dgoldcrest.kernels=vector").err())
        .anyMatch(
            line ->
                line.contains(
                    "goldcrest.kernels=vector, but start java with --add-modules"
                        + " jdk.incubator.vector"));
  }

  @Test
  void choose_unknownWish_refused() {
    assertThatThrownBy(() -> KernelsProvider.choose("fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("property goldcrest.kernels must be scalar or vector, got 'fast'");
  }

  @Test
  void kernels_oddWidthAskedFor_scalarAndOneSentence() throws Exception {
    Answer answer = inNewJvm("--add-modules", "jdk.incubator.vector", "-Dgoldcrest.vectorBits=100");

    assertThat(answer.out()).isEqualTo("scalar scalar");
    assertThat(answer.err())
        .containsExactly(
            "SIMD is off: goldcrest.vectorBits must be 128, 256 or 512, got '100'; plain loops are"
                + " used, several times slower");
  }
}
