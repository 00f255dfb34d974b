package dev.goldcrest.runtime.text;

import java.util.List;

/**
 * Finds the tokens that stand outside a tokeniser's model, such as [MASK], in a text: the leftmost
 * first, the longest of those that begin together.
 */
final class AddedTokens {
  private final List<Token> tokens;

  /**
   * One of them.
   *
   * @param content what is looked for
   * @param singleWord only where no letter touches it
   * @param left white space before it goes with it
   * @param right white space after it goes with it
   */
  record Token(String content, int id, boolean singleWord, boolean left, boolean right) {}

  /** What a text is cut into. */
  interface Parts {
    /** A stretch without tokens, or with {@code id >= 0} a token. */
    void part(String text, int id);
  }

  AddedTokens(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  void split(String text, Parts parts) {
    int count = tokens.size();
    int[] next = new int[count]; // where each token is found next; text.length() if nowhere
    java.util.Arrays.fill(next, -1);
    int done = 0;
    int from = 0;
    while (true) {
      int best = -1;
      for (int i = 0; i < count; i++) {
        if (next[i] < from) {
          int found = text.indexOf(tokens.get(i).content(), from);
          next[i] = found < 0 ? text.length() : found;
        }
        if (next[i] < text.length() && (best < 0 || before(i, best, next))) {
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      Token token = tokens.get(best);
      int start = next[best];
      from = start + token.content().length();
      if (token.singleWord() && (isWord(text, start, true) || isWord(text, from, false))) {
        continue;
      }
      int end = from;
      while (token.left() && start > done && BertNormalizer.isSpace(text.charAt(start - 1))) {
        start--;
      }
      while (token.right() && end < text.length() && BertNormalizer.isSpace(text.charAt(end))) {
        end++;
      }
      if (start > done) {
        parts.part(text.substring(done, start), -1);
      }
      parts.part(token.content(), token.id());
      done = end;
      from = end;
    }
    if (done < text.length()) {
      parts.part(text.substring(done), -1);
    }
  }

  private boolean before(int a, int b, int[] next) {
    return next[a] != next[b]
        ? next[a] < next[b]
        : tokens.get(a).content().length() > tokens.get(b).content().length();
  }

  private static boolean isWord(String text, int at, boolean before) {
    if (before ? at == 0 : at == text.length()) {
      return false;
    }
    int c = before ? text.codePointBefore(at) : text.codePointAt(at);
    int type = Character.getType(c);
    return Character.isAlphabetic(c)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.CONNECTOR_PUNCTUATION
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || c == 0x200C
        || c == 0x200D;
  }
}
