package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.detect.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Generated documents and values: what other readers see is the new value and nothing else, and the
 * bytes around it are the same; or nothing is changed.
 */
class DocumentPropertyTest {
  private static final int CASES = 1_000;
  private static final String MARKER = "\ue000";

  private final FakeWorld world = new FakeWorld(74);

  private static String value(Random random) {
    StringBuilder value = new StringBuilder();
    boolean mild = random.nextInt(3) > 0;
    String letters = "abcXYZ0189";
    String others = mild ? "+/=~._-" : "+/=~._-\"'\\#$ `:,[]{}&*!|>%@\n\té✓😀\u0001\u2028;?";
    for (int i = 12 + random.nextInt(30); i > 0; i--) {
      String from = random.nextInt(5) == 0 ? others : letters;
      int at = random.nextInt(from.length());
      value.appendCodePoint(
          from.codePointAt(Character.isLowSurrogate(from.charAt(at)) ? at - 1 : at));
    }
    return value.append("q9").insert(0, "v").toString();
  }

  private Document adopt(Document document, String from, String to) throws RotationException {
    try (Secret secret = Secret.of(to)) {
      return document.adopt(world.rewriter, new Replacement(world.fingerprint(from), secret));
    }
  }

  /** What another reader makes of a text: a tree. */
  private interface Reader {
    Object read(String text) throws IOException;
  }

  private void check(FileFormat format, Reader reader, UnaryOperator<String> around) {
    int written = 0;
    for (long seed = 1; seed <= CASES; seed++) {
      Random random = new Random(seed);
      String what = format + ", seed " + seed;
      String from = value(random);
      String to = value(random);
      String template = around.apply(Long.toString(seed));
      try {
        written += check(format, reader, template, from, to, what) ? 1 : 0;
      } catch (IOException | RotationException wrong) {
        fail(what, wrong);
      }
    }
    System.out.printf("%s: %d of %d written%n", format, written, CASES);
    assertThat(written).as("written of %d", CASES).isGreaterThan(CASES / 4);
  }

  /** Returns whether it was written. */
  private boolean check(
      FileFormat format, Reader reader, String template, String from, String to, String what)
      throws IOException, RotationException {
    String text = template.replace(MARKER, spelled(format, template, from));
    byte[] before = text.getBytes(StandardCharsets.UTF_8);
    Document document;
    try {
      document = Document.of(format, before);
      if (!document.fingerprints(world.rewriter).contains(world.fingerprint(from))) {
        return false; // A value that can't stand there as it is.
      }
    } catch (RotationException notOfTheFormat) {
      return false;
    }
    assertThat(document.bytes()).as(what + ": read and written").isEqualTo(before);
    Document adopted;
    try {
      adopted = adopt(document, from, to);
    } catch (RotationException refused) {
      assertThat(refused.problem()).as(what).matches("(?s)(line \\d+: |with the new|readers of).*");
      return false;
    }
    byte[] after = adopted.bytes();
    Object expected = replaced(reader.read(text), from, to);
    assertThat(reader.read(new String(after, StandardCharsets.UTF_8)))
        .as(what + ": what others read")
        .isEqualTo(expected);
    checkAround(template, after, what);
    assertThat(adopt(adopted, from, to).bytes()).as(what + ": twice").isEqualTo(after);
    assertThat(adopt(adopted, to, from).bytes()).as(what + ": and back").isEqualTo(before);
    return true;
  }

  /** Everything outside of the places is there, byte for byte, in its order. */
  private static void checkAround(String template, byte[] after, String what) {
    String rest = new String(after, StandardCharsets.UTF_8);
    String[] pieces = template.split(MARKER, -1);
    assertThat(rest).as(what).startsWith(pieces[0]).endsWith(pieces[pieces.length - 1]);
    int at = 0;
    for (String piece : pieces) {
      at = rest.indexOf(piece, at);
      assertThat(at).as(what + ": around the places").isGreaterThanOrEqualTo(0);
      at += piece.length();
    }
  }

  /** The plainest spelling of a value in a template, which has one kind of place. */
  private static String spelled(FileFormat format, String template, String value) {
    if (!template.contains(MARKER)) {
      return "";
    }
    Spelling spelling = spelling(format, template);
    StringBuilder out = new StringBuilder();
    for (char c : value.toCharArray()) {
      spelling.write(c, new Spelling.Spot(out.length() == 0, value, "\n    "), out);
    }
    return out.toString();
  }

