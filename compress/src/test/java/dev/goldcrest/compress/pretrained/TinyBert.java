package dev.goldcrest.compress.pretrained;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Bert;
import dev.goldcrest.core.models.Settings;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.runtime.Weights;
import dev.goldcrest.runtime.safetensors.HalfFloat;
import dev.goldcrest.runtime.safetensors.SafetensorsWriter;
import dev.goldcrest.runtime.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An encoder of 2 layers and 8 channels with random weights, as the files of others hold it. */
final class TinyBert {
  static final String TOKENIZER =
      """
      {"truncation":{"direction":"Right","max_length":6,"strategy":"LongestFirst","stride":0},
       "added_tokens":[],"normalizer":{"type":"BertNormalizer"},
       "pre_tokenizer":{"type":"BertPreTokenizer"},
       "post_processor":{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]},
       "model":{"type":"WordPiece","unk_token":"[UNK]",
         "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"wake":4,"me":5,"##s":6}}}
      """;
  static final String CONFIG =
      """
      {"model_type":"bert","num_attention_heads":2,"layer_norm_eps":1e-12,"hidden_act":"gelu"}
      """;

  private TinyBert() {}

  static Bert architecture(String readout) {
    return Bert.from(
        new Settings(
            Map.of(
                "vocabulary",
                "7",
                "tokenTypes",
                "2",
                "dim",
                "8",
                "layers",
                "2",
                "heads",
                "2",
                "ffn",
                "12",
                "maxLength",
                "9",
                "readout",
                readout,
                "classes",
                "0")));
  }

  static Graph graph() {
    return architecture("pooler").trace(Architecture.WHOLE, new Sizes(1, 1, 1));
  }

  /** Random also where a start is all zeros or ones, rounded to halves. */
  static Map<String, float[]> weights() {
    Weights initial = Weights.initial(graph(), 5);
    java.util.Random random = new java.util.Random(7);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (String path : initial.paths()) {
      float[] values = initial.get(path).clone();
      for (int i = 0; i < values.length; i++) {
        float drawn = values[i] + 0.1f * (float) random.nextGaussian();
        values[i] = HalfFloat.toFloat(HalfFloat.fromFloat(drawn));
      }
      weights.put(path, values);
    }
    return weights;
  }

  static void directory(Path folder, String prefix) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Map<String, float[]> weights = weights();
    for (Value parameter : graph().parameters().values()) {
      String name = prefix + BertImport.foreign(parameter.path());
      tensors.put(name, TensorData.ofFloats(weights.get(parameter.path()), shape(parameter)));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
  }

  static long[] shape(Value parameter) {
    long[] shape = new long[parameter.shape().rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = parameter.shape().at(axis);
    }
    return shape;
  }

  static byte[] tokenizer() {
    return TOKENIZER.getBytes(StandardCharsets.UTF_8);
  }

  /** An export: nameless transposed MatMul weights, numbers in every form that they can take. */
  static byte[] onnx() {
    return onnx(node("Erf", "e", "x"));
  }

  /** The same with another activation. */
  static byte[] onnx(ProtoWriter activation) {
    ProtoWriter graph = new ProtoWriter();
    int[] count = {0};
    Map<String, float[]> weights = weights();
    for (Value parameter : graph().parameters().values()) {
      String name = BertImport.foreign(parameter.path());
      float[] values = weights.get(parameter.path());
      boolean product = parameter.path().contains("encoder") && shape(parameter).length == 2;
      if (product) {
        int rows = parameter.shape().at(0);
        int columns = parameter.shape().at(1);
        String anonymous = "onnx::MatMul_" + count[0];
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          turned[i % columns * rows + i / columns] = values[i];
        }
        graph.message(5, tensor(anonymous, turned, count[0] % 4, columns, rows));
        String output = "product" + count[0];
        String bias = name.replace(".weight", ".bias");
        graph.message(1, node("MatMul", output, "x", anonymous));
        graph.message(1, node("Add", output + "b", bias, output));
        if (name.contains("query")) {
          graph.message(1, node("Reshape", output + "r", output + "b", "cut"));
        }
        count[0]++;
      } else {
        graph.message(5, tensor(name, values, 0, shape(parameter)));
      }
    }
    graph.message(
        1,
        node("Gemm", "g", "x", "pooler.dense.weight", "pooler.dense.bias")
            .message(5, new ProtoWriter().text(1, "transB").varint(3, 1)));
    ProtoWriter four = new ProtoWriter().varint(1, 1).varint(2, 7).bytes(7, new byte[] {4});
    graph.message(
        1,
        node("Constant", "four").message(5, new ProtoWriter().text(1, "value").message(5, four)));
    graph.message(1, node("Concat", "cut", "a", "b", "heads", "four"));
    ProtoWriter epsilon = new ProtoWriter().varint(2, 1).bytes(9, ProtoWriter.floats(1e-12f));
    graph.message(
        1,
        node("Constant", "epsilon")
            .message(5, new ProtoWriter().text(1, "value").message(5, epsilon)));
    graph.message(1, node("Add", "variance", "v", "epsilon"));
    graph.message(1, node("Sqrt", "deviation", "variance"));
    graph.message(1, activation);
    return new ProtoWriter().varint(1, 7).text(2, "test").message(7, graph).bytes();
  }

  static ProtoWriter node(String op, String output, String... inputs) {
    ProtoWriter node = new ProtoWriter();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, op);
  }

  private static ProtoWriter tensor(String name, float[] values, int form, long... dims) {
    ProtoWriter tensor = new ProtoWriter();
    for (long dim : dims) {
      tensor.varint(1, dim);
    }
    tensor.text(8, name);
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    switch (form) {
      case 0 -> tensor.varint(2, 1).bytes(9, ProtoWriter.floats(values));
      case 1 -> tensor.varint(2, 1).bytes(4, ProtoWriter.floats(values));
      case 2 -> {
        for (float value : values) {
          raw.putShort(HalfFloat.fromFloat(value));
        }
        tensor.varint(2, 10).bytes(9, java.util.Arrays.copyOf(raw.array(), raw.position()));
      }
      default -> {
        for (float value : values) {
          raw.putDouble(value);
        }
        tensor.varint(2, 11).bytes(9, raw.array());
      }
    }
    return tensor;
  }
}
