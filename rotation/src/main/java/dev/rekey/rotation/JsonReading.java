package dev.rekey.rotation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON, with the comments and the last commas that .NET and Azure Functions allow in it. */
final class JsonReading {
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
      .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
      .build();

  private JsonReading() {}

  static FileFormat.Reading of(String text) throws RotationException {
    List<Part> parts = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parts.add(part(token, parser, text, from));
      }
    } catch (JsonProcessingException malformed) {
      // Not the parser's message: it quotes the text.
      JsonLocation where = malformed.getLocation();
      throw new RotationException(
          where == null ? "it is not JSON" : "it is not JSON at line " + where.getLineNr());
    } catch (IOException impossible) {
      throw new IllegalStateException("a text can always be read", impossible);
    }
    return new FileFormat.Reading(parts, List.of());
  }

  private static Part part(JsonToken token, JsonParser parser, String text, int from)
      throws IOException {
    if (token.isStructStart() || token.isStructEnd()) {
      return Part.structure(token.name(), from);
    }
    String value = parser.getText();
    if (token != JsonToken.VALUE_STRING) {
      return Part.fixed(token.name(), value, from, from);
    }
    int to = from + 1;
    while (text.charAt(to) != '"') {
      to += text.charAt(to) == '\\' ? 2 : 1;
    }
    return Part.value(token.name(), value, from + 1, to, Spelling.JSON);
  }
}
