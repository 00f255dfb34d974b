package dev.goldcrest.app.reproduce;

import dev.goldcrest.app.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a table is run with.
 *
 * @param root folder of the data sets, or null if nothing that needs one is to be run
 * @param work folder for models, checkpoints and rows; made if it is not there
 * @param epochs instead of the recipes', or null
 * @param threads workers that share each batch
 * @param given model files that the tables do not make themselves, by the option that gives them
 */
record Setup(
    Terminal terminal, Path root, Path work, Integer epochs, int threads, Map<String, Path> given) {
  Setup {
    given = Map.copyOf(given);
  }

  /** A set's folder; without a root its bare name, for commands that are printed. */
  Path folder(String set) {
    return root == null ? Path.of(set) : root.resolve(set);
  }

  /** Why a set cannot be read, as a notice says it, or null if it can. */
  String unread(String set) {
    if (builtIn(set)) {
      return null;
    }
    if (root == null) {
      return set + " is left out: no --data-root is given";
    }
    Path folder = root.resolve(set);
    return Files.isDirectory(folder) ? null : set + " is left out: there is no folder " + folder;
  }

  /**
   * The parts of a set.
   *
   * @param hasDev whether it has a dev part of its own
   * @param test what it is measured on
   */
  Parts parts(String set, boolean hasDev, String test) {
    return new Parts(part(set, "train"), hasDev ? part(set, "dev") : null, part(set, test));
  }

  /** Whether a set's dev part is there. */
  boolean hasDev(String set) {
    return builtIn(set) || Files.exists(Path.of(part(set, "dev")));
  }

  /** The plain file of a part, or the packed one; where neither is, the reader names the plain. */
  private String part(String set, String part) {
    if (builtIn(set)) {
      return set + ":" + part;
    }
    Path packed = folder(set).resolve(part + ".tsv.gz");
    return (Files.exists(packed) ? packed : folder(set).resolve(part + ".tsv")).toString();
  }

  private static boolean builtIn(String set) {
    return set.equals(TextSet.GLOSSES);
  }
}
