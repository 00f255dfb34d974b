/**
 * From text to word vectors without a vocabulary: segmentation, the hashed projections (LSH, PRADO,
 * SGNN). And from text to ids and back, for models that write: {@link Tokenizer}, whose tables are
 * learnt from data and stored in the model.
 *
 * <p>Everything else here is a pure function of its arguments: no tables learnt from data, no
 * salted hash codes, no locale, no dictionary of the platform. The same text gives the same numbers
 * in every process, on the JVM and on Android; only code points assigned after the platform's
 * Unicode version may be cut differently.
 */
package dev.goldcrest.runtime.text;
