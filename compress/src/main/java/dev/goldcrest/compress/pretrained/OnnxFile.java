package dev.goldcrest.compress.pretrained;

import dev.goldcrest.runtime.safetensors.FormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an import needs of an ONNX file (github.com/onnx/onnx, onnx.proto): its initialisers, and
 * the nodes that tell what they are.
 *
 * @param name of the file, for error messages
 * @param nodes in the order of the file
 * @param initialisers by name
 */
record OnnxFile(String name, List<Node> nodes, Map<String, OnnxTensor> initialisers) {
  private static final int MAX_NODES = 200_000;
  private static final int MAX_NAMES = 1_000_000;

  // Field numbers of ModelProto, GraphProto, NodeProto and AttributeProto.
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALISER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OP = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_F = 2;
  private static final int ATTRIBUTE_I = 3;
  private static final int ATTRIBUTE_S = 4;
  private static final int ATTRIBUTE_T = 5;

  /** One operation; attributes are a Float, a Long, a String or an {@link OnnxTensor}. */
  record Node(
      String op, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {}

  static OnnxFile read(ByteBuffer bytes, String name) throws FormatException {
    ProtoReader model = new ProtoReader(bytes, name);
    OnnxFile file = null;
    while (model.next()) {
      if (model.field() == MODEL_GRAPH && file == null) {
        file = new OnnxFile(name, new ArrayList<>(), new LinkedHashMap<>());
        file.readGraph(model.message());
      }
    }
    if (file == null) {
      throw unusable(name, "is no ONNX file: it has no graph");
    }
    return file;
  }

  static FormatException unusable(String name, String sentence) {
    return new FormatException(FormatException.Reason.UNUSABLE_METADATA, name, sentence);
  }

  private void readGraph(ProtoReader graph) throws FormatException {
    int names = 0;
    while (graph.next()) {
      if (graph.field() == GRAPH_NODE) {
        Node node = node(graph.message());
        names += node.inputs().size() + node.outputs().size() + node.attributes().size();
        nodes.add(node);
      } else if (graph.field() == GRAPH_INITIALISER) {
        OnnxTensor tensor = OnnxTensor.read(graph.message(), name);
        if (initialisers.put(tensor.name(), tensor) != null) {
          throw unusable(name, "has two initialisers " + tensor.name());
        }
      }
      if (nodes.size() + initialisers.size() > MAX_NODES || names > MAX_NAMES) {
        throw unusable(name, "has more than " + MAX_NODES + " nodes and initialisers");
      }
    }
  }

  private Node node(ProtoReader message) throws FormatException {
    String op = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Object> attributes = new LinkedHashMap<>();
    while (message.next()) {
      switch (message.field()) {
        case NODE_INPUT -> inputs.add(message.text());
        case NODE_OUTPUT -> outputs.add(message.text());
        case NODE_OP -> op = message.text();
        case NODE_ATTRIBUTE -> attribute(message.message(), attributes);
        default -> {}
      }
      if (inputs.size() + outputs.size() + attributes.size() > MAX_NAMES) {
        throw unusable(name, "has a node with more than " + MAX_NAMES + " operands");
      }
    }
    return new Node(op, inputs, outputs, attributes);
  }

  private void attribute(ProtoReader message, Map<String, Object> into) throws FormatException {
    String key = "";
    Object value = null;
    while (message.next()) {
      switch (message.field()) {
        case ATTRIBUTE_NAME -> key = message.text();
        case ATTRIBUTE_F -> value = message.float32();
        case ATTRIBUTE_I -> value = message.varint();
        case ATTRIBUTE_S -> value = message.text();
        case ATTRIBUTE_T -> value = OnnxTensor.read(message.message(), name);
        default -> {}
      }
    }
    into.put(key, value);
  }
}
