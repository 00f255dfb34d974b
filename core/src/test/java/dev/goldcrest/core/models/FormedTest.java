package dev.goldcrest.core.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.Graph;
import dev.goldcrest.core.graph.WeightForms;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FormedTest {
  private static final Architecture BERT =
      Bert.from(new Settings(Map.of("vocabulary", "9", "dim", "4", "heads", "2", "layers", "1")));
  private static final WeightForms FORMS =
      WeightForms.NONE
          .withRank("head.weight", 1)
          .withWidth("encoder.layer.0.attention.heads", 1)
          .withWidth("encoder.layer.0.ffn.hidden", 5);

  /** A question that a formed architecture answers itself would get the interface's default. */
  @Test
  void everyQuestion_isAnsweredByTheDenseArchitecture() throws NoSuchMethodException {
    for (Method method : Architecture.class.getMethods()) {
      if (!Set.of("with", "trace", "whole").contains(method.getName())) {
        assertThat(Formed.class.getMethod(method.getName(), method.getParameterTypes()))
            .as(method.getName())
            .returns(Formed.class, Method::getDeclaringClass);
      }
    }
  }

  @Test
  void with_forms_narrowsHeadsAndHiddenUnits() {
    Graph graph = BERT.with(FORMS).trace(Architecture.WHOLE, Sizes.single(3));
    FORMS.requireKnown(graph);
    Map.of(
            "encoder.layer.0.attention.q.weight", "(2,4)",
            "encoder.layer.0.attention.v.bias", "(2)",
            "encoder.layer.0.attention.out.weight", "(4,2)",
            "encoder.layer.0.ffn.in.weight", "(5,4)",
            "encoder.layer.0.ffn.out.weight", "(4,5)",
            "head.weight.u", "(1,4)")
        .forEach(
            (path, shape) -> assertThat(graph.parameters().get(path).shape()).hasToString(shape));
    assertThat(graph.widths())
        .containsExactly(
            Map.entry("encoder.layer.0.attention.heads", 2),
            Map.entry("encoder.layer.0.ffn.hidden", 16));
  }

  @Test
  void with_otherForms_replacesThem() {
    Architecture formed = BERT.with(FORMS);
    assertThat(formed.forms()).isEqualTo(FORMS);
    assertThat(formed.dense()).isSameAs(BERT);
    assertThat(formed.with(WeightForms.NONE)).isSameAs(BERT);
    WeightForms other = WeightForms.NONE.withRank("head.weight", 2);
    assertThat(formed.with(other)).isEqualTo(BERT.with(other)).isNotEqualTo(formed);
  }

  @Test
  void trace_training_declaresTheSameParameters() {
    Architecture formed = BERT.with(FORMS);
    assertThat(formed.trace(true, Architecture.WHOLE, Sizes.single(3)).parameters().keySet())
        .isEqualTo(formed.trace(Architecture.WHOLE, Sizes.single(3)).parameters().keySet());
  }
}
