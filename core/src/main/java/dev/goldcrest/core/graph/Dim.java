package dev.goldcrest.core.graph;

/**
 * One axis of a {@link Shape}: its length in this trace, and a name for what it counts. Names are
 * labels: rules compare sizes, exporters and error messages read names.
 *
 * @param size at least 1
 * @param name such as {@code "B"} or {@code "T"}; empty for an axis whose length belongs to the
 *     model
 */
public record Dim(int size, String name) {
  public Dim {
    if (size < 1) {
      throw new ShapeException("axis " + name + ": length must be at least 1, got " + size);
    }
  }

  /** An axis whose length belongs to the model, such as its channels. */
  public static Dim of(int size) {
    return new Dim(size, "");
  }

  /** B, the sequences of a batch. */
  public static Dim batch(int size) {
    return new Dim(size, "B");
  }

  /** T, the steps of a sequence. */
  public static Dim time(int size) {
    return new Dim(size, "T");
  }

  /** S, the steps of the sequence that an encoder reads for a decoder. */
  public static Dim source(int size) {
    return new Dim(size, "S");
  }

  /** W, the distinct words of a batch. */
  public static Dim words(int size) {
    return new Dim(size, "W");
  }

  @Override
  public String toString() {
    return name.isEmpty() ? Integer.toString(size) : name + "=" + size;
  }
}
