package dev.rekey.azure;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes JSON trees, within limits, and never quotes what it read in a message. */
final class Json {
  private static final int SHORTEST_SECRET = 12;

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxNestingDepth(200)
              .maxNumberLength(1000)
              .maxNameLength(50_000)
              .maxStringLength(Integer.MAX_VALUE) // The answer as a whole is bounded.
              .build())
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      // Else the last of two properties of one name wins and the first is dropped silently.
      .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private Json() {}

  /** Why a text is not JSON, in words that quote nothing of it. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String why) {
      super(why);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }

  /** Returns the tree; no bytes are a missing node. */
  static JsonNode read(byte[] bytes) throws Malformed {
    if (bytes.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException malformed) {
      // Jackson's messages quote the input, so that neither they nor the cause may go on.
      JsonLocation at = malformed.getLocation();
      throw new Malformed("it is not JSON that can be read"
          + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
    } catch (IOException impossible) {
      throw new Malformed("it is not JSON that can be read");
    }
  }

  static byte[] write(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("the body can't be written as JSON"); // Quotes nothing.
    }
  }

  /** Returns the texts in a tree that are long enough to be worth hiding, the longest first. */
  static List<String> texts(JsonNode tree) {
    List<String> texts = new ArrayList<>();
    collect(tree, texts);
    texts.sort((a, b) -> Integer.compare(b.length(), a.length()));
    return texts;
  }

  private static void collect(JsonNode tree, List<String> texts) {
    if (tree.isTextual() && tree.textValue().length() >= SHORTEST_SECRET) {
      texts.add(tree.textValue());
    }
    tree.forEach(child -> collect(child, texts));
  }
}
