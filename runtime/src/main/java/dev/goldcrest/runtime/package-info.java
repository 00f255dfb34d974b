/** Goldcrest's runtime. */
package dev.goldcrest.runtime;
