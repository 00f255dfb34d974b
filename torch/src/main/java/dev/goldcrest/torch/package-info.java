/**
 * Training: the libtorch interpreter of the graph, optimisers, trainers and checkpoints. The only
 * module that sees native code.
 */
package dev.goldcrest.torch;
