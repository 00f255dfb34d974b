package dev.goldcrest.core.models;

import dev.goldcrest.core.graph.Scope;
import dev.goldcrest.core.graph.Value;
import dev.goldcrest.core.graph.WeightForms;
import java.util.Map;

/** An architecture whose weights have forms; everything else is the dense one's. */
record Formed(Architecture dense, WeightForms forms) implements Architecture {
  @Override
  public String name() {
    return dense.name();
  }

  @Override
  public boolean readsTokens() {
    return dense.readsTokens();
  }

  @Override
  public Task task() {
    return dense.task();
  }

  @Override
  public Map<String, String> settings() {
    return dense.settings();
  }

  @Override
  public Map<String, Value> build(Scope scope, String entry, Sizes sizes) {
    return dense.build(scope.adopt(forms), entry, sizes);
  }

  @Override
  public int lengthMultiple() {
    return dense.lengthMultiple();
  }

  @Override
  public int maxLength() {
    return dense.maxLength();
  }

  @Override
  public Sizes smallest() {
    return dense.smallest();
  }

  @Override
  public boolean paperCounts(Value value) {
    return dense.paperCounts(value);
  }

  @Override
  public Map<String, Double> perFrame() {
    return dense.perFrame();
  }

  @Override
  public String publishedFrame() {
    return dense.publishedFrame();
  }

  @Override
  public boolean paperCountsDerived() {
    return dense.paperCountsDerived();
  }

  @Override
  public boolean splitsAtWords() {
    return dense.splitsAtWords();
  }

  @Override
  public boolean readsClassToken() {
    return dense.readsClassToken();
  }
}
