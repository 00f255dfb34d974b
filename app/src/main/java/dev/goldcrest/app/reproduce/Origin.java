package dev.goldcrest.app.reproduce;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a row comes from.
 *
 * @param train the command that makes the same model
 * @param evaluate the command that scores it
 * @param commit of the source, or the version where that is not known
 * @param machine processors and Java
 * @param finished UTC, to the second
 */
record Origin(String train, String evaluate, String commit, String machine, String finished) {
  /** Here and now. */
  static Origin of(String train, String evaluate) {
    return new Origin(train, evaluate, Machine.commit(), Machine.description(), now());
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
