/** Goldcrest's core. */
package dev.goldcrest.core;
