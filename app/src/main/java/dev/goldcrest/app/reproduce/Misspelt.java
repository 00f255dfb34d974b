package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.runtime.text.WordSegmenter;
import dev.goldcrest.torch.text.Misspeller;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The same test texts with one random typing error in each word. */
final class Misspelt {
  private static final long SEED = 20_04;

  private Misspelt() {}

  /** Every word that has a letter or digit is edited once; every caller gets the same errors. */
  static Dataset of(Dataset data) {
    WordSegmenter segmenter = new WordSegmenter(false);
    SplittableRandom random = new SplittableRandom(SEED);
    List<Example> examples = new ArrayList<>(data.size());
    for (Example example : data.examples()) {
      List<String> words = Misspeller.misspell(segmenter.words(example.text()), 1, random);
      examples.add(new Example(example.label(), String.join(" ", words)));
    }
    return new Dataset(data.name() + ", one edit per word", examples);
  }
}
