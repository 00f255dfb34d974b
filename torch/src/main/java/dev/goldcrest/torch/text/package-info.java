/** What training does to texts before a model reads them. */
package dev.goldcrest.torch.text;
