package dev.goldcrest.conformance.architecture.broken.core.models;

import dev.goldcrest.conformance.architecture.broken.runtime.RuntimeThatReachesOut;
import java.nio.file.Path;

record ModelThatRuns(RuntimeThatReachesOut executor, Path weights) {}
