package dev.goldcrest.torch;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.MemoryPlan;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The graphs of a model that batches of different sizes need; the least used are forgotten. */
final class Traces {
  private static final int KEPT = 512;

  private final Architecture model;
  private final Map<Key, Traced> graphs =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Traced> eldest) {
              return size() > KEPT;
            }
          });

  /** A graph and who lives how long in it. */
  record Traced(Graph graph, MemoryPlan plan) {}

  private record Key(boolean training, String entry, Sizes sizes) {}

  Traces(Architecture model) {
    this.model = model;
  }

  /** What a checkpoint must agree with: everything that makes the model what it is. */
  static String described(Architecture model) {
    String forms = model.forms().isEmpty() ? "" : " " + model.forms();
    return model.name() + " " + model.settings() + forms;
  }

  Traced of(boolean training, String entry, Sizes sizes) {
    return graphs.computeIfAbsent(
        new Key(training, entry, sizes),
        key -> {
          Graph graph = model.trace(training, entry, sizes);
          return new Traced(graph, MemoryPlan.of(graph));
        });
  }
}
