package dev.goldcrest.app.cli;

import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.EmbeddingModel;
import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An encoder of ours as the files of others hold it. */
record ForeignEncoder(EmbeddingModel model) {
  /** Ours and theirs. */
  private static final String[][] NAMES = {
    {"embedding.", "embeddings.word_embeddings."},
    {"positions.", "embeddings.position_embeddings."},
    {"tokenTypes.", "embeddings.token_type_embeddings."},
    {"embeddingNorm.weight", "embeddings.LayerNorm.gamma"},
    {"embeddingNorm.bias", "embeddings.LayerNorm.beta"},
    {"attention.q.", "attention.self.query."},
    {"attention.k.", "attention.self.key."},
    {"attention.v.", "attention.self.value."},
    {"attention.out.", "attention.output.dense."},
    {"norm1.", "attention.output.LayerNorm."},
    {"ffn.in.", "intermediate.dense."},
    {"ffn.out.", "output.dense."},
    {"norm2.", "output.LayerNorm."}
  };

  // Kinds of fields, and of tensors' elements, in ONNX files.
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private Bert bert() {
    return (Bert) model.architecture();
  }

  private Iterable<Value> parameters() {
    return bert().trace(Architecture.WHOLE, Sizes.single(1)).parameters().values();
  }

  private static String foreign(String path) {
    for (String[] pair : NAMES) {
      if (path.contains(pair[0])) {
        return path.replace(pair[0], pair[1]);
      }
    }
    throw new IllegalArgumentException(path);
  }

  private static long[] shape(Value parameter) {
    long[] shape = new long[parameter.shape().rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = parameter.shape().at(axis);
    }
    return shape;
  }

  private String tokenizer() {
    return Json.write(model.text().wordPiece().json());
  }

  /** A Hugging Face directory. */
  Path directory(Path folder) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Value parameter : parameters()) {
      float[] values = model.weights().get(parameter.path());
      tensors.put(foreign(parameter.path()), TensorData.ofFloats(values, shape(parameter)));
    }
    Path source = Files.createDirectories(folder.resolve("source"));
    SafetensorsWriter.write(source.resolve("model.safetensors"), tensors, Map.of());
    Files.writeString(
        source.resolve("config.json"),
        "{\"model_type\":\"bert\",\"num_attention_heads\":" + bert().heads() + "}");
    Files.writeString(source.resolve("tokenizer.json"), tokenizer());
    return source;
  }

  /** A jar of an ONNX file and its tokeniser, under these names. */
  Path jar(Path folder, String onnx, String tokenizer) throws IOException {
    Path jar = folder.resolve("encoder.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(onnx));
      zip.write(onnx());
      zip.putNextEntry(new ZipEntry(tokenizer));
      zip.write(tokenizer().getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  /** All weights, and of the operations those that tell what weights do not. */
  byte[] onnx() {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (Value parameter : parameters()) {
      float[] values = model.weights().get(parameter.path());
      ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      raw.asFloatBuffer().put(values);
      field(graph, 5, tensor(foreign(parameter.path()), FLOAT, raw, shape(parameter)));
    }
    ByteBuffer cut = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    cut.asLongBuffer().put(new long[] {0, 0, bert().heads(), bert().dim() / bert().heads()});
    field(graph, 5, tensor("cut", INT64, cut, 4));
    String bias = "encoder.layer.0.attention.self.query.bias";
    field(graph, 1, node("Add", "query", "x", bias).toByteArray());
    field(graph, 1, node("Reshape", "heads", "query", "cut").toByteArray());
    field(graph, 1, node("Gelu", "hidden", "y").toByteArray());
    ByteArrayOutputStream epsilon = new ByteArrayOutputStream();
    field(epsilon, 1, "epsilon".getBytes(StandardCharsets.UTF_8));
    varint(epsilon, 2 << 3 | FIXED32);
    ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    epsilon.writeBytes(value.putFloat((float) bert().epsilon()).array());
    ByteArrayOutputStream norm = node("LayerNormalization", "z", "y");
    field(norm, 5, epsilon.toByteArray());
    field(graph, 1, norm.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    field(file, 7, graph.toByteArray());
    return file.toByteArray();
  }

  private static byte[] tensor(String name, int type, ByteBuffer raw, long... dims) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (long dim : dims) {
      varint(tensor, 1 << 3 | VARINT);
      varint(tensor, dim);
    }
    varint(tensor, 2 << 3 | VARINT);
    varint(tensor, type);
    field(tensor, 8, name.getBytes(StandardCharsets.UTF_8));
    field(tensor, 9, raw.array());
    return tensor.toByteArray();
  }

  private static ByteArrayOutputStream node(String op, String output, String... inputs) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (String input : inputs) {
      field(node, 1, input.getBytes(StandardCharsets.UTF_8));
    }
    field(node, 2, output.getBytes(StandardCharsets.UTF_8));
    field(node, 4, op.getBytes(StandardCharsets.UTF_8));
    return node;
  }

  private static void field(ByteArrayOutputStream to, int number, byte[] value) {
    varint(to, (long) number << 3 | BYTES);
    varint(to, value.length);
    to.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while (rest > 0x7F) {
      to.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }
}
