/** Goldcrest's torch. */
package dev.goldcrest.torch;
