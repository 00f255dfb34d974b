package dev.goldcrest.app.data;

import java.util.Objects;

/**
 * How to read a data file.
 *
 * @param format the layout, {@link DataFormat#AUTO} to guess it
 * @param textColumn name of the text column or JSON field; null means {@code text}
 * @param labelColumn name of the label column or JSON field; null means {@code label}
 * @param skipBadLines whether a bad line is counted and left out instead of being an error
 */
public record ReadOptions(
    DataFormat format, String textColumn, String labelColumn, boolean skipBadLines) {

  public ReadOptions {
    Objects.requireNonNull(format, "format");
  }

  public static ReadOptions defaults() {
    return new ReadOptions(DataFormat.AUTO, null, null, false);
  }

  public ReadOptions withFormat(DataFormat newFormat) {
    return new ReadOptions(newFormat, textColumn, labelColumn, skipBadLines);
  }

  public ReadOptions withColumns(String newTextColumn, String newLabelColumn) {
    return new ReadOptions(format, newTextColumn, newLabelColumn, skipBadLines);
  }

  public ReadOptions withSkipBadLines(boolean skip) {
    return new ReadOptions(format, textColumn, labelColumn, skip);
  }

  boolean namesColumns() {
    return textColumn != null || labelColumn != null;
  }

  String textName() {
    return textColumn == null ? "text" : textColumn;
  }

  String labelName() {
    return labelColumn == null ? "label" : labelColumn;
  }
}
