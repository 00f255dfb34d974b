package dev.goldcrest.conformance.architecture.broken.cost;

import dev.goldcrest.conformance.architecture.broken.runtime.RuntimeThatReachesOut;

class CostThatKnowsRuntime {
  RuntimeThatReachesOut beside;
}
