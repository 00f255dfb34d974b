package dev.goldcrest.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorVerbTest {
  private static final Map<String, String> TAMED = Map.of("OPENBLAS_NUM_THREADS", "1");

  private static int run(Streams streams, DoctorVerb.Natives natives, String... args) {
    return Cli.run(streams.terminal, List.of(new DoctorVerb(streams.terminal, natives)), args);
  }

  @Test
  void doctor_onAHealthyMachine_saysSo() throws IOException {
    Streams streams = new Streams(TAMED);
    assertThat(run(streams, () -> "9.9.9", "doctor", "--json")).isZero();
    JsonNode object = new ObjectMapper().readTree(streams.out());
    assertThat(object.get("ok").asBoolean()).isTrue();
    assertThat(object.get("java").asText()).isEqualTo(System.getProperty("java.version"));
    assertThat(object.get("libtorch").asText()).isEqualTo("9.9.9");
    assertThat(object.get("cores").asInt()).isPositive();
    assertThat(object.get("memoryBytes").asLong()).isGreaterThan(100_000_000L);
    assertThat(object.get("diskFreeBytes").asLong()).isPositive();
    assertThat(object.get("demoData").asBoolean()).isTrue();
    // The test JVM is started with the module.
    assertThat(object.get("vectorModule").asBoolean()).isTrue();
    assertThat(object.get("vectorBits").asInt()).isIn(64, 128, 256, 512);
    assertThat(object.get("openMpTamed").asBoolean()).isTrue();
  }

  @Test
  void doctor_alone_runsAndPrintsATable() {
    Streams streams = new Streams(TAMED);
    assertThat(run(streams, () -> "9.9.9", "doctor")).isZero();
    assertThat(streams.out()).contains("ok      libtorch   9.9.9, loaded in 0.0 s");
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void doctor_withoutNatives_failsWithTheLoadersWord() {
    Streams streams = new Streams(TAMED);
    DoctorVerb.Natives missing =
        () -> {
          throw new UnsatisfiedLinkError("no jnitorch in java.library.path\nand more");
        };
    assertThat(run(streams, missing, "doctor")).isEqualTo(ExitCodes.FAILED);
    assertThat(streams.out())
        .contains("broken  libtorch   UnsatisfiedLinkError: no jnitorch in java.library.path")
        .contains("-> running models works, training does not")
        .doesNotContain("and more");
  }

  @Test
  void doctor_withDefaultThreads_saysWhatToSet() {
    Streams streams = new Streams();
    assertThat(run(streams, () -> "9.9.9", "doctor")).isZero();
    assertThat(streams.out())
        .contains("slow    OpenMP     OPENBLAS_NUM_THREADS=unset, OMP_WAIT_POLICY=unset")
        .contains("-> set OPENBLAS_NUM_THREADS=1");
  }
}
