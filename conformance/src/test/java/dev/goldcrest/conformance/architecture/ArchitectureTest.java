package dev.goldcrest.conformance.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the modules, and what the device side may touch. */
class ArchitectureTest {
  private static final String ROOT = "dev.goldcrest";
  private static final String BROKEN = "dev.goldcrest.conformance.architecture.broken";
  private static final Map<String, ArchRule> RULES =
      ArchitectureRules.below(ROOT, "jdk.incubator.vector..");
  private static final Map<String, ArchRule> RULES_FOR_BROKEN =
      ArchitectureRules.below(BROKEN, BROKEN + ".vectorapi..");
  private static final JavaClasses MODULES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);
  private static final JavaClasses BROKEN_CLASSES = new ClassFileImporter().importPackages(BROKEN);

  static Set<String> rules() {
    return RULES.keySet();
  }

  @Test
  void importedClasses_coverEveryModule() {
    for (String module :
        new String[] {"core", "runtime", "cost", "compress", "torch", "app", "conformance"}) {
      assertThat(MODULES)
          .as("classes of %s", module)
          .anyMatch(type -> type.getPackageName().startsWith(ROOT + "." + module));
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_onTheModules_holds(String name) {
    RULES.get(name).check(MODULES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_onClassesThatBreakIt_fails(String name) {
    ArchRule rule = RULES_FOR_BROKEN.get(name);
    assertThatThrownBy(() -> rule.check(BROKEN_CLASSES))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was violated");
  }

  @Test
  void deviceRules_onClassesThatBreakThem_nameEachForbiddenThing() {
    assertThat(violations("no reflection, network, logging or Java serialisation"))
        .contains("java.lang.reflect.Method")
        .contains("java.net.Socket")
        .contains("java.io.ObjectInputStream")
        .contains("java.lang.System$Logger");
    assertThat(violations("nothing is loaded by name"))
        .contains("java.lang.Class.forName")
        .contains("java.lang.System.loadLibrary");
    assertThat(violations("models are definitions"))
        .contains("broken.core.models.ModelThatRuns")
        .contains("java.nio.file.Path");
  }

  private static String violations(String name) {
    return RULES_FOR_BROKEN
        .get(name)
        .evaluate(BROKEN_CLASSES)
        .getFailureReport()
        .getDetails()
        .toString();
  }
}
