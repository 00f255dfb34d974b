package dev.goldcrest.app.data;

import java.util.Objects;

/** One labelled text; neither part is blank. */
public record Example(String label, String text) {
  public Example {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(text, "text");
  }
}
