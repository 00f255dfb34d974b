package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Progress;
import dev.goldcrest.app.cli.Report;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Pronunciations;
import dev.goldcrest.app.data.Pronunciations.Entry;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Translator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Learns to pronounce English words from a dictionary: letters in, phonemes out, by the same path
 * as any translation.
 */
final class PronounceDemo {
  /** Two processors train about so many epochs of the dictionary a minute. */
  private static final double EPOCHS_A_MINUTE = 2;

  /** A small model that reads bytes and writes phonemes. */
  private static final Map<String, String> SETTINGS =
      settings(
          "dim=128 layers=2 ffn=256 dropout=0.1 attentionDropout=0 tapDropout=0 kernels=5"
              + " maxLength=64 joint=false sourceTokens=bpe sourceMerges=0 sourceLowerCase=true tokens=word"
              + " labelSmoothing=0.1 lr=0.003 batch=4096");

  /** Words of the test part that are measured, evenly drawn. */
  private static final int MEASURED = 2_000;

  /** What is pronounced where the user names nothing; the last are no words at all. */
  private static final List<String> WORDS =
      List.of("photograph", "photography", "thought", "wednesday", "goldcrest", "wug", "brillig");

  private PronounceDemo() {}

  /**
   * A word as the model says it.
   *
   * @param known how the dictionary says it, or null if it has no such word
   */
  record Said(String word, String spoken, String known) {}

  /**
   * What the demo found out.
   *
   * @param words of the test part that were measured
   * @param wordErrors share of them that are said in no way the dictionary knows
   * @param phonemeErrors edits to the nearest known way over its phonemes
   * @param seconds from the start of the verb
   */
  record Result(
      SequenceTrained trained,
      int words,
      double wordErrors,
      double phonemeErrors,
      List<Said> said,
      double seconds)
      implements Report {
    @Override
    public void print(PrintStream out) {
      out.printf(
          Locale.ROOT,
          "of %,d words that training never saw, %.1f %% are said wrong; %.1f %% of the phonemes%n",
          words,
          100 * wordErrors,
          100 * phonemeErrors);
      out.printf(
          Locale.ROOT,
          "%s, %s, %,d weights, %,d multiply-adds a word; %s in all%n%n",
          trained.model(),
          Units.bytes(trained.bytes()),
          trained.cost().parameters(),
          trained.cost().macs(),
          Progress.duration(seconds));
      for (Said each : said) {
        out.printf("%-16s %-40s %s%n", Units.printable(each.word()), each.spoken(), note(each));
      }
      out.printf("%ntype words:  ./goldcrest predict --model %s%n", trained.model());
    }

    private static String note(Said said) {
      if (said.known() == null) {
        return "(not in the dictionary)";
      }
      return said.known().equals(said.spoken()) ? "" : "(dictionary: " + said.known() + ")";
    }

    @Override
    public Object json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("task", "pronounce");
      object.put("words", words);
      object.put("wordErrorRate", wordErrors);
      object.put("phonemeErrorRate", phonemeErrors);
      object.put("modelBytes", trained.bytes());
      object.put("parameters", trained.cost().parameters());
      object.put("macs", trained.cost().macs());
      object.put("tokensPerSecond", trained.tokensPerSecond());
      object.put("gigaflops", trained.gigaflops());
      object.put("seconds", seconds);
      object.put("model", trained.model().toString());
      object.put("said", said);
      return object;
    }
  }

  static Choices choices(double minutes, long seed, int workers) {
    int epochs = (int) Math.max(1, Math.round(minutes * EPOCHS_A_MINUTE));
    return new Choices(
        SequenceRecipe.ARCHITECTURE, null, SETTINGS, epochs, null, null, seed, workers);
  }

  private static Map<String, String> settings(String line) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : line.split(" ")) {
      map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return map;
  }

  /**
   * Trains, measures, and says the words.
   *
   * @param words to say, or none for the usual ones
   * @param start {@link System#nanoTime} when the verb began
   * @return nothing if the process was asked to stop
   */
  static Optional<Result> run(
      Terminal terminal, TrainingRequest request, List<String> words, long start)
      throws DataException, IOException {
    List<Entry> train = Pronunciations.load("train");
    List<Entry> dev = Pronunciations.load("dev");
    List<Entry> test = Pronunciations.load("test");
    terminal.say(
        String.format(
            Locale.ROOT,
            "learning to pronounce from %,d words, %d epochs",
            train.size(),
            request.choices().epochs()));
    Optional<SequenceTrained> trained =
        SequenceJob.run(
            terminal,
            SequenceModel.TRANSLATE,
            request,
            texts("cmudict:train", train),
            texts("cmudict:dev", dev));
    return trained.isEmpty()
        ? Optional.empty()
        : Optional.of(measure(trained.get(), all(train, dev, test), test, words, start));
  }

  /** Every way to say a word is a pair. */
  private static SequenceTexts texts(String name, List<Entry> entries) {
    List<String> sources = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (Entry entry : entries) {
      for (String spoken : entry.spoken()) {
        sources.add(entry.word());
        targets.add(spoken);
      }
    }
    return new SequenceTexts(name, sources, targets);
  }

  @SafeVarargs
  private static Map<String, List<String>> all(List<Entry>... parts) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (List<Entry> part : parts) {
      part.forEach(entry -> all.put(entry.word(), entry.spoken()));
    }
    return all;
  }

  private static Result measure(
      SequenceTrained trained,
      Map<String, List<String>> dictionary,
      List<Entry> test,
      List<String> words,
      long start)
      throws IOException {
    List<Entry> drawn = drawn(test);
    try (Translator translator = Translator.load(Path.of(trained.model().toString()))) {
      String[] spoken = new String[drawn.size()];
      IntStream.range(0, spoken.length)
          .parallel()
          .forEach(i -> spoken[i] = translator.translate(drawn.get(i).word()).text());
      int wrong = 0;
      long edits = 0;
      long phonemes = 0;
      for (int i = 0; i < spoken.length; i++) {
        List<String> known = drawn.get(i).spoken();
        wrong += known.contains(spoken[i]) ? 0 : 1;
        int[] nearest = nearest(spoken[i], known);
        edits += nearest[0];
        phonemes += nearest[1];
      }
      List<Said> said = new ArrayList<>();
      for (String word : words.isEmpty() ? WORDS : words) {
        String lower = word.toLowerCase(Locale.ROOT);
        List<String> known = dictionary.get(lower);
        said.add(
            new Said(
                word, translator.translate(lower).text(), known == null ? null : known.get(0)));
      }
      return new Result(
          trained,
          spoken.length,
          (double) wrong / spoken.length,
          (double) edits / phonemes,
          said,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private static List<Entry> drawn(List<Entry> test) {
    int count = Math.min(MEASURED, test.size());
    return IntStream.range(0, count)
        .mapToObj(i -> test.get((int) ((long) i * test.size() / count)))
        .toList();
  }

  /** {edits to the nearest of the known ways, its phonemes}. */
  private static int[] nearest(String spoken, List<String> known) {
    int[] best = null;
    for (String way : known) {
      String[] wanted = way.split(" ");
      int edits = edits(spoken.isEmpty() ? new String[0] : spoken.split(" "), wanted);
      if (best == null || edits < best[0]) {
        best = new int[] {edits, wanted.length};
      }
    }
    return best;
  }

  /** Insertions, deletions and substitutions (Levenshtein, 1966). */
  static int edits(String[] from, String[] to) {
    int[] row = new int[to.length + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length; j++) {
        int substituted = diagonal + (from[i - 1].equals(to[j - 1]) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length];
  }
}
