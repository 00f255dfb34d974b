package dev.goldcrest.torch.text;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes the typing errors that training, and the measurement of robustness, need: one random edit
 * of a word by code points.
 *
 * <p>The four edits (insert, delete, substitute, swap two neighbours) are equally likely among
 * those the word allows; a word of one code point is never emptied, and two equal neighbours are
 * never swapped. New letters come from a-z for Latin letters, in the case of the letter replaced or
 * beside it, from 0-9 for digits, and from the word itself otherwise. A word without letter and
 * digit (punctuation, emoji) is left alone; any other comes back changed.
 *
 * <p>The random numbers come from the caller, so the same generator state gives the same words.
 */
public final class Misspeller {

  private Misspeller() {}

  /** Each word is edited with the given probability. */
  public static List<String> misspell(
      List<String> words, double probability, SplittableRandom random) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "misspelling probability must be between 0 and 1, is " + probability);
    }
    List<String> result = new ArrayList<>(words.size());
    for (String word : words) {
      result.add(random.nextDouble() < probability ? edit(word, random) : word);
    }
    return result;
  }

  /** One edit. */
  public static String edit(String word, SplittableRandom random) {
    int[] letters = word.codePoints().toArray();
    if (!editable(letters)) {
      return word;
    }
    while (true) {
      switch (random.nextInt(4)) {
        case 0 -> {
          return insert(letters, random);
        }
        case 1 -> {
          if (letters.length > 1) {
            return delete(letters, random.nextInt(letters.length));
          }
        }
        case 2 -> {
          int at = random.nextInt(letters.length);
          int letter = otherLetter(letters, letters[at], random);
          if (letter != letters[at]) {
            letters[at] = letter;
            return text(letters, letters.length);
          }
        }
        default -> {
          if (swap(letters, random)) {
            return text(letters, letters.length);
          }
        }
      }
    }
  }

  private static boolean editable(int[] letters) {
    for (int letter : letters) {
      if (Character.isLetterOrDigit(letter)) {
        return true;
      }
    }
    return false;
  }

  private static String insert(int[] letters, SplittableRandom random) {
    int at = random.nextInt(letters.length + 1);
    int[] longer = new int[letters.length + 1];
    System.arraycopy(letters, 0, longer, 0, at);
    System.arraycopy(letters, at, longer, at + 1, letters.length - at);
    longer[at] = letter(letters, letters[Math.max(0, at - 1)], random);
    return text(longer, longer.length);
  }

  private static String delete(int[] letters, int at) {
    System.arraycopy(letters, at + 1, letters, at, letters.length - at - 1);
    return text(letters, letters.length - 1);
  }

  private static boolean swap(int[] letters, SplittableRandom random) {
    int pairs = 0;
    for (int i = 1; i < letters.length; i++) {
      pairs += letters[i] != letters[i - 1] ? 1 : 0;
    }
    if (pairs == 0) {
      return false;
    }
    int chosen = random.nextInt(pairs);
    for (int i = 1; i < letters.length; i++) {
      if (letters[i] != letters[i - 1] && chosen-- == 0) {
        int left = letters[i - 1];
        letters[i - 1] = letters[i];
        letters[i] = left;
        return true;
      }
    }
    throw new AssertionError("a pair was counted but not found");
  }

  /** A letter unlike the one replaced, unless the alphabet has no other. */
  private static int otherLetter(int[] word, int replaced, SplittableRandom random) {
    int letter = replaced;
    for (int tries = 0; letter == replaced && tries < 16; tries++) {
      letter = letter(word, replaced, random);
    }
    return letter;
  }

  private static int letter(int[] word, int like, SplittableRandom random) {
    if (like >= '0' && like <= '9') {
      return '0' + random.nextInt(10);
    }
    if (latin(like)) {
      return (Character.isUpperCase(like) ? 'A' : 'a') + random.nextInt(26);
    }
    return word[random.nextInt(word.length)];
  }

  private static boolean latin(int codePoint) {
    return Character.isLetter(codePoint)
        && Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.LATIN;
  }

  private static String text(int[] letters, int length) {
    return new String(letters, 0, length);
  }
}
