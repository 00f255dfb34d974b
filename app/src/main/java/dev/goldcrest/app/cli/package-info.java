/** The command line: one class per verb, and what the verbs share. */
package dev.goldcrest.app.cli;
