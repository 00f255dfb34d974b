package dev.goldcrest.conformance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the modules may know of each other, as rules over package names below one root. The root is
 * a parameter so that the same rules can be seen to fail on the classes in {@code broken}.
 */
final class ArchitectureRules {
  private static final Set<String> LOOKS_UP_OR_LOADS =
      Set.of(
          "java.lang.Class.forName",
          "java.lang.ClassLoader.loadClass",
          "java.lang.System.load",
          "java.lang.System.loadLibrary",
          "java.lang.Runtime.load",
          "java.lang.Runtime.loadLibrary");

  private final String core;
  private final String runtime;
  private final String vector;
  private final String cost;
  private final String compress;
  private final String torch;
  private final String app;
  private final String conformance;
  private final String models;
  private final String vectorApi;

  private ArchitectureRules(String root, String vectorApi) {
    this.vectorApi = vectorApi;
    core = root + ".core..";
    runtime = root + ".runtime..";
    vector = root + ".runtime.vector..";
    cost = root + ".cost..";
    compress = root + ".compress..";
    torch = root + ".torch..";
    app = root + ".app..";
    conformance = root + ".conformance..";
    models = root + "..models..";
  }

  /** Every rule by its name, for the classes below {@code root}. */
  static Map<String, ArchRule> below(String root, String vectorApi) {
    ArchitectureRules rules = new ArchitectureRules(root, vectorApi);
    Map<String, ArchRule> all = new LinkedHashMap<>();
    all.put("core uses the JDK only", rules.coreUsesTheJdkOnly());
    all.put("runtime uses core and the JDK only", rules.runtimeUsesCoreOnly());
    all.put("cost uses core and the JDK only", rules.costUsesCoreOnly());
    all.put("compress uses runtime and the JDK only", rules.compressUsesRuntimeOnly());
    all.put("torch does not know app", rules.torchDoesNotKnowApp());
    all.put("app does not know conformance", rules.appDoesNotKnowConformance());
    all.put("only torch sees native code", rules.onlyTorchSeesNativeCode());
    all.put("models are definitions", rules.modelsAreDefinitions());
    all.put("the Vector API stays in its package", rules.vectorApiStaysInItsPackage());
    all.put("no reflection, network, logging or Java serialisation", rules.forbiddenTypes());
    all.put("nothing is loaded by name", rules.nothingIsLoadedByName());
    all.put("no native methods", rules.noNativeMethods());
    all.put("no sockets outside serve", rules.noSockets(root));
    return all;
  }

  private ArchRule coreUsesTheJdkOnly() {
    return classes()
        .that()
        .resideInAPackage(core)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(core, "java..");
  }

  private ArchRule runtimeUsesCoreOnly() {
    return classes()
        .that()
        .resideInAPackage(runtime)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(core, runtime, "java..", vectorApi);
  }

  private ArchRule costUsesCoreOnly() {
    return classes()
        .that()
        .resideInAPackage(cost)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(core, cost, "java..");
  }

  private ArchRule compressUsesRuntimeOnly() {
    return classes()
        .that()
        .resideInAPackage(compress)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(core, runtime, compress, "java..");
  }

  private ArchRule torchDoesNotKnowApp() {
    return noClasses()
        .that()
        .resideInAPackage(torch)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(app, conformance);
  }

  private ArchRule appDoesNotKnowConformance() {
    return noClasses()
        .that()
        .resideInAPackage(app)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(conformance);
  }

  private ArchRule onlyTorchSeesNativeCode() {
    return noClasses()
        .that()
        .resideInAnyPackage(core, runtime, compress, app)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..");
  }

  private ArchRule modelsAreDefinitions() {
    return noClasses()
        .that()
        .resideInAPackage(models)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(runtime, torch, app, "java.io..", "java.nio..")
        .because("a model is a definition that every interpreter reads");
  }

  private ArchRule vectorApiStaysInItsPackage() {
    return noClasses()
        .that(resideInAnyPackage(core, runtime).and(are(not(resideInAPackage(vector)))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(vectorApi)
        .because("Android and a JVM without the incubator module run everything else");
  }

  private ArchRule forbiddenTypes() {
    DescribedPredicate<JavaClass> forbidden =
        describe(
            "forbidden on a device",
            type ->
                resideInAnyPackage("java.lang.reflect..", "java.net..", "sun..", "jdk.internal..")
                        .test(type)
                    || type.getName().equals("java.io.ObjectInputStream")
                    || type.getName().equals("java.io.ObjectOutputStream")
                    || type.getName().startsWith("java.lang.System$Logger")
                    || type.getName().startsWith("java.util.logging."));
    return noClasses()
        .that()
        .resideInAnyPackage(core, runtime)
        .should()
        .dependOnClassesThat(are(forbidden));
  }

  private ArchRule nothingIsLoadedByName() {
    DescribedPredicate<JavaAccess<?>> loads =
        describe(
            "looks up a class or loads a library by name",
            access ->
                access.getTarget() instanceof CodeUnitCallTarget target
                    && LOOKS_UP_OR_LOADS.contains(
                        target.getOwner().getName() + "." + target.getName()));
    return noClasses()
        .that()
        .resideInAnyPackage(core, runtime)
        .should()
        .accessTargetWhere(loads)
        .because("java.util.ServiceLoader finds the SIMD provider");
  }

  private ArchRule noNativeMethods() {
    return noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(core, runtime)
        .should()
        .haveModifier(JavaModifier.NATIVE)
        .allowEmptyShould(true);
  }

  private ArchRule noSockets(String root) {
    DescribedPredicate<JavaClass> socket =
        describe(
            "sockets",
            type ->
                resideInAnyPackage("java.net.http..", "com.sun.net..", "java.nio.channels.spi..")
                        .test(type)
                    || Set.of(
                            "java.net.Socket",
                            "java.net.ServerSocket",
                            "java.net.DatagramSocket",
                            "java.net.URLConnection",
                            "java.net.HttpURLConnection",
                            "java.nio.channels.SocketChannel",
                            "java.nio.channels.ServerSocketChannel")
                        .contains(type.getName()));
    return noClasses()
        .that(
            resideInAnyPackage(compress, torch, app)
                .and(are(not(resideInAPackage(root + ".app.serve..")))))
        .should()
        .dependOnClassesThat(are(socket));
  }
}
