package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.nn.Memory;
import java.util.Map;

/**
 * An architecture over tokens: it says what stands around its layers and how a layer is built, and
 * has every task and entry point from {@link SequenceGraph}.
 */
interface SequenceArchitecture extends Architecture, SequenceGraph.Cells {
  /** What stands around the layers. */
  SequenceConfig sequence();

  @Override
  default Task task() {
    return sequence().task();
  }

  @Override
  default int maxLength() {
    return sequence().maxLength();
  }

  @Override
  default Sizes smallest() {
    return sequence().smallest();
  }

  @Override
  default boolean paperCounts(Value value) {
    return SequenceConfig.paperCounts(value);
  }

  @Override
  default Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    return SequenceGraph.build(name(), sequence(), this, scope, entry, sizes);
  }

  /** Heads of each attention to the encoder. */
  int crossHeads();

  /** One cross-attention a layer, at {@code cross}. */
  @Override
  default void project(Scope scope, Memory memory) {
    memory.project(scope.in("cross"), crossHeads(), sequence().dim(), SequenceGraph.PROJECTION);
  }
}
