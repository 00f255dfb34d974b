/**
 * Labelled, parallel and running text from files: readers, the hold-out rule, label sets and the
 * built-in glosses.
 */
package dev.goldcrest.app.data;
