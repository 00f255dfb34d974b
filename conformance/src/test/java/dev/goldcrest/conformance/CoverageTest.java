package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.DType;
import dev.goldcrest.core.graph.Op;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of cases leaves nothing out. */
class CoverageTest {
  private static Set<String> required() {
    Set<String> required = new TreeSet<>();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      required.add(op.getSimpleName());
    }
    // Operations with a kind are required kind by kind.
    required.removeAll(Set.of("Input", "Sinusoids", "Unary", "Binary", "Reduce", "Dropout"));
    each(required, "Input ", DType.values());
    each(required, "Sinusoids ", Op.Sinusoids.Layout.values());
    each(required, "Unary ", Op.Unary.Kind.values());
    each(required, "Binary ", Op.Binary.Kind.values());
    each(required, "Reduce ", Op.Reduce.Kind.values());
    each(required, "Dropout ", Op.Dropout.Kind.values());
    for (Op.Reduce.Kind kind : Op.Reduce.Kind.values()) {
      required.add("Reduce " + kind + " mask");
    }
    required.addAll(
        Set.of(
            "Linear bias",
            "Attention causal",
            "Attention mask",
            "Attention causal mask",
            "Attention bias",
            "Attention mask bias",
            "Attention causal bias",
            "DynamicMask future",
            "DynamicMask step",
            "Gather partial",
            "LightConvolution dynamic",
            "Convolution bias",
            "Convolution groups",
            "Convolution groups bias",
            "Softmax log"));
    return required;
  }

  private static void each(Set<String> required, String op, Enum<?>[] kinds) {
    for (Enum<?> kind : kinds) {
      required.add(op + kind);
    }
  }

  private static Set<String> covered(boolean workedOnly) {
    Coverage coverage = new Coverage();
    Set<String> covered = new TreeSet<>();
    for (OpCase opCase : OpCases.all()) {
      if (!workedOnly || opCase.expected() != null) {
        opCase.graph().values().forEach(value -> covered.add(value.op().accept(coverage, value)));
      }
    }
    return covered;
  }

  @Test
  void all_together_coverEveryOperationAndKind() {
    assertThat(covered(false)).containsAll(required());
  }

  @Test
  void all_worked_coverEveryOperationAndKindByHand() {
    Set<String> required = required();
    // Without a bias or with one, grouped or not: each is worked alone.
    required.removeAll(Set.of("Linear", "Convolution", "Convolution groups bias"));
    assertThat(covered(true)).containsAll(required);
  }

  @Test
  void all_names_areUnique() {
    assertThat(OpCases.all())
        .extracting(OpCase::name)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(150);
  }
}
