package dev.goldcrest.app.compress;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.data.Dataset;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.metrics.PairedBootstrap;
import dev.goldcrest.app.task.CompressCommand;
import dev.goldcrest.app.train.Attended;
import dev.goldcrest.app.train.ClassifierTuning;
import dev.goldcrest.app.train.PredictionCost;
import dev.goldcrest.app.train.Tuned;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.TextClassifier;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.kernels.KernelsProvider;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.torch.Calibrator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A classifier under compression: accuracy, texts, fine-tuning on labelled text. */
public final class ClassifierSubject implements Subject {
  private static final int RESAMPLES = 2_000;

  private final Terminal terminal;
  private final CompressCommand command;
  private final ClassifierModel before;
  private final Split split;
  private final Dataset dev;
  private final List<String> texts;

  private ClassifierSubject(
      Terminal terminal,
      CompressCommand command,
      ClassifierModel before,
      Split split,
      Dataset dev,
      List<String> texts) {
    this.terminal = terminal;
    this.command = command;
    this.before = before;
    this.split = split;
    this.dev = dev;
    this.texts = texts;
  }

  /**
   * Reads what data there are.
   *
   * @param given the model that is compressed
   */
  public static ClassifierSubject of(Terminal terminal, CompressCommand command, ModelFile given)
      throws Exception {
    ClassifierModel before = ClassifierModel.of(given, command.model());
    Dataset dev = command.dev() == null ? null : command.reading().load(terminal, command.dev());
    Split split = null;
    if (command.data() != null) {
      Dataset all = command.reading().load(terminal, command.data());
      split = dev == null ? Split.holdOut(all) : new Split(all, dev);
      split.train().requireTwoLabels();
      dev = split.dev();
    }
    List<String> texts =
        dev == null ? Subject.sample() : dev.examples().stream().map(Example::text).toList();
    return new ClassifierSubject(terminal, command, before, split, dev, texts);
  }

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String text(double score) {
    return String.format(Locale.ROOT, "%.2f", 100 * score);
  }

  @Override
  public String unit() {
    return "points";
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
    try (TextClassifier classifier = classifier(model)) {
      String[] answers = new String[dev.size()];
      IntStream.range(0, answers.length)
          .parallel()
          .forEach(i -> answers[i] = classifier.classify(texts.get(i)).label());
      int right = 0;
      for (int i = 0; i < answers.length; i++) {
        right += answers[i].equals(dev.examples().get(i).label()) ? 1 : 0;
      }
      return new Score((double) right / answers.length, Arrays.asList(answers));
    }
  }

  private TextClassifier classifier(ModelFile model) throws FormatException {
    return new TextClassifier(ClassifierModel.of(model, command.model()));
  }

  @Override
  public PairedBootstrap difference(Score after, Score before) {
    List<String> gold = dev.examples().stream().map(Example::label).toList();
    return PairedBootstrap.of(gold, after.answers(), before.answers(), RESAMPLES, 1);
  }

  @Override
  public long macs(ModelFile model) {
    return PredictionCost.of(model.architecture(), before.text(), texts).macs();
  }

  @Override
  public Runner runner(ModelFile model) throws FormatException {
    return runner(model, KernelsProvider.kernels(), texts);
  }

  @Override
  public Runner reader(ModelFile model, Kernels kernels) throws FormatException {
    List<String> learned =
        split == null ? texts : split.train().examples().stream().map(Example::text).toList();
    return runner(model, kernels, learned);
  }

  private Runner runner(ModelFile model, Kernels kernels, List<String> read)
      throws FormatException {
    TextClassifier classifier =
        new TextClassifier(ClassifierModel.of(model, command.model()), kernels);
    return new Runner() {
      @Override
      public void run(int i) {
        classifier.classify(read.get(i % read.size()));
      }

      @Override
      public void close() {
        classifier.close();
      }
    };
  }

  /** On dev, as training does it. */
  @Override
  public ModelFile calibrated(ModelFile model) throws FormatException {
    ClassifierModel changed = ClassifierModel.of(model, command.model());
    if (dev == null
        || dev.examples().stream().noneMatch(row -> changed.labels().contains(row.label()))) {
      terminal.notice(
          "without --dev of the model's labels probabilities and the threshold of trust stay what"
              + " they were for %s",
          command.model());
      return model;
    }
    float[][] logits = new float[dev.size()][];
    try (TextClassifier classifier = new TextClassifier(changed)) {
      IntStream.range(0, logits.length)
          .parallel()
          .forEach(i -> logits[i] = classifier.logits(texts.get(i)));
    }
    int[] labels =
        dev.examples().stream().mapToInt(each -> changed.labels().indexOf(each.label())).toArray();
    return new ClassifierModel(
            changed.architecture(),
            changed.text(),
            changed.labels(),
            Calibrator.fit(logits, labels),
            changed.provenance(),
            changed.weights())
        .file();
  }

  @Override
  public Optional<Tuned> tune(ModelFile model, Set<String> pruned, Attended attended)
      throws IOException {
    return ClassifierTuning.run(
        terminal,
        command.request(),
        attended,
        before,
        ClassifierModel.of(model, command.model()),
        pruned,
        split);
  }
}
