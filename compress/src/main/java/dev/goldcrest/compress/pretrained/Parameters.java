package dev.goldcrest.compress.pretrained;

import java.io.IOException;
import java.util.Set;

/** Weights by the names that BERT's own code gives them, linear ones as (out, in). */
interface Parameters {
  Set<String> names();

  long[] shape(String name) throws IOException;

  /** The elements, row-major. */
  float[] values(String name) throws IOException;
}
