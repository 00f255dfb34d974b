package dev.goldcrest.app.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** One JSON object a line; only the two named fields are kept, all others are passed over. */
final class JsonLines {
  private final JsonFactory factory = new JsonFactory();
  private final String textName;
  private final String labelName;

  JsonLines(String textName, String labelName) {
    this.textName = textName;
    this.labelName = labelName;
  }

  void read(LineSource lines, Rows rows) throws DataException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      String[] pair;
      try {
        pair = parse(line);
      } catch (BadLineException e) {
        rows.bad(lines.number(), e.getMessage());
        continue;
      }
      rows.add(lines.number(), pair[0], pair[1]);
    }
  }

  /** {label, text} of one line. */
  private String[] parse(String line) throws BadLineException {
    String label = null;
    String text = null;
    try (JsonParser parser = factory.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadLineException("not a JSON object; write one object a line");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals(labelName)) {
          label = scalar(parser, field);
        } else if (field.equals(textName)) {
          text = scalar(parser, field);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new BadLineException("more than one JSON value; write one object a line");
      }
    } catch (JsonProcessingException e) {
      throw new BadLineException("not JSON: " + Quoting.shorten(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new BadLineException("not JSON: " + Quoting.shorten(String.valueOf(e.getMessage())));
    }
    return new String[] {
      required(label, labelName, "--label-column"), required(text, textName, "--text-column")
    };
  }

  private static String scalar(JsonParser parser, String field)
      throws IOException, BadLineException {
    if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
      throw new BadLineException(
          "field \"" + Quoting.shorten(field) + "\" is not a string; give it one value");
    }
    String value = parser.getText();
    for (int i = 0; i < value.length(); i++) {
      if (Character.isHighSurrogate(value.charAt(i))
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(value.charAt(i))) {
        throw new BadLineException(
            "field \"" + Quoting.shorten(field) + "\" holds half a surrogate pair; repair it");
      }
    }
    return value;
  }

  private static String required(String value, String name, String option) throws BadLineException {
    if (value == null) {
      throw new BadLineException(
          "no field \"" + Quoting.shorten(name) + "\"; name the right one with " + option);
    }
    return value;
  }
}
