/** Goldcrest's conformance. */
package dev.goldcrest.conformance;
