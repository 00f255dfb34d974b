/** Encoders of texts that learn another encoder's vectors. */
package dev.goldcrest.app.distill;
