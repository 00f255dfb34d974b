package dev.goldcrest.runtime.text;

import java.util.List;

/** {@link PradoHash} word by word, with bytes read as on x86. */
final class PradoProjection implements WordProjection {

  private final PradoHash hash;

  PradoProjection(ProjectionConfig config) {
    this.hash = new PradoHash(config.bits(), false);
  }

  @Override
  public int size() {
    return hash.size();
  }

  @Override
  public boolean contextual() {
    return false;
  }

  @Override
  public void project(List<String> words, int index, float[] out, int offset) {
    hash.ternary(words.get(index), out, offset);
  }
}
