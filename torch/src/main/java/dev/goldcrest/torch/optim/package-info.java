/**
 * Learning-rate schedules, losses and optimisers, each with the arithmetic of the program that
 * published results came from: libtorch's or fairseq's, which differ. Checked against both by
 * golden numbers.
 */
package dev.goldcrest.torch.optim;
