package dev.goldcrest.runtime.text;

import java.util.List;

/** SGNN's values for one word at a time; how this differs from the original: {@link SgnnText}. */
final class SgnnProjection implements WordProjection {

  private final long[] seeds;
  private final ThreadLocal<SgnnHash> scratch;

  SgnnProjection(ProjectionConfig config) {
    this.seeds = new long[config.bits()];
    for (int i = 0; i < seeds.length; i++) {
      long random = LshFeatures.mix(config.seed() + (i + 1) * LshFeatures.GAMMA);
      seeds[i] = 1 + Long.remainderUnsigned(random, SgnnHash.BUCKETS - 1);
    }
    int ngramMax = config.ngramMax();
    this.scratch = ThreadLocal.withInitial(() -> new SgnnHash(seeds, ngramMax));
  }

  @Override
  public int size() {
    return seeds.length;
  }

  @Override
  public boolean contextual() {
    return false;
  }

  @Override
  public void project(List<String> words, int index, float[] out, int offset) {
    SgnnHash hash = scratch.get();
    hash.clear();
    hash.add(firstCodePoints(words.get(index)));
    hash.means(out, offset);
  }

  private static String firstCodePoints(String word) {
    if (word.length() <= LshFeatures.MAX_CODE_POINTS
        || word.codePointCount(0, word.length()) <= LshFeatures.MAX_CODE_POINTS) {
      return word;
    }
    return word.substring(0, word.offsetByCodePoints(0, LshFeatures.MAX_CODE_POINTS));
  }
}
