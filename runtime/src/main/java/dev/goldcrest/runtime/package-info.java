/**
 * The device side: the model file, sessions that run a traced graph without allocating, and the
 * public classifier, translator, summariser and language model. Needs the JDK and core alone. The
 * reference interpreter, which defines what every operation computes, stands with its tests.
 */
package dev.goldcrest.runtime;
