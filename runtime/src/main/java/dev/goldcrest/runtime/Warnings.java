package dev.goldcrest.runtime;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where the runtime says the few things that a user should know and that stop nothing, such as a
 * slow path taken. The runtime does not log: an application on a phone has its own way to.
 */
public final class Warnings {
  private static final Set<String> SAID = Collections.synchronizedSet(new HashSet<>());
  private static volatile Consumer<String> sink = System.err::println;

  private Warnings() {}

  /**
   * Sends sentences to {@code consumer} from now on; they go to the standard error stream
   * otherwise.
   */
  public static void to(Consumer<String> consumer) {
    if (consumer == null) {
      throw new IllegalArgumentException(
          "a consumer of warnings is needed; text -> {} ignores them");
    }
    sink = consumer;
  }

  /** Says {@code sentence} unless it was said before in this process. */
  public static void once(String sentence) {
    if (SAID.add(sentence)) {
      sink.accept(sentence);
    }
  }
}
