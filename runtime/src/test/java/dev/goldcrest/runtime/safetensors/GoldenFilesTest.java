package dev.goldcrest.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.runtime.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The golden cases, written by another program: every file, every tensor, every byte. */
class GoldenFilesTest {
  private Path golden;

  @BeforeEach
  void find() {
    golden = Paths.get(System.getProperty("goldcrest.root", "."), "..", "shared", "golden");
    Assumptions.assumeTrue(
        Files.isDirectory(golden), "the golden cases are not beside this clone: nothing to read");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(golden)) {
      List<Path> files = new ArrayList<>();
      walk.filter(path -> path.toString().endsWith(".safetensors")).sorted().forEach(files::add);
      return files;
    }
  }

  @Test
  void open_everyGoldenFile_givesTheTensorsOfItsTable() throws IOException {
    Map<String, List<String>> table = new TreeMap<>();
    for (String line : Files.readAllLines(golden.resolve("tensors.tsv"))) {
      int tab = line.indexOf('\t');
      table
          .computeIfAbsent(line.substring(0, tab), k -> new ArrayList<>())
          .add(line.substring(tab + 1));
    }
    table.remove("case");
    Map<String, List<String>> read = new TreeMap<>();
    for (Path path : files()) {
      String name = golden.relativize(path).toString().replace('\\', '/');
      List<String> rows = new ArrayList<>();
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        for (String tensor : file.names()) {
          rows.add(tensor + "\t" + file.type(tensor) + "\t" + sizes(file.shape(tensor)));
        }
        assertThat(file.metadata()).containsKeys("case", "kind", "config");
        assertThat(file.metadataJson("config")).isInstanceOf(Map.class);
      }
      read.put(name.substring(0, name.length() - ".safetensors".length()), rows);
    }
    assertThat(read).hasSize(140);
    assertThat(read.keySet()).isEqualTo(table.keySet());
    for (String name : read.keySet()) {
      assertThat(read.get(name)).as(name).containsExactlyInAnyOrderElementsOf(table.get(name));
    }
  }

  private static String sizes(long[] shape) {
    StringBuilder text = new StringBuilder();
    for (long size : shape) {
      text.append(text.length() == 0 ? "" : "x").append(size);
    }
    return text.length() == 0 ? "scalar" : text.toString();
  }

  @Test
  void read_everyGoldenFile_writesBackTheSameTensors() throws IOException {
    for (Path path : files()) {
      try (SafetensorsFile opened = SafetensorsFile.open(path);
          InputStream in = new BufferedInputStream(Files.newInputStream(path));
          SafetensorsFile read = SafetensorsFile.read(in)) {
        assertThat(read.metadata()).isEqualTo(opened.metadata());
        byte[] written = Bytes.written(Bytes.readAll(read), read.metadata());
        try (SafetensorsFile again = Bytes.read(written)) {
          assertThat(again.metadata()).isEqualTo(opened.metadata());
          assertThat(again.names()).containsExactlyInAnyOrderElementsOf(opened.names());
          for (String name : opened.names()) {
            assertThat(again.bytes(name)).isEqualTo(opened.bytes(name));
            assertThat(again.shape(name)).isEqualTo(opened.shape(name));
          }
        }
        for (String text : opened.metadata().values()) {
          assertThat(Json.parse(Json.write(text))).isEqualTo(text);
        }
      }
    }
  }
}
