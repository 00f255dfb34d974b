package dev.goldcrest.core.graph;

/**
 * A model asked for an operation on shapes it does not accept. The message starts with the scope
 * path.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** An error whose place is not known yet; {@link Scope} adds it. */
  public ShapeException(String message) {
    super(message);
  }
}
