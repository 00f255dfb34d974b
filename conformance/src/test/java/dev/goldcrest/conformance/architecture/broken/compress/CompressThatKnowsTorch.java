package dev.goldcrest.conformance.architecture.broken.compress;

import dev.goldcrest.conformance.architecture.broken.torch.TorchThatKnowsApp;

class CompressThatKnowsTorch {
  TorchThatKnowsApp above;
}
