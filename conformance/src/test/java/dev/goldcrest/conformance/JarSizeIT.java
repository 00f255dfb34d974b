package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The device artifact is two small jars; this test sees them as built. */
class JarSizeIT {
  private static final long LIMIT = 400_000;

  @Test
  void deviceJars_together_stayBelowTheLimit() throws IOException {
    long core = Files.size(jar("core"));
    long runtime = Files.size(jar("runtime"));
    System.err.printf(
        "goldcrest-core %,d + goldcrest-runtime %,d = %,d of %,d bytes%n",
        core, runtime, core + runtime, LIMIT);
    assertThat(core + runtime).as("bytes of the two device jars").isLessThan(LIMIT);
  }

  @Test
  void deviceJars_holdOwnClassesOnly() throws IOException {
    for (String module : List.of("core", "runtime")) {
      try (JarFile file = new JarFile(jar(module).toFile())) {
        assertThat(file.stream().map(entry -> entry.getName()))
            .filteredOn(name -> name.endsWith(".class") || name.endsWith(".jar"))
            .isNotEmpty()
            .allMatch(name -> name.startsWith("dev/goldcrest/" + module + "/"));
      }
    }
  }

  private static Path jar(String module) {
    String version = System.getProperty("goldcrest.version");
    Path jar =
        Path.of(System.getProperty("goldcrest.root"))
            .resolve(module)
            .resolve("target")
            .resolve("goldcrest-" + module + "-" + version + ".jar");
    assertThat(jar).as("jar built by `mvn verify`").exists();
    return jar;
  }
}
