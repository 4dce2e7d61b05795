package dev.rekey.azure.surface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** How a value is written where it stands. What turns out not to be written so is scanned as it is. */
public enum Decoding {
  /** As it is. */
  PLAIN {
    @Override
    String undone(String text) {
      return text;
    }
  },

  /** As a JSON text: Automation keeps {@code abc} as {@code "abc"}, with the quotes. */
  JSON {
    @Override
    String undone(String text) {
      try {
        JsonNode value = MAPPER.readTree(text);
        return value != null && value.isTextual() ? value.asText() : text;
      } catch (JsonProcessingException plain) {
        return text;
      }
    }
  },

  /**
   * In base64 (RFC 4648), and perhaps compressed by gzip or in parts of MIME, as cloud-init takes the
   * data of a machine: each part that is in base64 itself is decoded too.
   */
  BASE64 {
    @Override
    String undone(String text) {
      return bytes(text).map(Decoding::unpacked).orElse(text);
    }
  };

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_UNPACKED = 16 << 20;
  /** Returns the text without what it was written in. */
  abstract String undone(String text);

  private static Optional<byte[]> bytes(String text) {
    try {
      return Optional.of(Base64.getMimeDecoder().decode(text));
    } catch (IllegalArgumentException plain) {
      return Optional.empty();
    }
  }

  private static String unpacked(byte[] bytes) {
    byte[] plain = bytes;
    if (bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        plain = in.readNBytes(MOST_UNPACKED);
      } catch (IOException damaged) {
        plain = bytes;
      }
    }
    String text = text(plain);
    Arrays.fill(plain, (byte) 0);
    return text.contains("MIME-Version") ? withParts(text) : text;
  }

  private static String text(byte[] bytes) {
    // Windows machines are often given UTF-16, whose ASCII has a zero in every other byte.
    int zeros = 0;
    for (int i = 1; i < Math.min(bytes.length, 200); i += 2) {
      zeros += bytes[i] == 0 ? 1 : 0;
    }
    boolean wide = bytes.length > 3 && zeros * 4 > Math.min(bytes.length, 200);
    return new String(bytes, wide ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
  }

  private static String withParts(String message) {
    StringBuilder all = new StringBuilder(message);
    boolean encoded = false;
    boolean body = false;
    StringBuilder part = new StringBuilder();
    for (String line : message.split("\r?\n", -1)) {
      if (line.startsWith("--")) {
        bytes(part.toString()).map(Decoding::text).ifPresent(all.append('\n')::append);
        part.setLength(0);
        encoded = false;
        body = false;
      } else if (encoded && body) {
        part.append(line).append('\n');
      } else if (line.isBlank()) {
        body = true;
      } else if (!body) {
        String header = line.toLowerCase(Locale.ROOT).replace(" ", "");
        encoded |= header.equals("content-transfer-encoding:base64");
      }
    }
    return all.toString();
  }
}
