/** What work costs in the world: energy, carbon dioxide and money. */
package dev.goldcrest.app.energy;
