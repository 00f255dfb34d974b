package dev.goldcrest.runtime.text;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a Hugging Face {@code tokenizer.json} that make a WordPiece tokeniser; any other
 * component is refused by its name.
 */
final class TokenizerJson {
  private static final int MAX_ID = 1 << 28;

  /** The time to cut a word grows with the cube of this. */
  private static final int MAX_WORD = 1000;

  private final Map<String, Object> file;
  private final Map<String, Object> model;

  TokenizerJson(Map<String, Object> file) throws JsonException {
    this.file = file;
    model = Json.object(file.get("model"), "model");
    requireType("model", model, "WordPiece");
  }

  /** What a tokeniser depends on; how it pads and decodes is left out. */
  Map<String, Object> kept() {
    Map<String, Object> kept = new LinkedHashMap<>();
    for (String key :
        List.of(
            "version",
            "truncation",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "model")) {
      if (file.get(key) != null) {
        kept.put(key, file.get(key));
      }
    }
    return Collections.unmodifiableMap(kept);
  }

  static Map<String, Object> truncated(Map<String, Object> json, int tokens) {
    Map<String, Object> changed = new LinkedHashMap<>(json);
    Map<String, Object> truncation = new LinkedHashMap<>();
    truncation.put("direction", "Right");
    truncation.put("max_length", (long) tokens);
    truncation.put("strategy", "LongestFirst");
    truncation.put("stride", 0L);
    changed.put("truncation", tokens == Integer.MAX_VALUE ? null : truncation);
    return changed;
  }

  BertNormalizer normalizer() throws JsonException {
    if (file.get("normalizer") == null) {
      return BertNormalizer.NONE;
    }
    Map<String, Object> object = component("normalizer", "BertNormalizer");
    boolean lowerCase = flag(object, "lowercase", true);
    return new BertNormalizer(
        flag(object, "clean_text", true),
        flag(object, "handle_chinese_chars", true),
        flag(object, "strip_accents", lowerCase),
        lowerCase);
  }

  void requirePreTokenizer() throws JsonException {
    component("pre_tokenizer", "BertPreTokenizer");
  }