  private static Spelling spelling(FileFormat format, String template) {
    int at = template.indexOf(MARKER);
    char before = at == 0 ? ' ' : template.charAt(at - 1);
    return switch (format) {
      case JSON -> Spelling.JSON;
      case PROPERTIES -> Spelling.PROPERTIES;
      case DOTENV ->
        before == '\''
            ? Spelling.DOTENV_SINGLE
            : before == '"' ? Spelling.DOTENV_DOUBLE : Spelling.DOTENV_BARE;
      case YAML ->
        before == '\''
            ? Spelling.YAML_SINGLE
            : before == '"'
                ? Spelling.YAML_DOUBLE
                : template.contains("|") ? Spelling.YAML_LITERAL : Spelling.YAML_PLAIN;
    };
  }

  /** A tree in which the value is replaced in each text, as in settings that have no spelling. */
  private Object replaced(Object tree, String from, String to) throws RotationException {
    if (tree instanceof String text) {
      try (Secret secret = Secret.of(to)) {
        return world
            .rewriter
            .replace(text, new Replacement(world.fingerprint(from), secret))
            .orElse(text);
      }
    }
    if (tree instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object element : list) {
        copy.add(replaced(element, from, to));
      }
      return copy;
    }
    if (tree instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new HashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        copy.put(entry.getKey(), replaced(entry.getValue(), from, to));
      }
      return copy;
    }
    return tree;
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String noise(Random random, String letters) {
    StringBuilder noise = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      noise.append(letters.charAt(random.nextInt(letters.length())));
    }
    return noise.toString();
  }

  @Test
  void json_changes_in_its_values_only() {
    ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
        .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
        .build());
    check(FileFormat.JSON, text -> mapper.readValue(text, Object.class), seed -> {
      Random random = new Random(Long.parseLong(seed));
      return json(random, 0);
    });
  }

  private static String json(Random random, int depth) {
    String blank = pick(random, List.of("", " ", "\n", "\r\n\t", " /* c */ ", " // c\n"));
    String element = switch (depth > 3 ? random.nextInt(6) : random.nextInt(9)) {
      case 0 -> "\"\\u00e9 " + noise(random, "ab é😊".substring(0, 4)) + "\\n\"";
      case 1 -> pick(random, List.of("1", "-2.50e3", "true", "null", "\"\""));
      case 2 -> "\"AccountName=a;AccountKey=" + MARKER + ";X=1\"";
      case 3, 4, 5 -> '"' + MARKER + '"';
      case 6 -> "[" + json(random, depth + 1) + "," + json(random, depth + 1) + blank + ",]";
      default ->
        "{\"a\"" + blank + ":" + json(random, depth + 1) + ",\"b\\u0041\":"
            + json(random, depth + 1) + "}";
    };
    return blank + element + blank;
  }

  @Test
  void properties_change_in_their_values_only() {
    check(
        FileFormat.PROPERTIES,
        text -> {
          Properties properties = new Properties();
          properties.load(new StringReader(text));
          return properties;
        },
        seed -> {
          Random random = new Random(Long.parseLong(seed));
          String end = pick(random, List.of("\n", "\r\n", "\r"));
          StringBuilder text = new StringBuilder();
          for (int i = 1 + random.nextInt(6); i > 0; i--) {
            text.append(pick(random, List.of("", " ", "\t")))
                .append(
                    switch (random.nextInt(6)) {
                      case 0 -> "# " + noise(random, "ab=\\é:");
                      case 1 -> "";
                      case 2 ->
                        "k" + i + noise(random, "a\\ ") + "x" + i + "=v \\" + end + "  w\\u00e9";
                      case 3 -> "n" + i + "=a,\\" + end + "   " + MARKER;
                      case 4 -> "c" + i + " = A=b;K=" + MARKER + ";Z=\\u0041";
                      default -> "p" + i + pick(random, List.of("=", " = ", ":", " : ")) + MARKER;
                    });
            text.append(i == 1 && random.nextBoolean() ? "" : end);
          }
          return text.toString();
        });
  }

  @Test
  void yaml_changes_in_its_values_only() {
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    check(
        FileFormat.YAML,
        text -> {
          return new Load(settings).loadFromString(text);
        },
        seed -> {
          Random random = new Random(Long.parseLong(seed));
          String kind = pick(random, List.of("'", "\"", "\"", "", "", "|"));
          StringBuilder text = new StringBuilder(pick(random, List.of("", "# c\n", "---\n")));
          for (int i = 1 + random.nextInt(6); i > 0; i--) {
            text.append("k").append(i).append(":").append(yaml(random, kind)).append("\n");
          }
          return text.toString();
        });
  }

  private static String yaml(Random random, String kind) {
    if (kind.equals("|")) {
      return random.nextBoolean()
          ? pick(random, List.of(" |-", " |", " |2+ # c")).replace("2", "4")
              + "\n    first: é\n    " + MARKER + "\n    third\n"
          : " [1, x] # c";
    }
    String value = kind + MARKER + kind;
    return switch (random.nextInt(8)) {
      case 0 -> " 1 # c";
      case 1 -> " [a, " + value + ", {b: " + value + "}]";
      case 2 -> "\n  - " + value + " # c\n  - 😀";
      case 3 -> " &a" + random.nextInt(1000) + " " + value;
      case 4 -> " !!str " + value + "   ";
      case 5 -> " " + kind + "A=b;K=" + MARKER + ";Z=é" + kind;
      default -> " " + value;
    };
  }

  @Test
  void dotenv_changes_in_its_values_only() {
    check(FileFormat.DOTENV, DocumentPropertyTest::shell, seed -> {
      Random random = new Random(Long.parseLong(seed));
      String end = pick(random, List.of("\n", "\r\n"));
      String quote = pick(random, List.of("", "", "'", "\""));
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        text.append(pick(random, List.of("", "export ")))
            .append(
                switch (random.nextInt(5)) {
                  case 0 -> "E" + i + "=";
                  case 1 -> "N" + i + "=" + noise(random, "ab1.-é");
                  case 2 -> "C" + i + "=" + quote + "A=b;K=" + MARKER + ";Z=1" + quote;
                  default ->
                    "K" + i + "=" + quote + MARKER + quote
                        + pick(random, List.of("", " ", " # c 'x' \"y\""));
                });
        text.append(i == 1 && random.nextBoolean() ? "" : end);
      }
      return text.toString();
    });
  }

  /** A second, simple reader of .env files, for values on one line, or between quotes without them. */
  private static Object shell(String text) {
    Map<String, String> read = new LinkedHashMap<>();
    int at = 0;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      String name = text.substring(at, equals).replace("export ", "");
      int from = equals + 1;
      char quote = from < text.length() ? text.charAt(from) : ' ';
      if (quote == '\'' || quote == '"') {
        int to = text.indexOf(quote, from + 1);
        read.put(name, text.substring(from + 1, to));
        from = to;
      }
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      if (!read.containsKey(name)) {
        String value = text.substring(from, end);
        int comment = value.indexOf(" #");
        read.put(name, (comment < 0 ? value : value.substring(0, comment)).strip());
      }
      at = end + 1;
    }
    return read;
  }

  @Test
  void the_second_reader_reads() {
    assertThat(shell("A=1\nexport B='x # y'  # c\nC=\"é\"\nD=z # c\nE="))
        .isEqualTo(Map.of("A", "1", "B", "x # y", "C", "é", "D", "z", "E", ""));
    assertThat(Arrays.asList(FileFormat.values())).hasSize(4);
  }

  @Test
  void arbitrary_text_is_read_or_refused_and_comes_back_byte_for_byte() {
    String letters = "ab=:#'\"\\\n\r \t{}[],&*!|>-?%@`$/é\u0000\ufeff1";
    int read = 0;
    for (long seed = 1; seed <= 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      FileFormat format = FileFormat.values()[random.nextInt(4)];
      try {
        Document document = Document.of(format, bytes);
        assertThat(document.bytes()).as("%s, seed %d", format, seed).isEqualTo(bytes);
        read++;
      } catch (RotationException refused) {
        assertThat(refused.problem()).as("%s, seed %d", format, seed).startsWith("it ");
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void arbitrary_surroundings_are_kept_or_it_is_refused() throws RotationException {
    String letters = "ab=:#'\"\\\n\r \t{}[],&*!|>-?%@`$/é1;";
    int written = 0;
    for (long seed = 1; seed <= 5_000; seed++) {
      Random random = new Random(seed);
      String from = world.newValue();
      String to = world.newValue();
      String template = noise(random, letters) + MARKER + noise(random, letters);
      FileFormat format = FileFormat.values()[random.nextInt(4)];
      String what = format + ", seed " + seed;
      if (template.contains("\\" + MARKER)) {
        continue; // An escape that may belong to the value.
      }
      String text = template.replace(MARKER, from);
      Document document;
      Document adopted;
      try {
        document = Document.of(format, text.getBytes(StandardCharsets.UTF_8));
        adopted = adopt(document, from, to);
      } catch (RotationException refused) {
        continue;
      }
      if (adopted != document) {
        written++;
        checkAround(template, adopted.bytes(), what);
        assertThat(adopt(adopted, to, from).bytes()).as(what).isEqualTo(document.bytes());
      }
    }
    assertThat(written).isGreaterThan(300);
  }
}
