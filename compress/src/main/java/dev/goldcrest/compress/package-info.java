/**
 * What makes a trained model smaller: factors of low rank, pruning, quantisation, each with the
 * error that it makes. How a weight is then stored and run is {@code core}'s and {@code runtime}'s.
 */
package dev.goldcrest.compress;
