/** The baseline that stands beside every trained classifier: hashed n-grams and liblinear. */
package dev.goldcrest.app.baseline;
