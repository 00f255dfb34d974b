/**
 * The device side: the model file, sessions that run a traced graph without allocating, and the
 * public classifier, translator, summariser and language model. Needs the JDK and core alone;
 * {@link dev.goldcrest.runtime.ReferenceInterpreter} defines what every operation computes.
 */
package dev.goldcrest.runtime;
