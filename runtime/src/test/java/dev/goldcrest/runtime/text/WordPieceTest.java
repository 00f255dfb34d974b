package dev.goldcrest.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.goldcrest.runtime.json.Json;
import dev.goldcrest.runtime.json.JsonException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPieceTest {
  private static final List<String> PIECES =
      List.of(
          "[PAD]",
          "[UNK]",
          "[CLS]",
          "[SEP]",
          "[MASK]",
          "un",
          "##aff",
          "##able",
          "##a",
          "cafe",
          "!",
          "\u6771",
          "##\u0301",
          "\u1112",
          "##\u1161",
          "##\u11AB",
          "i",
          "\u03C3");

  private static final String NORMALIZER =
      "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,"
          + "'strip_accents':null,'lowercase':true}";
  private static final String TEMPLATE =
      "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'[CLS]','type_id':0}},"
          + "{'Sequence':{'id':'A','type_id':0}},{'SpecialToken':{'id':'[SEP]','type_id':0}}],"
          + "'special_tokens':{'[CLS]':{'id':'[CLS]','ids':[2]},'[SEP]':{'id':'[SEP]','ids':[3]}}}";

  private static String file() {
    StringBuilder vocabulary = new StringBuilder();
    for (String piece : PIECES) {
      vocabulary.append(vocabulary.length() == 0 ? "'" : ",'").append(piece).append("':");
      vocabulary.append(PIECES.indexOf(piece));
    }
    return "{'truncation':null,'added_tokens':[{'id':4,'content':'[MASK]','single_word':false,"
        + "'lstrip':true,'rstrip':false,'normalized':false,'special':true},"
        + "{'id':18,'content':'New','single_word':true,'lstrip':false,'rstrip':false,"
        + "'normalized':true,'special':false}],'normalizer':"
        + NORMALIZER
        + ",'pre_tokenizer':{'type':'BertPreTokenizer'},'post_processor':"
        + TEMPLATE
        + ",'decoder':{'type':'WordPiece'},'model':{'type':'WordPiece','unk_token':'[UNK]',"
        + "'continuing_subword_prefix':'##','max_input_chars_per_word':10,'vocab':{"
        + vocabulary
        + "}}}";
  }

  private static WordPiece of(String json) {
    try {
      return WordPiece.of(Json.parseObject(json.replace('\'', '"')));
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "unaffable ! => 2 5 6 7 10 3",
        "UNAFFABLE! => 2 5 6 7 10 3",
        "unaffabl => 2 1 3",
        "cafe\u0301 caf\u00E9 => 2 9 9 3",
        "\u6771\u6771un => 2 11 11 5 3",
        "\uD55C => 2 13 14 15 3",
        "un\u200Baff\u0000able => 2 5 6 7 3",
        "unaffaaaaa => 2 5 6 8 8 8 8 8 3",
        "unaffaaaaaa => 2 1 3",
        "un [MASK] un => 2 5 4 5 3",
        "un[MASK][mask] => 2 5 4 1 1 1 3",
        "new un newun => 2 18 5 1 3",
        "'' => 2 3",
        "\u0130 \u03A3 \u03C2 => 2 16 17 1 3",
        "un\uD800 => 2 5 3",
      })
  void ids_ofText_areThePiecesOfItsWords(String text, String ids) {
    assertThat(of(file()).ids(text))
        .containsExactly(
            java.util.Arrays.stream(ids.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void encode_textBeyondItsRoom_losesItsEndAndKeepsTheFrame() {
    WordPiece tokeniser = of(file());
    int[] room = new int[5];
    assertThat(tokeniser.encode("un un un un un", room)).isEqualTo(7);
    assertThat(room).containsExactly(2, 5, 5, 5, 3);
    int[] more = new int[6];
    assertThat(tokeniser.withMaxTokens(4).encode("un un un un un", more)).isEqualTo(7);
    assertThat(more).startsWith(2, 5, 5, 3);
    assertThat(tokeniser.withMaxTokens(4).ids("un un un un un")).hasSize(7);
    assertThatThrownBy(() -> tokeniser.encode("un", new int[1]))
        .hasMessageContaining("special tokens alone are 2");
  }

  @Test
  void pieces_ofText_haveTheIdsOfTheText() {
    WordPiece tokeniser = of(file()).withMaxTokens(4);
    List<String> pieces = new ArrayList<>();
    assertThat(tokeniser.pieces("New unaffable [MASK] xyz!", 99, pieces)).isEqualTo(7);
    assertThat(pieces).containsExactly("new", "un", "##aff", "##able", "[MASK]", "[UNK]", "!");
    assertThat(pieces.stream().map(tokeniser::id)).containsExactly(18, 5, 6, 7, 4, 1, 10);
    assertThat(tokeniser.id("nowhere")).isEqualTo(1);
    pieces.clear();
    assertThat(tokeniser.pieces("un un un", 2, pieces)).isEqualTo(3);
    assertThat(pieces).containsExactly("un", "un");
    assertThat(tokeniser.before()).containsExactly(2);
    assertThat(tokeniser.after()).containsExactly(3);
  }

  @Test
  void json_readAgain_givesTheSameTokeniser() throws JsonException {
    WordPiece tokeniser = of(file()).withMaxTokens(9);
    WordPiece again = WordPiece.of(Json.parseObject(Json.write(tokeniser.json())));
    assertThat(again.json()).isEqualTo(tokeniser.json());
    assertThat(again.maxTokens()).isEqualTo(9);
    assertThat(again.size()).isEqualTo(19);
    assertThat(again.ids("new unaffable!")).containsExactly(2, 18, 5, 6, 7, 10, 3);
  }

  @Test
  void ids_withoutNormaliserAndFrame_keepCaseAndAddNothing() {
    String bare = file().replace(NORMALIZER, "null").replace(TEMPLATE, "null");
    assertThat(of(bare).ids("un UN caf\u00E9")).containsExactly(5, 1, 1);
    String bert = "{'type':'BertProcessing','sep':['[SEP]',3],'cls':['[CLS]',2]}";
    assertThat(of(file().replace(TEMPLATE, bert)).ids("un")).containsExactly(2, 5, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "'type':'BertNormalizer' => 'type':'Sequence' => normalizer Sequence is not supported; it"
            + " must be BertNormalizer",
        "BertPreTokenizer => ByteLevel => pre-tokenizer ByteLevel",
        "'type':'WordPiece','unk_token' => 'type':'BPE','unk_token' => model BPE",
        "'type':'WordPiece','unk_token' => 'unk_token' => model without a type",
        "TemplateProcessing => RobertaProcessing => post-processor RobertaProcessing",
        "'unk_token':'[UNK]' => 'unk_token':'<unk>' => vocabulary has no <unk>",
        "'cafe':9 => 'cafe':-9 => id of cafe must be a whole number from 0",
        "'cafe':9 => 'cafe':9999999999 => id of cafe must be a whole number",
        "'max_input_chars_per_word':10 => 'max_input_chars_per_word':1e9 =>"
            + " max_input_chars_per_word must be a whole number",
        "'truncation':null => 'truncation':{'direction':'Left','max_length':5} => truncation"
            + " direction Left",
        "'truncation':null => 'truncation':{'max_length':1} => max_length must be a whole number"
            + " from 2",
        "{'Sequence':{'id':'A','type_id':0}} => {'Sequence':{'id':'A','type_id':1}} =>"
            + " TemplateProcessing is not supported",
        "{'Sequence':{'id':'A','type_id':0}}, =>  => leaves the text out",
        "'ids':[2] => 'ids':7 => special token [CLS] must be an array",
        "'content':'[MASK]', =>  => added token without content",
        "'lowercase':true => 'lowercase':1 => lowercase is neither true nor false",
      })
  void of_componentThatIsNotKnown_isRefusedByName(String from, String to, String sentence) {
    String good = file();
    assertThat(good).contains(from);
    String bad = good.replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> of(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the tokeniser")
        .hasMessageContaining(sentence);
  }

  @Test
  void of_emptyObject_isRefused() {
    assertThatThrownBy(() -> WordPiece.of(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model must be an object, but is null");
  }

  @Test
  void of_alteredFiles_areReadOrRefusedInWords() {
    String good = file().replace('\'', '"');
    Random random = new Random(4);
    int read = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder bad = new StringBuilder(good);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        bad.setCharAt(random.nextInt(bad.length()), "0-9:{}[],\"x#".charAt(random.nextInt(12)));
      }
      try {
        WordPiece.of(Json.parseObject(bad.toString())).ids("unaffable caf\u00E9 [MASK] new!");
        read++;
      } catch (JsonException | IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isBetween(1, 2999);
  }

  @Test
  void encode_hostileTexts_endSoon() {
    WordPiece tokeniser = of(file());
    int[] room = new int[64];
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String unit :
              List.of("a", "[MASK]", "[MASK", "un!", "\u0301\u0316", "\uD55C", "new ")) {
            tokeniser.encode(unit.repeat(500_000), room);
          }
        });
  }
}
