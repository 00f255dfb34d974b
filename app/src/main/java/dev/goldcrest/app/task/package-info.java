/** What the verbs {@code train}, {@code evaluate} and {@code predict} do for each task. */
package dev.goldcrest.app.task;
