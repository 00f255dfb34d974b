package dev.goldcrest.app.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.app.train.Front;
import dev.goldcrest.app.train.MadeUp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code compress} is tried on.
 *
 * @param train data file that it was trained on
 * @param dev data file of other rows
 * @param model its own file
 */
record MadeUpClassifier(String train, String dev, Path model) {
  /** Trains one through the front door. */
  static MadeUpClassifier trained(Path folder, String... more) throws IOException {
    String train = MadeUp.write(folder, "train.tsv", MadeUp.lines(200, 1)).toString();
    String dev = MadeUp.write(folder, "dev.tsv", MadeUp.lines(60, 2)).toString();
    Path model = folder.resolve("model.safetensors");
    List<String> args = new ArrayList<>(List.of("train", "--data", train, "--dev", dev));
    args.addAll(List.of("--out", model.toString(), "--no-half"));
    args.addAll(MadeUp.SMALL);
    Front front = Front.run(args, more);
    assertThat(front.exitCode()).as(front.err()).isZero();
    return new MadeUpClassifier(train, dev, model);
  }

  /** A plan with what makes it learn on, on two threads. */
  String[] learning(int epochs, double rate, String... plan) {
    List<String> options = new ArrayList<>(List.of(plan));
    options.addAll(List.of("--data", train, "--dev", dev, "--threads", "2"));
    options.addAll(List.of("--epochs", "" + epochs, "--lr", "" + rate));
    return options.toArray(new String[0]);
  }

  /** Compresses any model through the front door. */
  static Front compress(Path from, Path out, String... more) {
    return Front.run(
        List.of("compress", "--model", from.toString(), "--out", out.toString()), more);
  }
}
