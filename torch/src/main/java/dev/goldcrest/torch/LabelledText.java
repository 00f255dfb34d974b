package dev.goldcrest.torch;

import java.util.List;

/**
 * One training example as a classifier sees it.
 *
 * @param words segmented, cut to the model's limit, at least one
 * @param label index of its class; -1 where nobody knows it
 * @param soft what training aims at instead of the label alone, or null
 * @param taught what a teacher thinks of it beside the label, or null where it has not read it
 */
public record LabelledText(List<String> words, int label, SoftLabel soft, SoftLabel taught) {
  public LabelledText {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("an example needs at least one word");
    }
  }

  /** An example that is its label without doubt. */
  public LabelledText(List<String> words, int label) {
    this(words, label, null, null);
  }

  /** The same example with another aim. */
  public LabelledText aiming(SoftLabel other) {
    return new LabelledText(words, label, other, taught);
  }

  /** The same example with what a teacher thinks of it. */
  public LabelledText taught(SoftLabel thought) {
    return new LabelledText(words, label, soft, thought);
  }
}
