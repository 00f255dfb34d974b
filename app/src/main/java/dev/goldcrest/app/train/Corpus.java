package dev.goldcrest.app.train;

import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.LabelSet;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.torch.LabelledText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Training and dev texts cut into words, once. Equal words share one string, so that long texts fit
 * in memory.
 */
final class Corpus {
  /** What a text without any word consists of; the segmenter's own sign for what it cannot read. */
  private static final String NO_WORD = "\uFFFD";

  private final Split split;
  private final LabelSet labels;
  private final Part train;
  private final Part dev;
  private final List<String> unlabelledTexts;
  private final Part unlabelled;

  /** Texts of one part: their first words, and how many they have. */
  private record Part(List<List<String>> words, int[] lengths, int wordless) {
    int longerThan(int limit) {
      int count = 0;
      for (int length : lengths) {
        count += length > limit ? 1 : 0;
      }
      return count;
    }
  }

  /** What cuts a text into words. */
  interface Cutter {
    /** Adds at most {@code most} words to {@code into} and counts all that the text has. */
    int words(String text, int most, List<String> into);
  }

  private Corpus(
      Split split,
      LabelSet labels,
      Part train,
      Part dev,
      List<String> unlabelledTexts,
      Part unlabelled) {
    this.split = split;
    this.labels = labels;
    this.train = train;
    this.dev = dev;
    this.unlabelledTexts = unlabelledTexts;
    this.unlabelled = unlabelled;
  }

  /**
   * Cuts the texts into words.
   *
   * @param unlabelled further training texts, whose labels nobody knows
   * @param most words kept of a text
   */
  static Corpus of(Split split, List<String> unlabelled, Cutter cutter, int most) {
    Map<String, String> shared = new HashMap<>();
    return new Corpus(
        split,
        LabelSet.of(split.train()),
        part(texts(split.train()), cutter, most, shared),
        part(texts(split.dev()), cutter, most, shared),
        unlabelled,
        part(unlabelled, cutter, most, shared));
  }

  private static List<String> texts(Dataset data) {
    return data.examples().stream().map(Example::text).toList();
  }

  private static Part part(List<String> data, Cutter cutter, int most, Map<String, String> shared) {
    List<List<String>> texts = new ArrayList<>(data.size());
    int[] lengths = new int[data.size()];
    int wordless = 0;
    for (String text : data) {
      List<String> words = new ArrayList<>();
      int length = cutter.words(text, most, words);
      if (words.isEmpty()) {
        words.add(NO_WORD);
        wordless++;
      }
      words.replaceAll(word -> shared.computeIfAbsent(word, same -> same));
      lengths[texts.size()] = length;
      texts.add(words);
    }
    return new Part(texts, lengths, wordless);
  }

  Split split() {
    return split;
  }

  LabelSet labels() {
    return labels;
  }

  DataShape shape() {
    return DataShape.of(train.lengths(), labels.size());
  }

  /** The words of the training texts, for a vocabulary. */
  List<List<String>> trainingWords() {
    return train.words();
  }

  /** Training examples, cut to {@code limit} words. */
  List<LabelledText> train(int limit) {
    return labelled(split.train(), train, limit);
  }

  /** The texts of the training examples without a label. */
  List<String> unlabelledTexts() {
    return unlabelledTexts;
  }

  /** Training examples without a label, cut to {@code limit} words. */
  List<LabelledText> unlabelled(int limit) {
    return unlabelled.words().stream()
        .map(words -> new LabelledText(words.subList(0, Math.min(limit, words.size())), -1))
        .toList();
  }

  /** Dev examples, cut to {@code limit} words; labels that training has not seen are -1. */
  List<LabelledText> dev(int limit) {
    return labelled(split.dev(), dev, limit);
  }

  private List<LabelledText> labelled(Dataset data, Part part, int limit) {
    List<LabelledText> texts = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      List<String> words = part.words().get(i);
      texts.add(
          new LabelledText(
              words.subList(0, Math.min(limit, words.size())),
              labels.indexOf(data.examples().get(i).label())));
    }
    return texts;
  }

  /** Texts of all parts with more than {@code limit} words. */
  int longerThan(int limit) {
    return train.longerThan(limit) + dev.longerThan(limit) + unlabelled.longerThan(limit);
  }

  /** Texts of all parts without any word. */
  int wordless() {
    return train.wordless() + dev.wordless() + unlabelled.wordless();
  }

  /** Texts of all parts. */
  int size() {
    return split.train().size() + split.dev().size() + unlabelled.words().size();
  }
}
