package dev.goldcrest.app.report;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageFileTest {
  @TempDir private Path folder;

  private void refused(Path page, String sentence, Path... used) {
    assertThatThrownBy(() -> PageFile.check("--report", page, List.of(used)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void check_whereNoPageCanGo_saysWhy() throws IOException {
    refused(folder, "is a folder; name a file in it");
    refused(folder.resolve("none").resolve("page.html"), "there is no folder");
    Path model = Files.writeString(folder.resolve("model"), "weights");
    refused(model, "exists and is no page of ours");
    Path thesis = Files.writeString(folder.resolve("thesis.html"), "<!DOCTYPE html>\nmy thesis");
    refused(thesis, "exists and is no page of ours");
    refused(model, "would replace", model);
    Path link = Files.createSymbolicLink(folder.resolve("link"), model);
    refused(link, "would replace", model);
    Path later = folder.resolve("later");
    refused(folder.resolve(".").resolve("later"), "would replace", later);
  }

  @Test
  void check_newOrAnOlderPage_isAllowed() throws IOException {
    Path page = folder.resolve("page.html");
    Path model = folder.resolve("model");
    assertThatCode(() -> PageFile.check("--report", page, List.of(model)))
        .doesNotThrowAnyException();
    Files.createFile(page);
    assertThatCode(() -> PageFile.check("--report", page, List.of(model)))
        .doesNotThrowAnyException();
    Files.writeString(page, PageFile.BEGINNING + "</head></html>");
    assertThatCode(() -> PageFile.check("--report", page, List.of(model)))
        .doesNotThrowAnyException();
  }
}
