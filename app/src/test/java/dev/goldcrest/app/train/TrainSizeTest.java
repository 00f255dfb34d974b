package dev.goldcrest.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.goldcrest.core.graph.WeightForms;
import dev.goldcrest.runtime.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How large a classifier's file may be: fewer bits, factors by design, what is named instead. */
class TrainSizeTest {
  @TempDir private Path folder;
  private Path train;
  private Path out;

  @BeforeEach
  void writeData() throws IOException {
    train = MadeUp.write(folder, "train.tsv", MadeUp.lines(200, 1));
    out = folder.resolve("model.safetensors");
  }

  private Front train(String... more) {
    return MadeUp.train(train, out, more);
  }

  @Test
  void train_tooLarge_isExitCode3BeforeTrainingAndNamesWhatFits() throws IOException {
    Front front = train("--max-size", "6KB", "--set", "wordHidden=64");
    assertThat(front.exitCode()).isEqualTo(3);
    assertThat(front.sentence()).contains("--max-size 6.00 KB").contains("the nearest that fits");
    assertThat(front.err()).doesNotContain("epoch");
    assertThat(folder.toFile().list()).containsExactly("train.tsv");
    String sentence = front.sentence();
    String[] options = sentence.substring(sentence.indexOf("--set")).split(" ");
    List<String> again = new ArrayList<>(List.of("--max-size", "6KB", "--epochs", "1"));
    again.addAll(List.of(options));
    Front fitting = train(again.toArray(new String[0]));
    assertThat(fitting.exitCode()).as(fitting.err()).isZero();
    assertThat(Files.size(out)).isLessThanOrEqualTo(6000);
  }

  @Test
  void train_maxSize_storesWeightsInFewerBitsFirst() throws IOException {
    Front plain = train("--epochs", "8", "--lr", "0.02");
    assertThat(plain.exitCode()).as(plain.err()).isZero();
    long most = Files.size(out) * 9 / 10;
    Front front = train("--epochs", "8", "--lr", "0.02", "--force", "--max-size", "" + most);
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err()).contains("the weights are stored as int8; training learns around");
    assertThat(Files.size(out)).isLessThanOrEqualTo(most);
    ModelFile file = ModelFile.load(out);
    assertThat(file.architecture().forms().stored("head.weight"))
        .isEqualTo(WeightForms.Stored.INT8);
    double promised = ((Number) file.provenance().get("devAccuracy")).doubleValue();
    assertThat(promised).isGreaterThan(0.8);
    Front full = train("--force", "--no-half", "--max-size", "" + most);
    assertThat(full.exitCode()).isEqualTo(3);
  }

  /** What needs no trained weights comes before any refusal, the gentlest first. */
  @Test
  void train_maxSize_hasFactorsFromTheStartNext() throws IOException {
    String[] options = {
      "--set", "features=512", "--set", "wordHidden=64", "--epochs", "12", "--lr", "0.02"
    };
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(List.of("--max-size", "15KB"));
    Front front = train(args.toArray(new String[0]));
    assertThat(front.exitCode()).as(front.err()).isZero();
    assertThat(front.err())
        .contains("to fit into 15.0 KB each large weight is two factors from the start (--rank")
        .containsPattern("and the weights are stored as \\w+; training learns around");
    assertThat(Files.size(out)).isLessThanOrEqualTo(15_000);
    ModelFile file = ModelFile.load(out);
    WeightForms forms = file.architecture().forms();
    assertThat(forms.ranks()).containsKey("word.in.weight").doesNotContainKey("head.weight");
    assertThat(forms.stored("word.in.weight.u")).isNotEqualTo(WeightForms.Stored.F32);
    assertThat(((Number) file.provenance().get("devAccuracy")).doubleValue()).isGreaterThan(0.8);
    args.addAll(List.of("--rank", "0.9", "--force"));
    Front asked = train(args.toArray(new String[0]));
    assertThat(asked.exitCode()).as("ranks that were asked for stay").isEqualTo(3);
    assertThat(asked.sentence())
        .contains("; the nearest that fits takes ")
        .contains("KB: --rank 0.25")
        .doesNotContain("--embedding-rank");
  }

  /** The smallest there is has a size and settings, which lead to it and to nothing smaller. */
  @Test
  void train_outOfReach_namesTheNearestWithItsOptions() throws IOException {
    String[] wide = {"--set", "features=512", "--set", "wordHidden=64", "--epochs", "1"};
    List<String> args = new ArrayList<>(List.of(wide));
    args.addAll(List.of("--max-size", "1KB"));
    Front never = train(args.toArray(new String[0]));
    assertThat(never.exitCode()).isEqualTo(3);
    assertThat(never.sentence())
        .contains(", with --rank ")
        .contains("there is no such small proformer for 3 labels, the nearest is --max-size ");
    String sentence = never.sentence();
    String[] nearest = sentence.substring(sentence.lastIndexOf("--max-size")).split(" ");
    long most = Long.parseLong(nearest[1]);
    assertThat(nearest).contains("wordHidden=8");
    args = new ArrayList<>(List.of("--epochs", "1", "--force"));
    args.addAll(List.of(nearest));
    Front fits = train(args.toArray(new String[0]));
    assertThat(fits.exitCode()).as(fits.err()).isZero();
    assertThat(Files.size(out)).isLessThanOrEqualTo(most);
    args.set(args.indexOf(nearest[1]), "" + (most - 1));
    assertThat(train(args.toArray(new String[0])).exitCode()).isEqualTo(3);
    // Just above it the wide model has a narrower one that fits.
    args = new ArrayList<>(List.of(wide));
    args.addAll(List.of("--force", "--max-size", "" + (most + 20)));
    assertThat(train(args.toArray(new String[0])).sentence())
        .contains("; the nearest that fits takes ")
        .contains("KB: --set ");
  }

  @Test
  void train_byDesign_hasFactorsFromTheStart() throws IOException {
    Front front = train("--epochs", "24", "--lr", "0.02", "--rank", "0.5");
    assertThat(front.exitCode()).as(front.err()).isZero();
    ModelFile file = ModelFile.load(out);
    assertThat(file.architecture().forms().ranks()).containsKey("word.in.weight");
    assertThat(file.architecture().forms().ranks()).doesNotContainKey("head.weight");
    assertThat(((Number) file.provenance().get("devAccuracy")).doubleValue()).isGreaterThan(0.8);
    Front energy = train("--force", "--rank", "energy:0.9");
    assertThat(energy.exitCode()).isEqualTo(2);
    assertThat(energy.sentence()).contains("needs trained weights");
    Front none = train("--force", "--epochs", "1", "--rank", "4", "--embedding-rank", "2");
    assertThat(none.err())
        .contains("--embedding-rank 2 finds nothing to change in this model")
        .doesNotContain("--rank 4 finds nothing");
    Front both = train("--force", "--rank", "4", "--init", out.toString());
    assertThat(both.sentence()).contains("leave out --rank");
    Front tables = train("--force", "--set", "embedding=table", "--embedding-rank", "2");
    assertThat(tables.exitCode()).as(tables.err()).isZero();
    assertThat(ModelFile.load(out).architecture().forms().ranks().values()).containsExactly(2);
    Front some = train("--force", "--epochs", "1", "--rank", "10");
    assertThat(some.err())
        .containsPattern("Not factorised: .* \\(factors by 10 would be no smaller\\)");
  }

  @Test
  void train_neverSoSmall_saysSo() {
    Front front = train("--max-size", "1KB");
    assertThat(front.exitCode()).isEqualTo(3);
    assertThat(front.sentence()).contains("there is no such small proformer");
  }
}
