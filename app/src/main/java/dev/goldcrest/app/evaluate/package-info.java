/** What a model file is worth on labelled text: scores, errors and microseconds. */
package dev.goldcrest.app.evaluate;
