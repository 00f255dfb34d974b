package dev.goldcrest.runtime;

import dev.goldcrest.runtime.decode.BeamSearch;
import dev.goldcrest.runtime.decode.DecodingOptions;
import dev.goldcrest.runtime.decode.Hypothesis;
import dev.goldcrest.runtime.decode.SessionStepper;
import dev.goldcrest.runtime.kernels.Kernels;
import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What translators and summarisers share: a text in, texts out. */
final class SequenceWriter {
  private final SequenceModel model;
  private final Workspaces<Workspace> workspaces;

  private static final class Workspace {
    private final SessionStepper stepper;
    private final BeamSearch search;

    Workspace(SequenceModel model, Kernels kernels) {
      stepper = new SessionStepper(model.architecture(), model.weights(), kernels);
      search = new BeamSearch(kernels);
    }
  }

  SequenceWriter(SequenceModel model, String task, String owner, Kernels kernels) {
    if (!model.task().equals(task)) {
      throw new IllegalArgumentException(
          "a " + owner + " needs a model for task " + task + ", got one for " + model.task());
    }
    this.model = model;
    workspaces = new Workspaces<>(owner, () -> new Workspace(model, kernels));
  }

  SequenceModel model() {
    return model;
  }

  /** At most {@code top} texts, the best first; for an empty text one that is empty. */
  List<GeneratedText> write(String text, int top, DecodingOptions options) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, got " + top);
    }
    int[] words = model.source().encode(text);
    if (words.length == 0) {
      return List.of(new GeneratedText("", 0, false));
    }
    int most = model.architecture().maxLength() - 1;
    int[] tokens = Arrays.copyOf(words, Math.min(words.length, most) + 1);
    tokens[tokens.length - 1] = Tokenizer.EOS;
    Workspace workspace = workspaces.borrow();
    try {
      List<GeneratedText> texts = new ArrayList<>();
      for (Hypothesis each : workspace.search.search(workspace.stepper, tokens, options)) {
        if (texts.size() < top) {
          String written = model.target().decode(each.tokens());
          texts.add(new GeneratedText(written, each.score(), words.length > most));
        }
      }
      return texts;
    } finally {
      workspaces.giveBack(workspace);
    }
  }

  void close() {
    workspaces.close();
  }
}
