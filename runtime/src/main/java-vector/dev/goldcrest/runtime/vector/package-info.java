/**
 * The kernels with the Vector API. Compiled apart from the rest, since the API is an incubator
 * module; nothing else refers to this package, which is found as a service or not at all.
 */
package dev.goldcrest.runtime.vector;
