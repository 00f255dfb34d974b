/** Layers as static functions that append to the graph; parameter names are PyTorch's. */
package dev.goldcrest.core.nn;
