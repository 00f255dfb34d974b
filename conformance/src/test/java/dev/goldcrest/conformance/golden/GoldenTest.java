package dev.goldcrest.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every golden case it finds of a kind there is room for. The folder is {@code
 * -Dgoldcrest.golden=DIR}, or {@code ../shared/golden} beside the reactor when that exists.
 */
class GoldenTest {
  private static final String FOLDER = "goldcrest.golden";
  private static final String SUFFIX = ".safetensors";

  /** Papers whose systems are not built yet. */
  private static final Set<String> PLANNED = Set.of("bpt", "longformer");

  private final Map<String, GoldenRunner> runners = GoldenRunner.byKind();
  private final Map<String, Integer> without = new TreeMap<>();

  @TestFactory
  Stream<DynamicTest> golden() throws IOException {
    Path folder = folder();
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files(folder)) {
      try (GoldenCase golden = GoldenCase.open(file)) {
        if (runners.containsKey(golden.kind())) {
          tests.add(DynamicTest.dynamicTest(golden.name(), () -> run(file)));
        } else {
          without.merge(golden.kind(), 1, Integer::sum);
        }
      }
    }
    assertThat(tests).as("golden cases in " + folder).isNotEmpty();
    tests.add(DynamicTest.dynamicTest("kinds without room yet", this::requirePlannedOnly));
    return tests.stream();
  }

  private static Path folder() {
    String given = System.getProperty(FOLDER);
    if (given != null) {
      assertThat(Path.of(given)).as("-D" + FOLDER + "=" + given).isDirectory();
      return Path.of(given);
    }
    Path shared = Path.of(System.getProperty("goldcrest.root", "."), "..", "shared", "golden");
    Assumptions.assumeTrue(
        Files.isDirectory(shared), "no golden cases: give their folder with -D" + FOLDER + "=DIR");
    return shared;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private void run(Path file) throws IOException {
    try (GoldenCase golden = GoldenCase.open(file)) {
      runners.get(golden.kind()).run(golden);
      golden.requireNothingLeft();
      System.out.println("golden case " + golden.name() + " ok");
    }
  }

  /** Only papers that are yet to be built have cases that nothing runs. */
  private void requirePlannedOnly() {
    StringBuilder line = new StringBuilder();
    without.forEach(
        (kind, count) -> line.append(line.length() == 0 ? "" : ", ").append(kind + " " + count));
    System.out.println("golden kinds without room yet: " + (line.length() == 0 ? "none" : line));
    assertThat(without.keySet()).allMatch(kind -> PLANNED.contains(kind.split("\\.")[0]));
  }
}
