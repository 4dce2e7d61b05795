package dev.rekey.detect;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Random;

/** Writes a value into a small file as people and programs do, and knows where the secret stands. */
enum FileFormat {
  JSON {
    @Override
    Written write(String key, Value value, Random random) {
      boolean cautious = random.nextBoolean();
      return written(
          "{\n  \"note\": \"grüße 🎉\",\n  \"" + key + "\": \"",
          value,
          piece -> json(piece, cautious, random),
          "\"\n}\n");
    }
  },

  ENV {
    @Override
    Written write(String key, Value value, Random random) {
      boolean quoted = random.nextBoolean() || !value.whole().matches("[A-Za-z0-9_.=+/-]*");
      String quote = quoted ? "\"" : "";
      return written(
          "# grüße 🎉\nMODE=fast\nexport " + key + "=" + quote,
          value,
          piece -> quoted ? json(piece, false, random) : piece,
          quote + "\n");
    }
  },

  XML {
    @Override
    Written write(String key, Value value, Random random) {
      boolean attribute = random.nextBoolean();
      boolean cautious = random.nextBoolean();
      String before = "<?xml version=\"1.0\"?>\n<!-- grüße 🎉 -->\n  ";
      return attribute
          ? written(
              before + "<add key=\"" + key + "\" value=\"",
              value,
              piece -> xml(piece, cautious).replace("\n", "&#10;"),
              "\" />\n")
          : written(
              before + "<" + key + ">", value, piece -> xml(piece, cautious), "</" + key + ">\n");
    }
  },

  YAML {
    @Override
    Written write(String key, Value value, Random random) {
      String before = "# grüße 🎉\nlist:\n  - " + key + ": ";
      return value.whole().contains("\n")
          ? written(before + "|\n      ", value, piece -> piece.replace("\n", "\n      "), "\n")
          : written(before + "\"", value, piece -> json(piece, false, random), "\"\n");
    }
  },

  PROPERTIES {
    @Override
    Written write(String key, Value value, Random random) {
      return written("# gr\u00fc\u00dfe\n" + key + "=", value, FileFormat::stored, "\n");
    }
  };

  /** The secret and what surrounds it in the value that a person would copy. */
  record Value(String before, String secret, String after) {
    String whole() {
      return before + secret + after;
    }
  }

  /** A file, and the span of the secret as it stands in it, in UTF-16 units. */
  record Written(String text, int start, int end) {}

  private interface Escaping {
    String of(String piece);
  }

  abstract Written write(String key, Value value, Random random);

  private static Written written(String before, Value value, Escaping escaping, String after) {
    String head = before + escaping.of(value.before());
    String secret = escaping.of(value.secret());
    return new Written(
        head + secret + escaping.of(value.after()) + after,
        head.length(),
        head.length() + secret.length());
  }

  /** Cautious writers escape what HTML or XML could take for its own, as \\u002B or \\u002b. */
  private static String json(String piece, boolean cautious, Random random) {
    StringBuilder json = new StringBuilder();
    for (char c : piece.toCharArray()) {
      if (c == '\n') {
        json.append("\\n");
      } else if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (cautious && ("+=&<>'".indexOf(c) >= 0 || c > 0x7e)) {
        json.append(String.format(random.nextBoolean() ? "\\u%04X" : "\\u%04x", (int) c));
      } else if (cautious && c == '/') {
        json.append("\\/");
      } else {
        json.append(c);
      }
    }
    return json.toString();
  }

  private static String xml(String piece, boolean cautious) {
    String xml = piece
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&apos;");
    return cautious ? xml.replace("+", "&#x2B;").replace("=", "&#61;") : xml;
  }

  /** The JDK's own writer. */
  private static String stored(String piece) {
    Properties properties = new Properties();
    properties.setProperty("k", "x" + piece); // Only blanks that begin a value are escaped.
    StringWriter out = new StringWriter();
    try {
      properties.store(out, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    String text = out.toString();
    return text.substring(text.indexOf("k=x") + 3).replace(System.lineSeparator(), "");
  }
}
