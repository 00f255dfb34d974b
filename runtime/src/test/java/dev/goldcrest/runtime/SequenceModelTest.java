package dev.goldcrest.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.decode.Hypothesis;
import dev.goldcrest.runtime.decode.SamplingOptions;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.decode.TinyModels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.kernels.ScalarKernels;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceModelTest {
  private static final DecodingOptions SEARCH = new DecodingOptions(3, 0.6, 2, 2, 5, 3, false);
  private static final int SOURCE_WORDS = 30;

  @TempDir Path directory;

  /** A tokenizer of so many tokens, the reserved ones included: {@code w4 w5 ...}. */
  private static Tokenizer words(int size, String letter) {
    List<String> words = new ArrayList<>();
    for (int i = Tokenizer.FIRST; i < size; i++) {
      words.add(letter + i);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "word");
    json.put("lowerCase", false);
    json.put("words", words);
    return Tokenizer.fromJson(json);
  }

  private static SequenceModel model(String task, boolean shared) {
    boolean lm = task.equals("lm");
    Architecture architecture =
        shared
            ? TinyModels.of(lm ? "lm" : "translate")
            : TinyModels.of("translate", "sourceVocabulary=" + SOURCE_WORDS);
    Tokenizer target = words(40, "t");
    return new SequenceModel(
        task,
        architecture,
        shared ? target : words(SOURCE_WORDS, "s"),
        target,
        lm ? DecodingOptions.DEFAULT : SEARCH,
        Map.of("seed", 1L),
        TinyModels.weights(architecture, 3));
  }

  private static byte[] bytes(SequenceModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.write(out, false);
    return out.toByteArray();
  }

  @Test
  void load_whatWasSaved_isTheSame() throws IOException {
    for (String task : List.of("translate", "summarize", "lm")) {
      for (boolean shared : new boolean[] {true, false}) {
        if (task.equals("lm") && !shared) {
          continue;
        }
        SequenceModel model = model(task, shared);
        Path path = directory.resolve(task + shared);
        model.save(path, false);
        SequenceModel read = SequenceModel.load(path);
        assertThat(read.task()).isEqualTo(task);
        assertThat(read.decoding()).isEqualTo(model.decoding());
        assertThat(read.architecture()).isEqualTo(model.architecture());
        assertThat(read.source().toJson()).isEqualTo(model.source().toJson());
        assertThat(read.target().toJson()).isEqualTo(model.target().toJson());
        assertThat(read.source() == read.target()).isEqualTo(shared);
        assertThat(bytes(read)).isEqualTo(bytes(model));
      }
    }
  }

  @Test
  void translate_loadedModel_givesWhatItsSearchGives() throws IOException {
    SequenceModel model = model("translate", false);
    int[] source = {5, 9, 20, 29, Tokenizer.EOS};
    List<Hypothesis> expected =
        new BeamSearch(new ScalarKernels())
            .search(
                new SessionStepper(model.architecture(), model.weights(), new ScalarKernels()),
                source,
                SEARCH);
    try (Translator translator = Translator.load(new ByteArrayInputStream(bytes(model)))) {
      List<GeneratedText> found = translator.translate("s5 s9 s20 s29", 9, SEARCH);
      assertThat(found).hasSize(3);
      for (int rank = 0; rank < 3; rank++) {
        assertThat(found.get(rank).text())
            .isEqualTo(model.target().decode(expected.get(rank).tokens()));
        assertThat(found.get(rank).score()).isCloseTo(expected.get(rank).score(), within(1e-4));
        assertThat(found.get(rank).truncated()).isFalse();
      }
      assertThat(translator.translate("s5 s9 s20 s29")).isEqualTo(found.get(0));
      assertThat(found.get(0).text()).matches("t\\d+( t\\d+)+");
      assertThat(translator.translate("")).isEqualTo(new GeneratedText("", 0, false));
    }
  }

  @Test
  void translate_overlongSource_isCutAndSaysSo() {
    SequenceModel model = model("translate", true);
    String words = String.join(" ", Collections.nCopies(39, "t7"));
    try (Translator translator = new Translator(model)) {
      GeneratedText full = translator.translate(words);
      GeneratedText longer = translator.translate(words + " t8 t9");
      assertThat(full.truncated()).isFalse();
      assertThat(longer.truncated()).isTrue();
      assertThat(longer.text()).isEqualTo(full.text());
    }
  }

  @Test
  void translate_manyThreads_sameAnswers() throws Exception {
    try (Translator translator = new Translator(model("translate", true))) {
      List<String> texts = new ArrayList<>();
      List<GeneratedText> expected = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        texts.add(String.join(" ", Collections.nCopies(1 + 3 * i, "t" + (4 + i))));
        expected.add(translator.translate(texts.get(i)));
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<GeneratedText>>> all = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          all.add(
              threads.submit(
                  () -> {
                    List<GeneratedText> found = new ArrayList<>();
                    for (int round = 0; round < 5; round++) {
                      found.clear();
                      texts.forEach(text -> found.add(translator.translate(text)));
                    }
                    return found;
                  }));
        }
        for (Future<List<GeneratedText>> each : all) {
          assertThat(each.get()).isEqualTo(expected);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void summarize_loadedModel_writes() throws IOException {
    Path path = directory.resolve("summaries");
    model("summarize", true).save(path, true);
    try (Summarizer summarizer = Summarizer.load(path)) {
      assertThat(summarizer.summarize("t4 t5 t6").text()).isNotEmpty();
    }
    assertThatThrownBy(() -> Translator.load(path))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("summaries")
        .hasMessageContaining("is a model for task 'summarize', not for translate");
    assertThatThrownBy(() -> new Translator(model("summarize", true)))
        .hasMessage("a translator needs a model for task translate, got one for summarize");
  }

  @Test
  void generate_sameSeed_sameTextThatBeginsWithThePrompt() throws IOException {
    SequenceModel model = model("lm", true);
    SamplingOptions options = new SamplingOptions(1, 0, 0.95, 5, 60, false);
    try (LanguageModel lm = LanguageModel.load(new ByteArrayInputStream(bytes(model)))) {
      String text = lm.generate("t9 t10", options);
      assertThat(text).startsWith("t9 t10");
      assertThat(lm.generate("t9 t10", options)).isEqualTo(text);
      List<String> others = new ArrayList<>();
      for (int seed = 6; seed < 16; seed++) {
        others.add(lm.generate("", new SamplingOptions(1, 0, 1, seed, 20, false)));
      }
      assertThat(others.stream().distinct().count()).isGreaterThan(5);
    }
  }

  @Test
  void score_lines_isTheSumOverTheirBlocks() {
    SequenceModel model = model("lm", true);
    List<String> lines = List.of("t4 t5 t6", "", "t7 t8 nobody t9", "t10");
    int[] stream = {4, 5, 6, 2, 2, 7, 8, 3, 9, 2, 10, 2};
    try (LanguageModel lm = new LanguageModel(model)) {
      for (int context : new int[] {1, 3, 5, 12, 40}) {
        double surprise = 0;
        for (int from = 0; from < stream.length; from += context) {
          int to = Math.min(from + context, stream.length);
          int[] ids = new int[to - from];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = from + i == 0 ? Tokenizer.EOS : stream[from + i - 1];
          }
          surprise -= blockLogProbability(model, ids, Arrays.copyOfRange(stream, from, to));
        }
        LanguageModel.Score score = lm.score(lines.iterator(), context);
        assertThat(score.surprise()).as("context " + context).isCloseTo(surprise, within(1e-3));
        assertThat(score.tokens()).isEqualTo(12);
        assertThat(score.words()).isEqualTo(12);
        assertThat(score.unknown()).isEqualTo(1);
        assertThat(score.context()).isEqualTo(context);
        assertThat(score.perplexityPerToken())
            .isCloseTo(Math.exp(surprise / 12), within(1e-3 * Math.exp(surprise / 12)));
        assertThat(lm.score(lines.iterator(), context)).isEqualTo(score);
      }
      assertThat(lm.score(String.join("\n", lines))).isEqualTo(lm.score(lines.iterator(), 40));
      assertThatThrownBy(() -> lm.score(lines.iterator(), 41))
          .hasMessage("the context must be at least 1 and at most 40, got 41");
      assertThatThrownBy(() -> lm.score(Collections.emptyIterator(), 4))
          .hasMessage("there is no line to score");
    }
  }

  @Test
  void score_handCase_dividesBySurprise() {
    // Two tokens at 1/2 and 1/8: 4 log 2 nats, mean 2 log 2; one word.
    LanguageModel.Score score = new LanguageModel.Score(4 * Math.log(2), 2, 1, 0, 35);
    assertThat(score.perplexityPerToken()).isCloseTo(4, within(1e-12));
    assertThat(score.perplexityPerWord()).isCloseTo(16, within(1e-12));
    try (LanguageModel lm = new LanguageModel(model("lm", true))) {
      assertThat(lm.score(" no it was n't \t black monday").words()).isEqualTo(7);
      assertThat(lm.score("").words()).isEqualTo(1);
      assertThat(lm.score("a\n\nb").words()).isEqualTo(5);
      LanguageModel.Score first = lm.score("t4 t5");
      lm.score("t6 ".repeat(30)); // another length between
      assertThat(lm.score("t4 t5")).isEqualTo(first);
    }
  }

  private static double blockLogProbability(SequenceModel model, int[] ids, int[] targets) {
    float[] logits = TinyModels.logits(model.architecture(), model.weights(), ids);
    double sum = 0;
    for (int i = 0; i < ids.length; i++) {
      double total = 0;
      for (int v = 0; v < 40; v++) {
        total += Math.exp(logits[i * 40 + v]);
      }
      sum += logits[i * 40 + targets[i]] - Math.log(total);
    }
    return sum;
  }

  @Test
  void call_afterClose_refused() {
    Translator translator = new Translator(model("translate", true));
    translator.close();

    assertThatThrownBy(() -> translator.translate("t4"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the translator is closed");
  }

  @Test
  void load_metadataThatDoNotFit_refusedWithTheReason() throws IOException {
    SequenceModel model = model("translate", true);
    Map<String, Object> sections = new LinkedHashMap<>(model.file().sections());
    sections.put("tokenizer", words(41, "t").toJson());
    assertThatThrownBy(() -> reread(model, "translate", sections))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the target tokenizer knows 41 tokens, its architecture has 40");
    sections.remove("tokenizer");
    assertThatThrownBy(() -> reread(model, "translate", sections))
        .hasMessageContaining("has metadata without tokenizer");
    Map<String, Object> beamless = new LinkedHashMap<>(model.file().sections());
    Map<String, Object> search = new LinkedHashMap<>();
    search.putAll(castToMap(beamless.get("decoding")));
    search.put("beam", 0L);
    beamless.put("decoding", search);
    assertThatThrownBy(() -> reread(model, "translate", beamless))
        .hasMessageContaining("the beam must be at least 1");
    assertThatThrownBy(() -> reread(model, "lm", model.file().sections()))
        .hasMessageContaining("task lm needs task=lm of its architecture");
    assertThatThrownBy(() -> reread(model, "classify", model.file().sections()))
        .hasMessageContaining("is a model for task 'classify', not for translate, summarize or lm");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> castToMap(Object object) {
    return (Map<String, Object>) object;
  }

  private static void reread(SequenceModel model, String task, Map<String, Object> sections)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ModelFile(task, model.architecture(), sections, Map.of(), model.weights())
        .write(out, false);
    SequenceModel.load(new ByteArrayInputStream(out.toByteArray()));
  }

  @Test
  void translate_kernels_agree() {
    SequenceModel model = model("translate", true);
    try (Translator plain = new Translator(model, new ScalarKernels());
        Translator chosen = new Translator(model, KernelsProvider.kernels())) {
      for (int i = 4; i < 30; i++) {
        String text = "t" + i + " t" + (i + 3) + " t" + (i + 9);
        GeneratedText a = plain.translate(text);
        GeneratedText b = chosen.translate(text);
        assertThat(b.score()).isCloseTo(a.score(), within(1e-4));
        assertThat(b.text()).isEqualTo(a.text());
      }
    }
  }
}
