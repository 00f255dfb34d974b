/** From labelled text to a model file: the default recipe, the run, and the verbs that start it. */
package dev.goldcrest.app.train;
