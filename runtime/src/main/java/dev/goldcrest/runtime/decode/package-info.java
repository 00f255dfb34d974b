/**
 * From a model's next-token scores to sequences: beam search and sampling over any interpreter that
 * can go one step on.
 */
package dev.goldcrest.runtime.decode;
