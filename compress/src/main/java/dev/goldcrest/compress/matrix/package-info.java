/** Dense matrices in double and the factorisations that compression needs. */
package dev.goldcrest.compress.matrix;
