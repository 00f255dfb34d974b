/** What a model costs, read off its graph by shape alone. */
package dev.goldcrest.cost;
