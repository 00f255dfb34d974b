/** Scores of a classifier and how sure they are. */
package dev.goldcrest.app.metrics;
