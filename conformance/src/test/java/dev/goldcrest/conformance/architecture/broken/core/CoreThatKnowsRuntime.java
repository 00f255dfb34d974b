package dev.goldcrest.conformance.architecture.broken.core;

import dev.goldcrest.conformance.architecture.broken.runtime.RuntimeThatReachesOut;

final class CoreThatKnowsRuntime {
  RuntimeThatReachesOut upwards;
}
