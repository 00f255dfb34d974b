package dev.goldcrest.app.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tables with a header line. The separator is whichever of tab, comma and semicolon makes both
 * named columns appear. Commas and semicolons are read by RFC 4180, line breaks inside quotes
 * included. A tab-separated row is always one line: many such files carry stray quotes, which a CSV
 * parser would take for the start of a field that swallows the rows after it.
 */
final class Tables {
  private static final char[] SEPARATORS = {'\t', ',', ';'};
  private static final int RECORD_LIMIT = 16 * 1024 * 1024;

  private final String textName;
  private final String labelName;
  private int textColumn = -1;
  private int labelColumn = -1;
  private int columns;

  Tables(String textName, String labelName) {
    this.textName = textName;
    this.labelName = labelName;
  }

  void read(LineSource lines, Rows rows) throws DataException {
    String header = lines.peek();
    if (header == null) {
      return;
    }
    char separator = separator(header);
    if (separator == '\t') {
      locate(lines.file(), fields(lines.next(), separator));
      readTabs(lines, rows);
    } else {
      lines.keepBlankLines();
      readCsv(lines, rows, separator);
    }
  }

  private char separator(String header) {
    for (char separator : SEPARATORS) {
      List<String> names = fields(header, separator);
      if (names.contains(textName) && names.contains(labelName)) {
        return separator;
      }
    }
    return header.indexOf('\t') >= 0 ? '\t' : ',';
  }

  private static List<String> fields(String header, char separator) {
    List<String> names = new ArrayList<>();
    for (String field : header.split(String.valueOf(separator), -1)) {
      names.add(unquote(field.strip()));
    }
    return names;
  }

  private void locate(String file, List<String> names) throws DataException {
    textColumn = column(file, names, textName, "--text-column");
    labelColumn = column(file, names, labelName, "--label-column");
    columns = names.size();
    if (textColumn == labelColumn) {
      throw new DataException(
          file + ": text and label are the same column \"" + textName + "\"; name two columns");
    }
  }

  private static int column(String file, List<String> names, String wanted, String option)
      throws DataException {
    int at = names.indexOf(wanted);
    if (at < 0 || names.lastIndexOf(wanted) != at) {
      List<String> shown = new ArrayList<>();
      for (String name : names.subList(0, Math.min(12, names.size()))) {
        shown.add(Quoting.shorten(name));
      }
      throw DataException.at(
          file,
          1,
          (at < 0 ? "no column \"" : "more than one column \"")
              + Quoting.shorten(wanted)
              + "\" in the header ("
              + String.join(", ", shown)
              + "); name the right one with "
              + option);
    }
    return at;
  }

  private void readTabs(LineSource lines, Rows rows) throws DataException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      List<String> row = Arrays.asList(line.split("\t", -1));
      row.replaceAll(Tables::unquote);
      take(lines.number(), row, rows);
    }
  }

  private void readCsv(LineSource lines, Rows rows, char separator) throws DataException {
    LinesAsReader reader = new LinesAsReader(lines);
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder()
            .fieldSeparator(separator)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(RECORD_LIMIT)
            .ofCsvRecord(reader)) {
      for (CsvRecord row : csv) {
        if (textColumn < 0) {
          locate(lines.file(), row.getFields());
        } else {
          take(row.getStartingLineNumber(), row.getFields(), rows);
        }
      }
    } catch (CsvParseException | UncheckedIOException | IOException e) {
      throw csvError(lines, e);
    }
  }

  private static DataException csvError(LineSource lines, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataException ours) {
        return ours;
      }
    }
    return DataException.at(
        lines.file(),
        lines.number(),
        "the CSV breaks at or before this line ("
            + Quoting.shorten(String.valueOf(e.getMessage()), 160)
            + "); close every quote and double those inside a field");
  }

  private void take(long line, List<String> row, Rows rows) throws DataException {
    int needed = Math.max(textColumn, labelColumn) + 1;
    if (row.size() < needed) {
      rows.bad(
          line,
          "the row has "
              + row.size()
              + " fields where the header has "
              + columns
              + "; complete it");
      return;
    }
    rows.add(line, row.get(labelColumn), row.get(textColumn));
  }

  /** A field that is quoted by the rules of CSV loses its quotes; any other stays as it is. */
  private static String unquote(String field) {
    int last = field.length() - 1;
    if (last < 1 || field.charAt(0) != '"' || field.charAt(last) != '"') {
      return field;
    }
    StringBuilder plain = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      char c = field.charAt(i);
      if (c == '"') {
        if (i + 1 == last || field.charAt(i + 1) != '"') {
          return field;
        }
        i++;
      }
      plain.append(c);
    }
    return plain.toString();
  }

  /** Gives a CSV parser only lines that passed the strict reader. */
  private static final class LinesAsReader extends Reader {
    private final LineSource lines;
    private String line = "";
    private int position;

    LinesAsReader(LineSource lines) {
      this.lines = lines;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
      if (position == line.length()) {
        try {
          String next = lines.next();
          if (next == null) {
            line = "";
            position = 0;
            return -1;
          }
          line = next + '\n';
          position = 0;
        } catch (DataException e) {
          throw new IOException(e);
        }
      }
      int count = Math.min(length, line.length() - position);
      line.getChars(position, position + count, target, offset);
      position += count;
      return count;
    }

    @Override
    public void close() {}
  }
}
