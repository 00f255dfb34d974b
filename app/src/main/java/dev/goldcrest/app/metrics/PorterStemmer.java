package dev.goldcrest.app.metrics;

/**
 * Takes the endings off English words (M. F. Porter, An algorithm for suffix stripping, Program
 * 1980), with the two changes of his own later programs ({@code bli}, {@code logi}). For lower-case
 * words; other characters than a-z count as consonants.
 */
final class PorterStemmer {
  private static final String[][] STEP_2 = {
    {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
    {"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"},
    {"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"},
    {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"},
    {"logi", "log"}
  };
  private static final String[][] STEP_3 = {
    {"icate", "ic"},
    {"ative", ""},
    {"alize", "al"},
    {"iciti", "ic"},
    {"ical", "ic"},
    {"ful", ""},
    {"ness", ""}
  };
  private static final String[] STEP_4 = {
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize"
  };

  private final StringBuilder word;

  private PorterStemmer(String word) {
    this.word = new StringBuilder(word);
  }

  /** The stem; words of one or two letters are their own. */
  static String stem(String word) {
    if (word.length() < 3) {
      return word;
    }
    PorterStemmer stemmer = new PorterStemmer(word);
    stemmer.plural();
    stemmer.participle();
    stemmer.finalY();
    stemmer.replaceFirst(STEP_2);
    stemmer.replaceFirst(STEP_3);
    stemmer.dropFirst();
    stemmer.finalE();
    return stemmer.word.toString();
  }

  private void plural() {
    if (ends("sses") || ends("ies")) {
      cut(2);
    } else if (ends("s") && !ends("ss")) {
      cut(1);
    }
  }

  private void participle() {
    if (ends("eed")) {
      if (measure(3) > 0) {
        cut(1);
      }
      return;
    }
    int ending = ends("ed") ? 2 : ends("ing") ? 3 : 0;
    if (ending == 0 || !hasVowel(ending)) {
      return;
    }
    cut(ending);
    if (ends("at") || ends("bl") || ends("iz")) {
      word.append('e');
    } else if (endsDouble() && !ends("l") && !ends("s") && !ends("z")) {
      cut(1);
    } else if (measure(0) == 1 && endsShort(0)) {
      word.append('e');
    }
  }

  private void finalY() {
    if (ends("y") && hasVowel(1)) {
      word.setCharAt(word.length() - 1, 'i');
    }
  }

  private void replaceFirst(String[][] endings) {
    for (String[] ending : endings) {
      if (ends(ending[0])) {
        if (measure(ending[0].length()) > 0) {
          cut(ending[0].length());
          word.append(ending[1]);
        }
        return;
      }
    }
  }

  private void dropFirst() {
    for (String ending : STEP_4) {
      if (ends(ending)) {
        boolean allowed = !ending.equals("ion") || ends("sion") || ends("tion");
        if (allowed && measure(ending.length()) > 1) {
          cut(ending.length());
        }
        return;
      }
    }
  }

  private void finalE() {
    if (ends("e") && (measure(1) > 1 || measure(1) == 1 && !endsShort(1))) {
      cut(1);
    }
    if (ends("ll") && measure(0) > 1) {
      cut(1);
    }
  }

  private boolean ends(String ending) {
    int from = word.length() - ending.length();
    return from >= 0 && word.indexOf(ending, from) == from;
  }

  private void cut(int letters) {
    word.setLength(word.length() - letters);
  }

  private boolean isConsonant(int at) {
    return switch (word.charAt(at)) {
      case 'a', 'e', 'i', 'o', 'u' -> false;
      case 'y' -> at == 0 || !isConsonant(at - 1);
      default -> true;
    };
  }

  /** Runs of vowels with consonants after them, in the word without its ending. */
  private int measure(int ending) {
    int runs = 0;
    for (int i = 1; i < word.length() - ending; i++) {
      runs += isConsonant(i) && !isConsonant(i - 1) ? 1 : 0;
    }
    return runs;
  }

  private boolean hasVowel(int ending) {
    for (int i = 0; i < word.length() - ending; i++) {
      if (!isConsonant(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean endsDouble() {
    int last = word.length() - 1;
    return last > 0 && word.charAt(last) == word.charAt(last - 1) && isConsonant(last);
  }

  /** Consonant, vowel, consonant other than w, x and y: hop, not snow. */
  private boolean endsShort(int ending) {
    int last = word.length() - ending - 1;
    return last >= 2
        && isConsonant(last)
        && !isConsonant(last - 1)
        && isConsonant(last - 2)
        && "wxy".indexOf(word.charAt(last)) < 0;
  }
}
