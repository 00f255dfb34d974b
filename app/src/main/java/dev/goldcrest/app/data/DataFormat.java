package dev.goldcrest.app.data;

/** How labelled text is laid out in a file. */
public enum DataFormat {
  /** Decide from the options, the file's name and its first line. */
  AUTO,
  /** No header, {@code label<TAB>text}, no quoting; further columns are never read. */
  TSV,
  /** A header line that names the text and the label column, then CSV (RFC 4180) or TSV rows. */
  TABLE,
  /** One JSON object a line with a text and a label field. */
  JSONL,
  /** fastText's {@code __label__x text}. */
  FASTTEXT
}
