package dev.goldcrest.conformance.architecture.broken.app;

import dev.goldcrest.conformance.architecture.broken.conformance.Suite;
import java.net.ServerSocket;

/** Looks upwards and listens. */
public final class AppThatKnowsItsTests {
  Suite upwards;
  ServerSocket listening;
}
