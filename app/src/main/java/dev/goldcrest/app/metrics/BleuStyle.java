package dev.goldcrest.app.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose BLEU: the programs differ in tokens, references and smoothing, by several points on the
 * same texts. Case counts; whoever wants it not to lowers both sides first.
 */
public enum BleuStyle {
  /**
   * sacreBLEU's default (Post, WMT 2018), for text as people write it: the tokens of mteval-v13a,
   * the closest reference length, and for orders without a match half of the precision one match
   * would give, then a quarter, and so on.
   */
  SACREBLEU,
  /**
   * Moses' multi-bleu.perl, for tokenised text: what stands between blanks, the closest reference
   * length, no smoothing.
   */
  MULTI_BLEU,
  /**
   * fairseq's scorer, which Lite Transformer reports, for tokenised text: as multi-bleu with the
   * first reference alone, in which {@code <unk>} is never matched; an empty line is one token.
   */
  FAIRSEQ;

  /** What Python takes for white space. */
  static final Pattern BLANKS = Pattern.compile("[\\s\\x1c-\\x1f\\x85\\p{Z}]+");

  private static final Pattern ASCII_BLANKS = Pattern.compile("\\s+");
  private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
  private static final Pattern STOP_AFTER_OTHER = Pattern.compile("([^0-9])([.,])");
  private static final Pattern STOP_BEFORE_OTHER = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  /** The tokens of one line. */
  List<String> tokens(String line) {
    return switch (this) {
      case SACREBLEU -> split(BLANKS, symbolsApart(line));
      case MULTI_BLEU -> split(ASCII_BLANKS, line);
      case FAIRSEQ -> {
        List<String> tokens = split(BLANKS, line);
        yield tokens.isEmpty() ? List.of("</s>") : tokens;
      }
    };
  }

  /** The tokens of a reference, where one may be unmatchable: null. */
  List<String> referenceTokens(String line) {
    List<String> tokens = new ArrayList<>(tokens(line));
    if (this == FAIRSEQ) {
      tokens.replaceAll(token -> token.equals("<unk>") ? null : token);
    }
    return tokens;
  }

  /** mteval-v13a: punctuation apart, but stops and commas inside numbers stay. */
  private static String symbolsApart(String line) {
    String text =
        line.replace("<skipped>", "")
            .replace("-\n", "")
            .replace("\n", " ")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    text = SYMBOL.matcher(" " + text + " ").replaceAll(" $1 ");
    text = STOP_AFTER_OTHER.matcher(text).replaceAll("$1 $2 ");
    text = STOP_BEFORE_OTHER.matcher(text).replaceAll(" $1 $2");
    return DASH_AFTER_DIGIT.matcher(text).replaceAll("$1 $2 ");
  }

  static List<String> split(Pattern blanks, String line) {
    List<String> tokens = new ArrayList<>();
    for (String token : blanks.split(line)) {
      if (!token.isEmpty()) {
        tokens.add(token);
      }
    }
    return tokens;
  }
}
