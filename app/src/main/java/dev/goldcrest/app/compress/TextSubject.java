package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.TextCorpus;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.SequenceTexts;
import dev.goldcrest.app.train.SequenceTuning;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.core.models.Architecture;
import dev.goldcrest.core.models.Sizes;
import dev.goldcrest.cost.Cost;
import dev.goldcrest.runtime.LanguageModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.SequenceModel;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A language model under compression: perplexity per word. */
public final class TextSubject implements Subject {
  private static final int TIMED_LINES = 20;

  private final Terminal terminal;
  private final CompressCommand command;
  private final TextCorpus.Split split;
  private final TextCorpus dev;
  private final List<String> lines;

  private TextSubject(
      Terminal terminal, CompressCommand command, TextCorpus.Split split, TextCorpus dev)
      throws Exception {
    this.terminal = terminal;
    this.command = command;
    this.split = split;
    this.dev = dev;
    List<String> all = dev == null ? Subject.sample() : dev.lines();
    this.lines = all.stream().filter(line -> !line.isBlank()).limit(TIMED_LINES).toList();
  }

  /** Reads what text there is. */
  public static TextSubject of(Terminal terminal, CompressCommand command) throws Exception {
    TextCorpus dev = command.dev() == null ? null : command.reading().text(terminal, command.dev());
    TextCorpus.Split split = null;
    if (command.data() != null) {
      TextCorpus all = command.reading().text(terminal, command.data());
      split = dev == null ? all.holdOut() : new TextCorpus.Split(all, dev);
      dev = split.dev();
    }
    return new TextSubject(terminal, command, split, dev);
  }

  @Override
  public String metric() {
    return "perplexity";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public String text(double score) {
    return String.format(Locale.ROOT, "%.2f", score);
  }

  @Override
  public String unit() {
    return "of perplexity";
  }

  @Override
  public String scoredOn() {
    return dev == null ? null : dev.name();
  }

  @Override
  public Score score(ModelFile file) throws FormatException {
    if (dev == null) {
      return Score.NONE;
    }
    SequenceModel model = SequenceModel.of(file, command.model());
    try (LanguageModel language = new LanguageModel(model)) {
      int context = model.architecture().maxLength();
      return new Score(
          language.score(dev.lines().iterator(), context).perplexityPerWord(), List.of());
    }
  }

  /** Of as many tokens as the model reads. */
  @Override
  public long macs(ModelFile file) {
    Architecture model = file.architecture();
    return Cost.of(model.trace(Architecture.WHOLE, new Sizes(1, model.maxLength(), 1))).macs();
  }

  /** One prediction is a line of text, scored. */
  @Override
  public Runner runner(ModelFile file) throws FormatException {
    return runner(file, KernelsProvider.kernels(), lines);
  }

  @Override
  public Runner reader(ModelFile file, Kernels kernels) throws FormatException {
    return runner(file, kernels, split == null ? lines : split.train().lines());
  }

  private Runner runner(ModelFile file, Kernels kernels, List<String> read) throws FormatException {
    SequenceModel model = SequenceModel.of(file, command.model());
    LanguageModel language = new LanguageModel(model, kernels);
    int context = model.architecture().maxLength();
    return new Runner() {
      @Override
      public void run(int i) {
        language.score(List.of(read.get(i % read.size())).iterator(), context);
      }

      @Override
      public void close() {
        language.close();
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
