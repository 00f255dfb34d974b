/**
 * The one file a model is: the safetensors format, read strictly and written so that equal content
 * gives equal bytes.
 *
 * <p>The format, as its publishers describe it:
 *
 * <pre>
 * 8 bytes      n, the length of the header, little-endian, unsigned
 * n bytes      the header: JSON in UTF-8 from a '{' on, padded at its end with spaces
 *                {"__metadata__": {string: string, ...},
 *                 NAME: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
 * the rest     the data: little-endian, row by row (C order); offsets count from its first byte
 * </pre>
 *
 * <p>The data are covered without gap, overlap or rest, so that a file has no place for anything
 * the header does not name. A header has at most 100,000,000 bytes.
 *
 * <p>{@link dev.goldcrest.runtime.safetensors.SafetensorsFile} reads, {@link
 * dev.goldcrest.runtime.safetensors.SafetensorsWriter} writes {@link
 * dev.goldcrest.runtime.safetensors.TensorData}.
 */
package dev.goldcrest.runtime.safetensors;
