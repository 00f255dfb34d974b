package dev.goldcrest.runtime.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Byte pair encoding over the bytes of UTF-8 (Sennrich et al., ACL 2016; bytes as in GPT-2): ids
 * {@value Tokenizer#FIRST} to 259 are the bytes, each further id is two earlier ones joined. Every
 * text comes back as it was, blanks and rare characters included; merges stay inside the pieces of
 * {@code Pieces}. Ids that a model puts together need not be UTF-8: what is not is read as U+FFFD.
 */
public final class BpeTokenizer implements Tokenizer {
  /** Most merges; with them the description is half of what a JSON text may hold. */
  public static final int MAX_MERGES = 250_000;

  static final String KIND = "bpe";

  /** The id that the first merge makes. */
  public static final int FIRST_MERGE = FIRST + 256;

  private static final int MAX_TOKEN_BYTES = 3 * Pieces.MAX_LENGTH;
  private static final int MAX_CACHED = 1 << 15;

  private final boolean lowerCase;
  private final int[] merges; // left, right, left, right, ...
  private final long[] sortedPairs;
  private final int[] idOfSorted;
  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  /** Of merges in the order in which they apply: left and right of the first, of the second... */
  public BpeTokenizer(boolean lowerCase, int[] merges) {
    this.lowerCase = lowerCase;
    this.merges = merges;
    int count = merges.length / 2;
    requireSound(merges, count);
    long[][] pairs = new long[count][];
    for (int i = 0; i < count; i++) {
      pairs[i] = new long[] {pair(merges[2 * i], merges[2 * i + 1]), FIRST_MERGE + i};
    }
    Arrays.sort(pairs, (a, b) -> Long.compare(a[0], b[0]));
    sortedPairs = new long[count];
    idOfSorted = new int[count];
    for (int i = 0; i < count; i++) {
      sortedPairs[i] = pairs[i][0];
      idOfSorted[i] = (int) pairs[i][1];
      if (i > 0 && sortedPairs[i] == sortedPairs[i - 1]) {
        throw refused(idOfSorted[i], "joins the same two tokens as an earlier one");
      }
    }
  }

  private static void requireSound(int[] merges, int count) {
    if (merges.length % 2 != 0 || count > MAX_MERGES) {
      throw new IllegalArgumentException(
          "tokenizer: merges must be pairs of ids, at most "
              + MAX_MERGES
              + ", but there are "
              + merges.length
              + " numbers");
    }
    int[] bytes = new int[count];
    for (int i = 0; i < count; i++) {
      for (int part : new int[] {merges[2 * i], merges[2 * i + 1]}) {
        if (part < FIRST || part >= FIRST_MERGE + i) {
          throw refused(FIRST_MERGE + i, "joins " + part + ", which is no token before it");
        }
        bytes[i] += part < FIRST_MERGE ? 1 : bytes[part - FIRST_MERGE];
      }
      if (bytes[i] > MAX_TOKEN_BYTES) {
        throw refused(FIRST_MERGE + i, "is longer than " + MAX_TOKEN_BYTES + " bytes");
      }
    }
  }

  private static IllegalArgumentException refused(int id, String why) {
    return new IllegalArgumentException("tokenizer: the merge that makes id " + id + " " + why);
  }

  /** Both ids as one number. */
  public static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  @Override
  public int[] encode(String text) {
    String clean = Pieces.clean(text, lowerCase);
    int[] ids = new int[clean.length() / 3 + 8];
    int count = 0;
    int end;
    for (int from = 0; from < clean.length(); from = end) {
      end = Pieces.end(clean, from);
      int[] piece = piece(clean.substring(from, end));
      if (count + piece.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(count + piece.length, 2 * ids.length));
      }
      System.arraycopy(piece, 0, ids, count, piece.length);
      count += piece.length;
    }
    return Arrays.copyOf(ids, count);
  }

  private int[] piece(String text) {
    int[] known = cache.get(text);
    if (known != null) {
      return known;
    }
    int[] ids = merge(bytes(text));
    if (cache.size() >= MAX_CACHED) {
      cache.clear();
    }
    cache.put(text, ids);
    return ids;
  }

  /** Ids of the bytes of a text, before any merge. */
  public static int[] bytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = FIRST + (utf8[i] & 0xFF);
    }
    return ids;
  }

  /** The earliest merge first, wherever it applies, until none does. */
  private int[] merge(int[] ids) {
    int count = ids.length;
    while (true) {
      int best = Integer.MAX_VALUE;
      for (int i = 1; i < count; i++) {
        int at = Arrays.binarySearch(sortedPairs, pair(ids[i - 1], ids[i]));
        best = at < 0 ? best : Math.min(best, idOfSorted[at]);
      }
      if (best == Integer.MAX_VALUE) {
        return Arrays.copyOf(ids, count);
      }
      count = join(ids, count, left(best), right(best), best);
    }
  }

  /** Puts {@code joined} for each {@code left, right}, from the front; gives the new count. */
  public static int join(int[] ids, int count, int left, int right, int joined) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      boolean here = ids[i] == left && i + 1 < count && ids[i + 1] == right;
      ids[kept++] = here ? joined : ids[i];
      i += here ? 1 : 0;
    }
    return kept;
  }

  private int left(int id) {
    return merges[2 * (id - FIRST_MERGE)];
  }

  private int right(int id) {
    return merges[2 * (id - FIRST_MERGE) + 1];
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream utf8 = new ByteArrayOutputStream(4 * ids.length);
    for (int id : ids) {
      if (id < 0 || id >= size()) {
        throw new IllegalArgumentException("id " + id + " is outside 0 to " + (size() - 1));
      }
      write(id, utf8);
    }
    return new String(utf8.toByteArray(), StandardCharsets.UTF_8);
  }

  private void write(int id, ByteArrayOutputStream utf8) {
    if (id >= FIRST_MERGE) {
      write(left(id), utf8);
      write(right(id), utf8);
    } else if (id >= FIRST) {
      utf8.write(id - FIRST);
    }
  }

  @Override
  public int size() {
    return FIRST_MERGE + merges.length / 2;
  }

  @Override
  public boolean lowerCase() {
    return lowerCase;
  }

  @Override
  public Map<String, Object> toJson() {
    List<Object> numbers = new ArrayList<>(merges.length);
    for (int id : merges) {
      numbers.add((long) id);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    json.put("lowerCase", lowerCase);
    json.put("merges", numbers);
    return json;
  }

  static BpeTokenizer fromJson(boolean lowerCase, List<?> numbers) {
    int[] merges = new int[numbers.size()];
    int i = 0;
    for (Object number : numbers) {
      if (!(number instanceof Long id) || id != id.intValue()) {
        throw new IllegalArgumentException("tokenizer: a merge joins " + number + ", no id");
      }
      merges[i++] = id.intValue();
    }
    return new BpeTokenizer(lowerCase, merges);
  }
}
