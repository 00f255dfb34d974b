/** Goldcrest's app. */
package dev.goldcrest.app;
