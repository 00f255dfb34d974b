package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.Example;
import dev.goldcrest.app.data.Split;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.safetensors.FormatException;
import dev.goldcrest.torch.LabelledText;
import dev.goldcrest.torch.Teaching;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A classifier whose opinions another one learns from ({@code --teacher}).
 *
 * @param name of its file, without the folder
 * @param model what it is
 * @param unlabelled texts that only it has an opinion about; perhaps none
 */
public record Teacher(String name, ClassifierModel model, TextPool unlabelled) {
  /**
   * The teacher that a file holds.
   *
   * @param texts files of texts without labels, as {@link TextPool#read} takes them
   */
  public static Teacher load(Terminal terminal, String path, List<String> texts)
      throws DataException, FormatException {
    ModelFile file = ModelFiles.load(terminal, path);
    if (!file.task().equals(ClassifierModel.TASK)) {
      throw UserError.failed(
          "train: --teacher %s is for task %s; only a classifier has opinions about labels",
          path, file.task());
    }
    return new Teacher(
        Provenance.name(path), ClassifierModel.of(file, path), TextPool.read(texts, List.of()));
  }

  /** What the teacher alone has an opinion about: what the user gives, and what is made up. */
  List<String> further(Choices choices, Split split) {
    List<String> texts = new ArrayList<>(unlabelled.texts());
    List<String> own = split.train().examples().stream().map(Example::text).toList();
    texts.addAll(
        Augmenter.around(own, TrainingRecipe.augment(choices, own.size()), choices.seed()));
    return texts;
  }

  /**
   * Texts to learn from, those without a label last.
   *
   * @param unread texts that the teacher had no time or energy for: without a label they are left
   *     out, the others have their label alone
   */
  record Lesson(List<LabelledText> texts, int unread) {}

  /**
   * The examples with what the teacher thinks of each.
   *
   * @param labels what they are numbered by
   * @param limit words of a text that are read
   */
  Lesson lesson(
      Terminal terminal,
      TrainingRequest request,
      Attended attended,
      Teaching teaching,
      Corpus corpus,
      List<String> labels,
      int limit)
      throws IOException {
    int[] columns = columns(labels);
    List<String> asked = new ArrayList<>();
    corpus.split().train().examples().forEach(example -> asked.add(example.text()));
    asked.addAll(corpus.unlabelledTexts());
    Opinions opinions =
        Opinions.of(
            terminal,
            Oracles.of(model),
            asked,
            request.opinions(),
            request.force(),
            request.choices().workers(),
            attended.teachersShare());
    List<LabelledText> all = new ArrayList<>(corpus.train(limit));
    int labelled = all.size();
    all.addAll(corpus.unlabelled(limit));
    List<LabelledText> texts = new ArrayList<>(all.size());
    int alone = 0;
    float[] logits = new float[columns.length];
    for (int i = 0; i < all.size(); i++) {
      if (opinions.has(i)) {
        float[] row = opinions.row(i);
        for (int label = 0; label < columns.length; label++) {
          logits[label] = row[columns[label]];
        }
        texts.add(all.get(i).taught(teaching.aim(logits)));
      } else if (i < labelled) {
        texts.add(all.get(i));
        alone++;
      }
    }
    int unread = opinions.missing();
    if (unread > 0) {
      terminal.notice(
          "the teacher has read %,d of %,d texts in its share of %s; %,d without a label are left"
              + " out%s",
          all.size() - unread,
          all.size(),
          request.spending().limits(),
          unread - alone,
          alone == 0 ? "" : String.format(Locale.ROOT, ", %,d are learned by label alone", alone));
    }
    return new Lesson(texts, unread);
  }

  /**
   * Where the teacher has each of {@code labels}.
   *
   * @throws UserError unless both have the same ones
   */
  int[] columns(List<String> labels) {
    List<String> own = model.labels();
    for (String label : labels) {
      if (!own.contains(label)) {
        throw unlike(labels, Units.printable(label), "of the data");
      }
    }
    for (String label : own) {
      if (!labels.contains(label)) {
        throw unlike(labels, Units.printable(label), "of the teacher");
      }
    }
    return labels.stream().mapToInt(own::indexOf).toArray();
  }

  private UserError unlike(List<String> labels, String label, String whose) {
    return UserError.failed(
        "--teacher %s knows %d labels, the data have %d, and '%s' %s is missing on the other side;"
            + " a teacher must be trained on the same labels",
        name, model.labels().size(), labels.size(), label, whose);
  }
}
