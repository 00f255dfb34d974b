package dev.goldcrest.conformance.architecture.broken.conformance;

/** The top of the arrows. */
public final class Suite {}
