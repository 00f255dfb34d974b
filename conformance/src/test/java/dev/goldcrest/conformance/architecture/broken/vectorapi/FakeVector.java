package dev.goldcrest.conformance.architecture.broken.vectorapi;

/** Stands for a class of the Vector API, which test sources cannot see. */
public final class FakeVector {}
