package dev.goldcrest.runtime.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The width of all vectors, chosen once: compilers only make single instructions of vectors whose
 * species is a constant. The property {@code goldcrest.vectorBits} set to 128, 256 or 512 narrows
 * it, for tests.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES;

  /** Floats of one vector. */
  static final int COUNT;

  /** Why vectors are not to be used here, or null. */
  static final String REFUSAL;

  private static final String PROPERTY = "goldcrest.vectorBits";
  private static final int LEAST_BITS = 128;

  static {
    VectorSpecies<Float> most = FloatVector.SPECIES_PREFERRED;
    VectorSpecies<Float> wished = wished(System.getProperty(PROPERTY), most);
    SPECIES = wished == null ? most : wished;
    COUNT = SPECIES.length();
    if (wished == null) {
      REFUSAL = PROPERTY + " must be 128, 256 or 512, got '" + System.getProperty(PROPERTY) + "'";
    } else if (SPECIES.vectorBitSize() > most.vectorBitSize()) {
      REFUSAL =
          PROPERTY
              + " asks for "
              + SPECIES.vectorBitSize()
              + " bits, this machine has "
              + most.vectorBitSize();
    } else if (SPECIES.vectorBitSize() < LEAST_BITS) {
      REFUSAL =
          "vectors of "
              + SPECIES.vectorBitSize()
              + " bits are all this machine has, 128 are needed";
    } else {
      REFUSAL = null;
    }
  }

  private Lanes() {}

  private static VectorSpecies<Float> wished(String bits, VectorSpecies<Float> otherwise) {
    if (bits == null || bits.isEmpty()) {
      return otherwise;
    }
    switch (bits) {
      case "128":
        return FloatVector.SPECIES_128;
      case "256":
        return FloatVector.SPECIES_256;
      case "512":
        return FloatVector.SPECIES_512;
      default:
        return null;
    }
  }
}
