package dev.goldcrest.runtime.safetensors;

import java.io.IOException;

/**
 * A file that is not what it should be: damaged, cut short, hostile, or made for another purpose.
 * The message is one sentence that names the file, the tensor and the values that disagree; it can
 * be shown to a person as it is.
 */
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, for callers that react differently and for tests. */
  public enum Reason {
    /** Fewer than 8 bytes, or fewer bytes after them than the header is said to have. */
    TRUNCATED_HEADER,
    /** A header length above the 100,000,000 bytes of the format. */
    HEADER_TOO_LARGE,
    /** The header does not begin with an opening brace. */
    BAD_HEADER_START,
    /** The header is not strict JSON, or beyond the limits of the JSON reader. */
    BAD_JSON,
    /** Two tensors, two metadata entries or two fields of a tensor have the same name. */
    DUPLICATE_NAME,
    /** The metadata are not an object of strings. */
    BAD_METADATA,
    /** A tensor's entry is not an object of exactly dtype, shape and data_offsets. */
    BAD_TENSOR_ENTRY,
    /** A dtype that is no {@link StoredType}. */
    UNKNOWN_DTYPE,
    /** A shape that is no list of integers of 0 or more. */
    BAD_SHAPE,
    /** A shape whose bytes cannot be counted in 63 bits. */
    SHAPE_OVERFLOW,
    /** Offsets that are no pair of integers of 0 or more. */
    BAD_OFFSETS,
    /** A tensor that ends before it begins. */
    OFFSETS_OUT_OF_ORDER,
    /** The bytes between the offsets are not those that dtype and shape need. */
    DATA_SIZE_MISMATCH,
    /** Two tensors share bytes. */
    OVERLAP,
    /** Bytes between two tensors, or before the first, that belong to none. */
    HOLE,
    /** The file ends before its last tensor does. */
    TRUNCATED_DATA,
    /** The file goes on after its last tensor. */
    TRAILING_BYTES,
    /** The file has no tensor of the name asked for. */
    NO_SUCH_TENSOR,
    /** The tensor cannot be had as the Java type asked for. */
    WRONG_TYPE,
    /** More elements than a Java array can hold. */
    TENSOR_TOO_LARGE,
    /** A value that its type or use cannot hold: a BOOL of 2, a weight that is not finite. */
    VALUE_OUT_OF_RANGE,
    /** Codes, or what they stand for, are not as a weight's form needs them. */
    BAD_CODES,
    /** The weights are not those the checksum in the metadata was taken of. */
    WRONG_CHECKSUM,
    /** Metadata that a program needs are missing or not as it needs them; used by its readers. */
    UNUSABLE_METADATA
  }

  private final Reason reason;

  /**
   * Also for the readers of a particular kind of file, who find fault with its content.
   *
   * @param file the name to tell the user, in front of the sentence
   */
  public FormatException(Reason reason, String file, String sentence) {
    super(file + ": " + sentence);
    this.reason = reason;
  }

  /** What is wrong; never null. */
  public Reason reason() {
    return reason;
  }
}
