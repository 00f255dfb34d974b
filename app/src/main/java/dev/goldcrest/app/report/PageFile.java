package dev.goldcrest.app.report;

import dev.goldcrest.app.cli.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a page goes. An older page is replaced there, nothing else. */
public final class PageFile {
  /** How every page begins, and no other file. */
  static final String BEGINNING =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          + "<meta name=\"generator\" content=\"Goldcrest\">";

  private PageFile() {}

  /**
   * Judges the place before any work is done.
   *
   * @param option what names it
   * @param used files that the same command reads or writes
   * @throws UserError if no page can go there
   */
  public static void check(String option, Path page, List<Path> used) throws IOException {
    if (page.getFileName() == null || Files.isDirectory(page)) {
      throw UserError.usage("%s %s is a folder; name a file in it", option, page);
    }
    Path folder = page.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw UserError.failed("%s %s: there is no folder %s; create it first", option, page, folder);
    }
    for (Path file : used) {
      if (same(page, file)) {
        throw UserError.usage("%s %s would replace %s; name another file", option, page, file);
      }
    }
    if (Files.isRegularFile(page) && Files.size(page) > 0 && !isPage(page)) {
      throw UserError.usage(
          "%s %s exists and is no page of ours; name another file or delete it", option, page);
    }
  }

  private static boolean same(Path one, Path other) throws IOException {
    return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
        || Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
  }

  private static boolean isPage(Path file) throws IOException {
    byte[] beginning = BEGINNING.getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(beginning.length), StandardCharsets.US_ASCII)
          .equals(BEGINNING);
    }
  }
}
