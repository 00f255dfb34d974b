package dev.goldcrest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The two launchers side by side: no machine of ours runs goldcrest.cmd. */
class LaunchersTest {
  private static final Path ROOT = Path.of(System.getProperty("goldcrest.root"));

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static Set<String> found(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  @Test
  void launchers_giveJavaTheSameOptions() throws IOException {
    String options =
        "--add-modules jdk\\.incubator\\.vector|--enable-native-access=\\S+|-XX:\\S+"
            + "|-Dfile\\.encoding=\\S+|-Dgoldcrest\\.minilm|OMP_WAIT_POLICY|OPENBLAS_NUM_THREADS"
            + "|GOLDCREST_JAVA_OPTS|dev\\.goldcrest\\.app\\.Main";
    assertThat(found(options, text("goldcrest.cmd"))).isEqualTo(found(options, text("goldcrest")));
    assertThat(found(options, text("goldcrest"))).hasSize(9);
  }

  @Test
  void launchers_fetchTheSameArtifactsInTheVersionsOfThePom() throws IOException {
    String shell = text("goldcrest");
    String windows = text("goldcrest.cmd");
    Set<String> artifacts = found("(?<=\")[a-z0-9.]+:[a-z0-9-]+(?=:\\$version)", shell);
    assertThat(artifacts).hasSize(2);
    for (String artifact : artifacts) {
      assertThat(windows).contains(artifact.replace(':', ' '));
    }
    Set<String> versions = found("[a-z]+\\.version(?=>)", shell);
    assertThat(versions).hasSize(2);
    String pom = text("pom.xml");
    for (String version : versions) {
      Matcher value = Pattern.compile("<" + version + ">(.*)</" + version + ">").matcher(pom);
      assertThat(value.find()).as(version).isTrue();
      assertThat(windows).contains(version).doesNotContain(value.group(1));
    }
  }

  /** An option's value may stand anywhere: {@code demo --out DIR --task pronounce}. */
  @Test
  void windows_looksForAWordAmongAllArguments() throws IOException {
    assertThat(text("goldcrest.cmd"))
        .contains("call :names minilm %*", "call :names pronounce %*")
        .doesNotContain("%~2\"==\"minilm", "%~3\"==\"pronounce");
  }
}
