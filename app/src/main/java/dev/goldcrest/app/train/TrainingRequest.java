package dev.goldcrest.app.train;

import dev.goldcrest.app.cli.Terminal;
import dev.goldcrest.app.cli.UserError;
import dev.goldcrest.app.energy.EmissionsCsv;
import dev.goldcrest.app.energy.Energy;
import dev.goldcrest.app.energy.Spending;
import dev.goldcrest.app.energy.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What to train and where to put it.
 *
 * @param choices what the user asked for of the recipe
 * @param out the model file; checkpoint and run record stand beside it
 * @param force an existing model or checkpoint may be replaced, and what another teacher answered
 * @param resume go on from the checkpoint, if there is one
 * @param half store weights as 16-bit floats
 * @param maxBytes of the model file, or null
 * @param spending what training may take and how that is counted; null for {@link Spending#FREE}
 * @param log a file for one JSON object an epoch, or null
 * @param command for the run record
 */
public record TrainingRequest(
    Choices choices,
    Path out,
    boolean force,
    boolean resume,
    boolean half,
    Long maxBytes,
    Spending spending,
    Path log,
    String command) {
  public TrainingRequest {
    spending = spending == null ? Spending.FREE : spending;
  }

  /** Where the run is kept while it lasts. */
  public Path checkpoint() {
    return sibling(".checkpoint");
  }

  /** Where a teacher's opinions are kept while the run lasts. */
  public Path opinions() {
    return sibling(".opinions");
  }

  /** Where everything goes that differs between two equal runs. */
  public Path runRecord() {
    return sibling(".run.json");
  }

  /** Counts energy from now on. */
  public Energy startEnergy(Terminal terminal) {
    return Energy.start(spending.world() == null ? World.of(terminal) : spending.world());
  }

  /** Whether there is a run to go on with. */
  public boolean resumes() {
    return resume && Files.exists(checkpoint());
  }

  private Path sibling(String ending) {
    return out.resolveSibling(out.getFileName() + ending);
  }

  /**
   * Judges files before any data are read.
   *
   * @param data the data files' names as given
   * @throws UserError for what the user can put right
   */
  void check(List<String> data) throws IOException {
    UserError.judging(() -> Recipe.judge(choices));
    checkFiles(data);
  }

  /**
   * Judges what there is to write before any data are read.
   *
   * @param data the data files' names as given
   * @throws UserError for what the user can put right
   */
  public void checkFiles(List<String> data) throws IOException {
    if (spending.maxMinutes() != null && !(spending.maxMinutes() > 0)) {
      throw UserError.usage("--max-minutes must be above 0, is %s", spending.maxMinutes());
    }
    if (spending.emissions() != null) {
      EmissionsCsv.check(spending.emissions());
    }
    if (out.getFileName() == null || Files.isDirectory(out)) {
      throw UserError.usage("--out %s is a folder; name a file in it", out);
    }
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw UserError.failed("--out %s: there is no folder %s; create it first", out, folder);
    }
    if (!Files.isWritable(folder)) {
      throw UserError.failed("--out %s: the folder %s cannot be written to", out, folder);
    }
    for (String name : data) {
      refuseReplacing(name);
    }
    refuseReplacing();
    if (log != null && Files.exists(log) && !force && !resume) {
      throw UserError.usage("--log %s exists; --force replaces it", log);
    }
  }

  /** Clears away what an earlier run left, unless this one goes on from it. */
  public void prepare(Terminal terminal) throws IOException {
    if (resume && !resumes()) {
      terminal.notice("there is no %s; training begins anew", checkpoint());
    }
    if (!resume) {
      Files.deleteIfExists(checkpoint());
      if (log != null) {
        Files.deleteIfExists(log);
      }
    }
  }

  private void refuseReplacing(String data) throws IOException {
    for (Path written : log == null ? List.of(out) : List.of(out, log)) {
      Path read = Path.of(data.startsWith("glosses") || data.equals("-") ? "" : data);
      if (Files.exists(written) && Files.isRegularFile(read) && Files.isSameFile(written, read)) {
        throw UserError.usage("%s would be replaced by what is learned from it", written);
      }
    }
  }

  private void refuseReplacing() {
    boolean paused = Files.exists(checkpoint());
    boolean done = Files.exists(out);
    if (resume && !paused && done) {
      throw UserError.usage(
          "--resume: %s is complete, there is no %s to go on from; --force trains anew",
          out, checkpoint().getFileName());
    }
    if (force || resume) {
      return;
    }
    if (done) {
      throw UserError.usage("--out %s exists; --force replaces it", out);
    }
    if (paused) {
      throw UserError.usage(
          "%s holds an interrupted run; --resume goes on from it, --force starts again",
          checkpoint());
    }
  }
}
