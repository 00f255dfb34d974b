package dev.goldcrest.conformance.architecture.broken.torch;

import dev.goldcrest.conformance.architecture.broken.app.AppThatKnowsItsTests;

/** Looks upwards. */
public final class TorchThatKnowsApp {
  AppThatKnowsItsTests upwards;
}
