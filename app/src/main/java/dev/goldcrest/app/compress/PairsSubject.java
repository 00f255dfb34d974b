package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.ParallelDataset;
import dev.goldcrest.app.metrics.Bleu;
import dev.goldcrest.app.metrics.BleuCounts;
import dev.goldcrest.app.metrics.BleuStyle;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.metrics.Rouge;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.DataShape;
import dev.goldcrest.app.train.SequenceTexts;
import dev.goldcrest.app.train.SequenceTuning;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.Summarizer;
import dev.goldcrest.runtime.Translator;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.runtime.text.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A translator or summariser under compression: BLEU or ROUGE-L of what it writes. */
public final class PairsSubject implements Subject {
  private static final int RESAMPLES = 1_000;

  private final Terminal terminal;
  private final CompressCommand command;
  private final String task;
  private final ParallelDataset.Split split;
  private final ParallelDataset dev;
  private final List<String> sources;

  private PairsSubject(
      Terminal terminal,
      CompressCommand command,
      String task,
      ParallelDataset.Split split,
      ParallelDataset dev)
      throws Exception {
    this.terminal = terminal;
    this.command = command;
    this.task = task;
    this.split = split;
    this.dev = dev;
    this.sources = dev == null ? Subject.sample() : dev.sources();
  }

  /**
   * Reads what data there are.
   *
   * @param task {@link SequenceModel#TRANSLATE} or {@link SequenceModel#SUMMARIZE}
   */
  public static PairsSubject of(Terminal terminal, String task, CompressCommand command)
      throws Exception {
    if (command.dev() == null && command.devTarget() != null) {
      throw UserError.usage("compress: --dev-target is the other side of --dev, which is missing");
    }
    ParallelDataset dev =
        command.dev() == null
            ? null
            : command.reading().parallel(terminal, command.dev(), command.devTarget());
    ParallelDataset.Split split = null;
    if (command.data() != null) {
      ParallelDataset all =
          command.reading().parallel(terminal, command.data(), command.reading().target());
      split = dev == null ? all.holdOut() : new ParallelDataset.Split(all, dev);
      dev = split.dev();
    }
    return new PairsSubject(terminal, command, task, split, dev);
  }

  private boolean translates() {
    return task.equals(SequenceModel.TRANSLATE);
  }

  @Override
  public String metric() {
    return translates() ? "BLEU" : "ROUGE-L";
  }

  @Override
  public String text(double score) {
    return String.format(Locale.ROOT, "%.2f", translates() ? score : 100 * score);
  }

  @Override
  public String unit() {
    return translates() ? "BLEU" : "points";
  }

  @Override
  public String scoredOn() {
    return dev == null ? null : dev.name();
  }

  @Override
  public Score score(ModelFile model) throws FormatException {
    if (dev == null) {
      return Score.NONE;
    }
    String[] written = new String[dev.size()];
    try (Writer writer = writer(model, KernelsProvider.kernels())) {
      IntStream.range(0, written.length)
          .parallel()
          .forEach(i -> written[i] = writer.write.apply(sources.get(i)));
    }
    List<String> texts = Arrays.asList(written);
    double score =
        translates()
            ? Bleu.ofSingle(BleuStyle.SACREBLEU, texts, dev.references()).score()
            : Rouge.mean(texts, dev.references(), false).rougeL().f1();
    return new Score(score, texts);
  }

  /** A model that writes, and what closes it. */
  private record Writer(UnaryOperator<String> write, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  private Writer writer(ModelFile file, Kernels kernels) throws FormatException {
    SequenceModel model = SequenceModel.of(file, command.model());
    if (translates()) {
      Translator translator = new Translator(model, kernels);
      return new Writer(
          text -> translator.translate(text, 1, model.decoding()).get(0).text(), translator::close);
    }
    Summarizer summarizer = new Summarizer(model, kernels);
    return new Writer(
        text -> summarizer.summarize(text, 1, model.decoding()).get(0).text(), summarizer::close);
  }

  @Override
  public PairedBootstrap difference(Score after, Score before) {
    return translates()
        ? PairedBootstrap.ofBleu(
            BleuStyle.SACREBLEU, counts(after.answers()), counts(before.answers()), RESAMPLES, 1)
        : null;
  }

  private List<BleuCounts> counts(List<String> written) {
    return BleuCounts.ofSingle(BleuStyle.SACREBLEU, written, dev.references());
  }

  /** Of the median of the sources and that of the references; without these, as long again. */
  @Override
  public long macs(ModelFile file) throws FormatException {
    SequenceModel model = SequenceModel.of(file, command.model());
    Architecture architecture = model.architecture();
    int source = median(model.source(), sources, architecture.maxLength());
    int target =
        dev == null ? source : median(model.target(), dev.references(), architecture.maxLength());
    Sizes sizes = new Sizes(1, target, 1, source);
    return Cost.of(architecture.trace(Architecture.WHOLE, sizes)).macs();
  }

  /** Tokens with their end that half of the texts have at most. */
  private static int median(Tokenizer tokenizer, List<String> texts, int most) {
    int[] tokens = texts.stream().mapToInt(text -> tokenizer.encode(text).length + 1).toArray();
    return Math.min(most, DataShape.median(tokens));
  }

  @Override
  public Runner runner(ModelFile model) throws FormatException {
    return runner(model, KernelsProvider.kernels(), sources);
  }

  @Override
  public Runner reader(ModelFile model, Kernels kernels) throws FormatException {
    return runner(model, kernels, split == null ? sources : split.train().sources());
  }

  private Runner runner(ModelFile model, Kernels kernels, List<String> read)
      throws FormatException {
    Writer writer = writer(model, kernels);
    return new Runner() {
      @Override
      public void run(int i) {
        writer.write.apply(read.get(i % read.size()));
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  @Override
  public Optional<Tuned> tune(ModelFile file, Set<String> pruned, Attended attended)
      throws IOException {
    return SequenceTuning.run(
        command.request(),
        attended,
        SequenceModel.of(file, command.model()),
        pruned,
        SequenceTexts.of(split.train()),
        SequenceTexts.of(split.dev()));
  }
}
