package dev.goldcrest.runtime.decode;

import dev.goldcrest.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The definitions, slow and obvious: beam search step by step, and all hypotheses there are. */
final class PlainSearch {
  /** Tokens after the leading end token, and their log probability. */
  record Path(List<Integer> tokens, double sum) {
    int last() {
      return tokens.get(tokens.size() - 1);
    }

    double score(double lengthPenalty) {
      return sum / Math.pow(tokens.size(), lengthPenalty);
    }

    int[] prefix() {
      int[] prefix = new int[tokens.size() + 1];
      prefix[0] = Tokenizer.EOS;
      for (int i = 0; i < tokens.size(); i++) {
        prefix[i + 1] = tokens.get(i);
      }
      return prefix;
    }
  }

  private PlainSearch() {}

  /** Finished paths with their end token, the best first. */
  static List<Path> beam(TableStepper model, DecodingOptions options, int limit) {
    List<Path> finished = new ArrayList<>();
    List<Path> rows = List.of(new Path(List.of(), 0));
    for (int length = 0; length <= limit && finished.size() < options.beam(); length++) {
      List<Path> candidates = new ArrayList<>();
      for (Path row : rows) {
        candidates.addAll(continuations(model, row, options, limit));
      }
      candidates.sort(Comparator.comparingDouble(Path::sum).reversed()); // stable
      List<Path> next = new ArrayList<>();
      for (int rank = 0; rank < Math.min(candidates.size(), 2 * options.beam()); rank++) {
        Path candidate = candidates.get(rank);
        if (candidate.last() != Tokenizer.EOS) {
          if (next.size() < options.beam()) {
            next.add(candidate);
          }
        } else if (rank < options.beam() && finished.size() < options.beam()) {
          finished.add(candidate);
        }
      }
      rows = next;
    }
    finished.sort(
        Comparator.comparingDouble((Path path) -> path.score(options.lengthPenalty())).reversed());
    return finished;
  }

  /** Every path that ends, the best first. */
  static List<Path> all(TableStepper model, DecodingOptions options, int limit) {
    List<Path> finished = new ArrayList<>();
    List<Path> open = new ArrayList<>(List.of(new Path(List.of(), 0)));
    while (!open.isEmpty()) {
      for (Path next : continuations(model, open.remove(open.size() - 1), options, limit)) {
        (next.last() == Tokenizer.EOS ? finished : open).add(next);
      }
    }
    finished.sort(
        Comparator.comparingDouble((Path path) -> path.score(options.lengthPenalty())).reversed());
    return finished;
  }

  private static List<Path> continuations(
      TableStepper model, Path row, DecodingOptions options, int limit) {
    double[] logs = model.logProbabilities(row.prefix());
    List<Path> paths = new ArrayList<>();
    for (int token = 0; token < logs.length; token++) {
      List<Integer> tokens = new ArrayList<>(row.tokens());
      tokens.add(token);
      boolean allowed =
          token == Tokenizer.EOS
              ? row.tokens().size() >= Math.min(options.minLength(), limit)
              : token != Tokenizer.PAD
                  && token != Tokenizer.BOS
                  && (token != Tokenizer.UNKNOWN || options.unknown())
                  && row.tokens().size() < limit
                  && (options.noRepeatNgram() == 0 || !repeats(tokens, options.noRepeatNgram()));
      if (allowed) {
        paths.add(new Path(tokens, row.sum() + logs[token]));
      }
    }
    return paths;
  }

  /** Whether some n-gram occurs twice. */
  static boolean repeats(List<Integer> tokens, int n) {
    Set<List<Integer>> seen = new HashSet<>();
    for (int from = 0; from + n <= tokens.size(); from++) {
      if (!seen.add(tokens.subList(from, from + n))) {
        return true;
      }
    }
    return false;
  }

  static List<Integer> list(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }
}
