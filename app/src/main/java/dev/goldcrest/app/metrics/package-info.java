/** Scores of classifiers and of models that write, and how sure they are. */
package dev.goldcrest.app.metrics;