  Map<String, Integer> vocabulary() throws JsonException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, Object> e : Json.object(model.get("vocab"), "vocab").entrySet()) {
      ids.put(e.getKey(), id(e.getValue(), e.getKey()));
    }
    return ids;
  }

  /** What stands before a piece that continues a word. */
  String prefix() {
    return model.get("continuing_subword_prefix") instanceof String text ? text : "##";
  }

  int unknown(Map<String, Integer> vocabulary) {
    Object token = model.containsKey("unk_token") ? model.get("unk_token") : "[UNK]";
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException(
          "the tokeniser's vocabulary has no " + token + ", which stands for unknown words");
    }
    return id;
  }

  int maxWord() {
    Object most = model.get("max_input_chars_per_word");
    return most == null ? 100 : whole(most, "max_input_chars_per_word", 0, MAX_WORD);
  }

  /** The added tokens that are looked for before or after normalisation. */
  List<AddedTokens.Token> addedTokens(boolean normalized, BertNormalizer normalizer)
      throws JsonException {
    List<AddedTokens.Token> tokens = new ArrayList<>();
    for (Map<String, Object> token : addedTokens()) {
      String content = normalizer.normalize(content(token));
      if (flag(token, "normalized", false) == normalized && !content.isEmpty()) {
        tokens.add(
            new AddedTokens.Token(
                content,
                id(token.get("id"), content),
                flag(token, "single_word", false),
                flag(token, "lstrip", false),
                flag(token, "rstrip", false)));
      }
    }
    return tokens;
  }

  private List<Map<String, Object>> addedTokens() throws JsonException {
    List<Map<String, Object>> tokens = new ArrayList<>();
    if (file.get("added_tokens") != null) {
      for (Object token : Json.array(file.get("added_tokens"), "added_tokens")) {
        tokens.add(Json.object(token, "added token"));
      }
    }
    return tokens;
  }

  private static String content(Map<String, Object> token) {
    if (token.get("content") instanceof String content) {
      return content;
    }
    throw new IllegalArgumentException("the tokeniser has an added token without content");
  }

  /** The ids before a text and those after it. */
  List<int[]> frame(Map<String, Integer> vocabulary) throws JsonException {
    if (file.get("post_processor") == null) {
      return List.of(new int[0], new int[0]);
    }
    Map<String, Object> object = component("post_processor", "TemplateProcessing|BertProcessing");
    if ("BertProcessing".equals(object.get("type"))) {
      return List.of(pair(object, "cls"), pair(object, "sep"));
    }
    Map<String, Object> specials = Json.object(object.get("special_tokens"), "special_tokens");
    int[][] sides = {{}, {}};
    int side = 0;
    for (Object part : Json.array(object.get("single"), "template")) {
      Map<String, Object> piece = Json.object(part, "template's part");
      String kind = piece.isEmpty() ? "" : piece.keySet().iterator().next();
      Map<String, Object> what = Json.object(piece.get(kind), "template's " + kind);
      boolean text = kind.equals("Sequence");
      if (whole(what.getOrDefault("type_id", 0L), "type_id", 0, MAX_ID) != 0
          || !(text || kind.equals("SpecialToken"))
          || text && side > 0) {
        throw new IllegalArgumentException(
            "the tokeniser's TemplateProcessing is not supported; it must put special tokens of"
                + " type 0 around one text");
      }
      if (text) {
        side++;
      } else {
        sides[side] = append(sides[side], special(specials, what.get("id")));
      }
    }
    if (side == 0) {
      throw new IllegalArgumentException("the tokeniser's TemplateProcessing leaves the text out");
    }
    return List.of(sides[0], sides[1]);
  }

  private static int[] special(Map<String, Object> specials, Object name) throws JsonException {
    Map<String, Object> token = Json.object(specials.get(name), "special token " + name);
    List<Object> ids = Json.array(token.get("ids"), "special token " + name);
    int[] found = new int[ids.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = id(ids.get(i), name);
    }
    return found;
  }

  private static int[] append(int[] head, int[] tail) {
    int[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }

  private static int[] pair(Map<String, Object> object, String name) throws JsonException {
    List<Object> pair = Json.array(object.get(name), name);
    if (pair.size() != 2) {
      throw new IllegalArgumentException("the tokeniser's " + name + " must be a token and its id");
    }
    return new int[] {id(pair.get(1), pair.get(0))};
  }

  /** The most ids of a text, {@code special} of them around it. */
  int maxTokens(int special) throws JsonException {
    if (file.get("truncation") == null) {
      return Integer.MAX_VALUE;
    }
    Map<String, Object> truncation = Json.object(file.get("truncation"), "truncation");
    Object direction = truncation.getOrDefault("direction", "Right");
    if (!"Right".equals(direction)) {
      throw unsupported("truncation direction", direction, "Right");
    }
    return whole(truncation.get("max_length"), "max_length", special, Integer.MAX_VALUE);
  }

  int size(Map<String, Integer> vocabulary) throws JsonException {
    int largest = 0;
    for (int id : vocabulary.values()) {
      largest = Math.max(largest, id);
    }
    for (Map<String, Object> token : addedTokens()) {
      largest = Math.max(largest, id(token.get("id"), content(token)));
    }
    for (int[] side : frame(vocabulary)) {
      for (int id : side) {
        largest = Math.max(largest, id);
      }
    }
    return largest + 1;
  }

  private Map<String, Object> component(String name, String types) throws JsonException {
    Map<String, Object> object = Json.object(file.get(name), name);
    requireType(name, object, types);
    return object;
  }

  private static void requireType(String name, Map<String, Object> object, String types) {
    List<String> known = Arrays.asList(types.split("\\|"));
    if (!new HashSet<Object>(known).contains(object.get("type"))) {
      throw unsupported(name, object.get("type"), String.join(" or ", known));
    }
  }

  private static IllegalArgumentException unsupported(String name, Object found, String known) {
    return new IllegalArgumentException(
        "the tokeniser's "
            + name.replace('_', '-')
            + " "
            + (found == null ? "without a type" : found)
            + " is not supported; it must be "
            + known);
  }

  private static boolean flag(Map<String, Object> object, String name, boolean fallback) {
    Object value = object.get(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("the tokeniser's " + name + " is neither true nor false");
  }

  private static int id(Object value, Object token) {
    return whole(value, "id of " + token, 0, MAX_ID - 1);
  }

  private static int whole(Object value, String name, int least, int most) {
    if (value instanceof Long number && number >= least && number <= most) {
      return number.intValue();
    }
    throw new IllegalArgumentException(
        "the tokeniser's "
            + name
            + " must be a whole number from "
            + least
            + " to "
            + most
            + ", is "
            + value);
  }
}
