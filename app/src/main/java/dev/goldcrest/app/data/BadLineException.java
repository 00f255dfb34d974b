package dev.goldcrest.app.data;

/** What is wrong with one line, without its place: the caller adds it or counts the line. */
final class BadLineException extends Exception {
  private static final long serialVersionUID = 1L;

  BadLineException(String message) {
    super(message, null, false, false);
  }
}
