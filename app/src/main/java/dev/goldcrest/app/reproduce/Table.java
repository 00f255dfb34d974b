package dev.goldcrest.app.reproduce;

import dev.goldcrest.runtime.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table of docs/results: steps in an order, a row for each, and the page that shows the rows. A
 * row reaches the disk before the next step begins, and is taken for a step as long as it was made
 * by the same recipe; so a table that was stopped goes on where it was, and one whose recipe was
 * changed is made again.
 *
 * @param <S> a step
 * @param <R> what is kept of a finished step
 */
abstract class Table<S, R extends RowFile.Finished> {
  /** What this table is run with. */
  protected final Setup setup;

  private final RowFile<R> rows;
  private final Set<String> said = new HashSet<>();

  /**
   * @param name as {@code reproduce} takes it; the rows lie in {@code NAME.jsonl}
   */
  protected Table(String name, Class<R> type, Setup setup) throws IOException {
    this.setup = setup;
    Warnings.to(sentence -> setup.terminal().notice("%s", sentence));
    Files.createDirectories(setup.work());
    this.rows = RowFile.open(setup.work().resolve(name + ".jsonl"), type);
  }

  /**
   * The steps, each after those that it needs.
   *
   * @param only names to include; empty for all
   * @param seeds instead of the table's own; empty for those
   */
  abstract List<S> plan(Collection<String> only, List<Long> seeds);

  /** Names a step's row and files. */
  abstract String key(S step);

  /** Names what a step does: one that would do otherwise has another name. */
  abstract String recipe(S step) throws IOException;

  /** Why a step cannot run here, one sentence for all that lack the same thing; null if it can. */
  String lacking(S step) {
    return null;
  }

  /** Whether a step is run although it has a row: another one needs what it leaves behind. */
  boolean needed(S step, List<S> plan) throws IOException {
    return false;
  }

  /** Runs a step; null if the process was asked to stop, so that it resumes next time. */
  abstract R make(S step) throws Exception;

  /** What a row tells, in a few words. */
  abstract String told(R row);

  /** The page of some rows as Markdown, under the command that made them. */
  abstract String page(List<R> finished, String command);

  /** The same with a reference to {@link #picture}; null for none. */
  String page(List<R> finished, String command, String picture) {
    return page(finished, command);
  }

  /** A picture that belongs to the page, as SVG; null if there is none. */
  String picture(List<R> finished) {
    return null;
  }

  /** The options that some rows need for models the table does not make, each with a file name. */
  Map<String, String> given(List<R> finished) {
    return Map.of();
  }

  /** Name of the file that an option gives, or a likely one. */
  final String fileOf(String option) {
    Path given = setup.given().get(option);
    return given == null ? option + ".safetensors" : given.getFileName().toString();
  }

  /** The row of a step, or null if it is not finished or of another recipe. */
  R find(S step) throws IOException {
    return rows.find(key(step), recipe(step));
  }

  /** The newest row of a step by whatever recipe, or null. */
  final R newest(S step) {
    return rows.newest(key(step));
  }

  /** A file of a step in the work folder, named after its recipe as well. */
  final Path file(S step, String ending) throws IOException {
    return setup.work().resolve(key(step) + "-" + recipe(step) + ending);
  }

  /**
   * Runs what is missing of a plan.
   *
   * @return false if the process was asked to stop; the step it was in resumes next time
   */
  final boolean run(List<S> plan) throws Exception {
    int number = 0;
    for (S step : plan) {
      number++;
      boolean done = find(step) != null && !needed(step, plan);
      if (done || !possible(step)) {
        continue;
      }
      setup.terminal().say(key(step) + " (" + number + " of " + plan.size() + ")");
      R row = make(step);
      if (row == null) {
        return false;
      }
      rows.append(row);
      setup.terminal().say(key(step) + ": " + told(row));
    }
    return true;
  }

  private boolean possible(S step) {
    String lacking = lacking(step);
    if (lacking != null && said.add(lacking)) {
      setup.terminal().notice("%s", lacking);
    }
    return lacking == null;
  }

  /** The finished rows of a plan, in its order. */
  final List<R> finished(List<S> plan) throws IOException {
    List<R> finished = new ArrayList<>();
    for (S step : plan) {
      R row = find(step);
      if (row != null) {
        finished.add(row);
      }
    }
    return finished;
  }
}
