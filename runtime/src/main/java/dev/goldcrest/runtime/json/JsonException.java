package dev.goldcrest.runtime.json;

import java.io.IOException;

/** A text that is not the JSON it should be; the message says where and what was found there. */
public final class JsonException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, for callers that react differently. */
  public enum Reason {
    /** The text breaks the grammar of RFC 8259. */
    SYNTAX,
    /** The bytes are not UTF-8, or an escape names half of a surrogate pair. */
    BAD_UNICODE,
    /** An object has the same key twice; readers disagree on which one counts, so neither does. */
    DUPLICATE_KEY,
    /** Longer than {@link Json#MAX_BYTES}. */
    TOO_LONG,
    /** Nested deeper than {@link Json#MAX_DEPTH}. */
    TOO_DEEP,
    /** More values than {@link Json#MAX_VALUES}. */
    TOO_MANY_VALUES,
    /** An integer beyond 64 bits, or a number beyond the largest double. */
    NUMBER_RANGE,
    /** Well-formed, but of another type than the caller needs. */
    WRONG_TYPE
  }

  private final Reason reason;

  JsonException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What is wrong; never null. */
  public Reason reason() {
    return reason;
  }
}
