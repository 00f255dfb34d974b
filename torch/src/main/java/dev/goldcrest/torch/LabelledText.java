package dev.goldcrest.torch;

import java.util.List;

/**
 * One training example as a classifier sees it.
 *
 * @param words segmented, cut to the model's limit, at least one
 * @param label index of its class
 */
public record LabelledText(List<String> words, int label) {
  public LabelledText {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("an example needs at least one word");
    }
  }
}
