package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.ModelFiles;
import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.Units;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.data.DataException;
import dev.goldcrest.app.data.TextPool;
import dev.goldcrest.runtime.ClassifierModel;
import dev.goldcrest.runtime.ModelFile;
import dev.goldcrest.runtime.safetensors.FormatException;
import java.util.List;

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
        path.substring(path.lastIndexOf('/') + 1),
        ClassifierModel.of(file, path),
        TextPool.read(texts, List.of()));
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
