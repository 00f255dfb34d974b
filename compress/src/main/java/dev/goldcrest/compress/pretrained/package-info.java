/**
 * Pretrained encoders of the BERT family as models of ours: from an ONNX file or a Hugging Face
 * directory. Files may come from a stranger: sizes are checked before anything is allocated.
 */
package dev.goldcrest.compress.pretrained;
