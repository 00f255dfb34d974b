package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.Op;
import dev.goldcrest.core.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every architecture and preset in the registry. */
class ArchitecturesTest {
  static List<Arguments> presets() {
    List<Arguments> presets = new ArrayList<>();
    for (String name : Architectures.names()) {
      for (String preset : Architectures.presets(name)) {
        presets.add(Arguments.of(name, preset));
      }
    }
    return presets;
  }

  private static Architecture model(String name, String preset) {
    Settings settings = new Settings(Architectures.preset(name, preset));
    Architecture model = Architectures.of(name, settings);
    settings.requireAllKnown();
    return model;
  }

  private static Sizes sizes(Architecture model) {
    return new Sizes(2, model.lengthMultiple() * 3, 5, 4);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void build_trainingAndInference_declareTheSameParametersAndInputs(String name, String preset) {
    Architecture model = model(name, preset);
    Graph inference = Graph.trace(scope -> model.build(scope, Architecture.WHOLE, sizes(model)));
    Graph training =
        Graph.trace(true, scope -> model.build(scope, Architecture.WHOLE, sizes(model)));
    assertThat(declared(training.parameters()))
        .containsExactlyEntriesOf(declared(inference.parameters()));
    assertThat(declared(training.inputs())).containsExactlyEntriesOf(declared(inference.inputs()));
    assertThat(training.outputs().keySet()).isEqualTo(inference.outputs().keySet());
    inference
        .outputs()
        .forEach(
            (output, value) ->
                assertThat(training.output(output).shape()).isEqualTo(value.shape()));
    assertThat(inference.values()).noneMatch(value -> value.op() instanceof Op.Dropout);
    assertThat(training.values()).anyMatch(value -> value.op() instanceof Op.Dropout);
  }

  private static Map<String, Op> declared(Map<String, Value> values) {
    Map<String, Op> ops = new LinkedHashMap<>();
    values.forEach((path, value) -> ops.put(path, value.op()));
    return ops;
  }

  @ParameterizedTest
  @MethodSource("presets")
  void build_otherLengths_declareTheSameParameters(String name, String preset) {
    Architecture model = model(name, preset);
    Graph one = model.whole();
    Graph many = model.trace(Architecture.WHOLE, sizes(model));
    assertThat(declared(many.parameters())).containsExactlyEntriesOf(declared(one.parameters()));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void settings_readBack_giveAnEqualArchitecture(String name, String preset) {
    Architecture model = model(name, preset);
    Settings settings = new Settings(model.settings());
    assertThat(Architectures.of(name, settings)).isEqualTo(model);
    settings.requireAllKnown();
    Map<String, String> all = new LinkedHashMap<>(model.settings());
    // Only what is off is left out, so that older files and recipes keep their names.
    settings.known().forEach(known -> all.putIfAbsent(known, "0"));
    assertThat(all.keySet()).isEqualTo(settings.known());
    assertThat(Architectures.of(name, new Settings(all))).isEqualTo(model);
    assertThat(model.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void build_unknownEntry_isRefused(String name, String preset) {
    Architecture model = model(name, preset);
    assertThatThrownBy(() -> model.trace("wohle", sizes(model)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + " has no entry wohle");
  }

  @Test
  void of_misspeltName_namesTheNearest() {
    assertThatThrownBy(() -> Architectures.of("prformer", new Settings(Map.of())))
        .hasMessage("unknown architecture prformer; did you mean proformer?");
  }

  @Test
  void preset_misspeltName_namesTheNearest() {
    assertThatThrownBy(() -> Architectures.preset("proformer", "tny"))
        .hasMessage("proformer has no preset tny; did you mean tiny?");
    assertThat(Architectures.presets("proformer")).containsExactly("encoder", "paper", "tiny");
  }
}
