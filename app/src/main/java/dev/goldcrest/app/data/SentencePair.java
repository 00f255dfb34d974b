package dev.goldcrest.app.data;

import java.util.Objects;

/** A text and what is to be made of it: a translation, a summary; neither is blank. */
public record SentencePair(String source, String target) {
  public SentencePair {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
  }
}
