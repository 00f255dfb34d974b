package dev.goldcrest.app.train;

import dev.goldcrest.runtime.ModelFile;

/** A compressed model that was trained on, and what that took. */
public record Tuned(ModelFile model, Effort effort) {}
