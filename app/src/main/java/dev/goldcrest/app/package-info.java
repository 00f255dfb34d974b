/**
 * The command line: verbs, data readers, the linear baseline, metrics, the report and the tables of
 * results.
 */
package dev.goldcrest.app;
