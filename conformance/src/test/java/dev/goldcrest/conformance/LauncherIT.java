package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./goldcrest} as people type it: from elsewhere, through a link, and when it goes wrong.
 */
@DisabledOnOs(value = WINDOWS, disabledReason = "goldcrest.cmd is declared, not tested")
class LauncherIT {
  @TempDir Path elsewhere;

  private record Ended(int exitCode, String out, List<String> err) {}

  private Ended launch(String... args) throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("goldcrest.root"));
    assumeTrue(
        Files.exists(root.resolve("app/target/classpath.txt")),
        "the app is not packaged in this build");
    Path link = elsewhere.resolve("goldcrest link");
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, root.resolve("goldcrest"));
    }
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of("./goldcrest link"), Stream.of(args)).toList());
    builder.directory(elsewhere.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().keySet().removeAll(Set.of("LANG", "LC_ALL", "LC_CTYPE"));
    builder.redirectError(elsewhere.resolve("err").toFile());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> err = Files.readAllLines(elsewhere.resolve("err"));
    return new Ended(process.exitValue(), out, err);
  }

  @Test
  void version_throughALinkFromElsewhere_isThisBuilds() throws Exception {
    Ended ended = launch("--version");
    assertThat(ended.out())
        .isEqualTo("goldcrest " + System.getProperty("goldcrest.version") + "\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void mistake_passesTheExitCodeAndSaysOneSentence() throws Exception {
    Ended ended = launch("doctr", "naïve");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    // The JVM's word about its incubating module, then ours.
    assertThat(ended.err())
        .hasSize(2)
        .last()
        .isEqualTo("goldcrest: unknown verb doctr, did you mean doctor?");
  }

  @Test
  void accentedArgument_inAPlainLocale_arrivesWhole() throws Exception {
    assertThat(launch("naïve").err()).last().asString().contains("unknown verb naïve;");
  }

  @Test
  void closedStdin_isEmptyForJava() throws Exception {
    Path root = Path.of(System.getProperty("goldcrest.root"));
    assumeTrue(
        Files.exists(root.resolve("app/target/classpath.txt")),
        "the app is not packaged in this build");
    Path java = Files.createDirectories(elsewhere.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\ncat && echo empty\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "'" + root.resolve("goldcrest") + "' predict <&-");
    builder.environment().put("JAVA_HOME", elsewhere.resolve("jdk").toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out).isEqualTo("empty\n");
  }

  @Test
  void doctor_withTheLaunchersFlags_findsVectorsAndTameThreads() throws Exception {
    Ended ended = launch("doctor", "--json");
    assertThat(ended.out().lines()).hasSize(1);
    assertThat(ended.out()).contains("\"vectorModule\":true").contains("\"openMpTamed\":true");
  }
}
