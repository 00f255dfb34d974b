package dev.goldcrest.app.cli;

import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import dev.goldcrest.runtime.safetensors.SafetensorsFile;
import dev.goldcrest.runtime.text.WordPiece;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what is in a model file, or in anybody's safetensors file. */
@Command(name = "inspect", description = "Shows what is in a model file.")
final class InspectVerb extends Verb {
  private static final String ENTRY = "goldcrest";
  private static final int WORDS = 12;
  private static final int SHOWN_LABELS = 20;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "safetensors file")
  private String model;

  InspectVerb(Terminal terminal) {
    super(terminal);
  }

  /** One tensor as it is stored. */
  private record Tensor(String path, String dtype, long[] shape, long elements, long bytes) {}

  @Override
  protected Report run() throws Exception {
    Path path = ModelFiles.existing(model);
    List<Tensor> tensors = new ArrayList<>();
    Map<String, String> metadata;
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      metadata = file.metadata();
      for (String name : file.names()) {
        long elements = file.elements(name);
        long bytes = elements * file.type(name).bytes();
        tensors.add(new Tensor(name, file.type(name).name(), file.shape(name), elements, bytes));
      }
    } catch (IOException e) {
      throw ModelFiles.unreadable(model, e);
    }
    long size = Files.size(path);
    if (!metadata.containsKey(ENTRY)) {
      return new Foreign(model, size, tensors, metadata);
    }
    ModelFile ours = ModelFiles.load(terminal, model);
    Map<String, String> forms = CostVerb.forms(ours.architecture());
    return new Ours(model, size, tensors, described(metadata.get(ENTRY)), forms, sheet(ours));
  }

  private static CostSheet sheet(ModelFile model) {
    return CostSheet.of(model.architecture(), Math.min(WORDS, model.architecture().maxLength()));
  }

  /** The metadata as they are, but for a vocabulary, which is counted. */
  private static Map<String, Object> described(String json) throws JsonException {
    Map<String, Object> object = new LinkedHashMap<>(Json.parseObject(json));
    if (object.get("text") instanceof Map<?, ?>) {
      Map<String, Object> text = new LinkedHashMap<>(Json.object(object.get("text"), "text"));
      if (text.remove("vocabulary") instanceof List<?> words) {
        text.put("vocabularyWords", words.size());
      }
      if (text.get("tokenizer") instanceof Map<?, ?>) {
        WordPiece pieces = WordPiece.of(Json.object(text.get("tokenizer"), "tokenizer"));
        text.put("tokenizer", "WordPiece");
        text.put("pieces", pieces.size());
        text.put("maxTokens", pieces.maxTokens());
      }
      object.put("text", text);
    }
    return object;
  }

  private static long parameters(List<Tensor> tensors) {
    return tensors.stream().mapToLong(Tensor::elements).sum();
  }

  private static void table(PrintStream out, List<Tensor> tensors) {
    out.printf(Locale.ROOT, "%n%-44s %-5s %-18s %14s%n", "tensor", "type", "shape", "bytes");
    for (Tensor tensor : tensors) {
      String shape =
          Arrays.stream(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining(" x "));
      out.printf(
          Locale.ROOT,
          "%-44s %-5s %-18s %,14d%n",
          Units.printable(tensor.path()),
          tensor.dtype(),
          shape,
          tensor.bytes());
    }
  }

  private static String values(Object map) {
    if (!(map instanceof Map<?, ?> entries)) {
      return String.valueOf(map);
    }
    return entries.entrySet().stream()
        .map(
            e ->
                Units.printable(String.valueOf(e.getKey()))
                    + "="
                    + Units.printable(String.valueOf(e.getValue())))
        .collect(Collectors.joining(" "));
  }

  private record Foreign(
      String file, long bytes, List<Tensor> tensors, Map<String, String> metadata)
      implements Report {
    @Override
    public void print(PrintStream out) {
      out.printf(
          Locale.ROOT,
          "%s: a safetensors file of %s that is no Goldcrest model: %,d tensors, %,d values%n",
          file,
          Units.bytes(bytes),
          tensors.size(),
          parameters(tensors));
      if (!metadata.isEmpty()) {
        out.println("metadata     " + values(metadata));
      }
      table(out, tensors);
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", file);
      object.put("goldcrest", false);
      object.put("modelBytes", bytes);
      object.put("parameters", parameters(tensors));
      object.put("metadata", metadata);
      object.put("tensors", tensors);
      return object;
    }
  }

  private record Ours(
      String file,
      long bytes,
      List<Tensor> tensors,
      Map<String, Object> metadata,
      Map<String, String> forms,
      CostSheet sheet)
      implements Report {
    @Override
    public void print(PrintStream out) {
      line(out, "model", file + ", " + Units.bytes(bytes));
      line(out, "architecture", String.valueOf(metadata.get("architecture")));
      line(out, "settings", values(metadata.get("config")));
      line(out, "text", values(metadata.get("text")));
      if (metadata.get("labels") instanceof List<?> labels) {
        line(out, "labels", labels(labels));
      }
      for (String section : List.of("calibration", "normalize")) {
        if (metadata.containsKey(section)) {
          line(out, section, values(metadata.get(section)));
        }
      }
      provenance(out, metadata.get("provenance"));
      long stored = tensors.stream().mapToLong(Tensor::bytes).sum();
      line(
          out,
          "weights",
          String.format(Locale.ROOT, "%,d in %s", sheet.all().parameters(), Units.bytes(stored)));
      forms.forEach((what, which) -> line(out, what, Units.printable(which)));
      line(
          out,
          "multiply-adds",
          String.format(Locale.ROOT, "%,d for %d words", sheet.all().macs(), sheet.length()));
      table(out, tensors);
    }

    private static String labels(List<?> labels) {
      String names =
          labels.stream()
              .limit(SHOWN_LABELS)
              .map(label -> Units.printable(String.valueOf(label)))
              .collect(Collectors.joining(", "));
      return labels.size() + ": " + names + (labels.size() > SHOWN_LABELS ? ", ..." : "");
    }

    private static void provenance(PrintStream out, Object map) {
      String what = "provenance";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
        String value =
            entry.getValue() instanceof Map<?, ?> nested
                ? values(nested)
                : Units.printable(String.valueOf(entry.getValue()));
        line(out, what, Units.printable(String.valueOf(entry.getKey())) + ": " + value);
        what = "";
      }
    }

    private static void line(PrintStream out, String what, String value) {
      out.printf("%-14s %s%n", what, value);
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", file);
      object.put("goldcrest", true);
      object.put("modelBytes", bytes);
      object.putAll(metadata);
      object.put("parameters", sheet.all().parameters());
      object.put("weightBytes", sheet.all().weightBytes());
      object.put("macs", sheet.all().macs());
      object.put("macsLength", sheet.length());
      object.put("tensors", tensors);
      return object;
    }
  }
}
