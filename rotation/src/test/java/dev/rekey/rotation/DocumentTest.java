package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each format by its stories: only the value changes, in its shape, or nothing does. */
class DocumentTest {
  @TempDir
  Path folder;

  private FilesBench bench;

  @BeforeEach
  void set_up() {
    bench = new FilesBench(folder, 71);
  }

  /** Replaces, checks that only the values changed, goes back, and checks that nothing did. */
  private void replaces(String file, String text) throws RotationException {
    String before = text.replace("%s", bench.old);
    String after = text.replace("%s", bench.fresh);
    assertThat(bench.adopted(file, before, bench.old, bench.fresh)).as(text).isEqualTo(after);
    bench.adopt(file, bench.old, bench.fresh);
    assertThat(bench.text(file)).as("again: " + text).isEqualTo(after);
    assertThat(bench.files().dependent(file).observe())
        .as(text)
        .contains(bench.fingerprint(bench.fresh))
        .doesNotContain(bench.fingerprint(bench.old));
    bench.adopt(file, bench.fresh, bench.old);
    assertThat(bench.text(file)).as("and back: " + text).isEqualTo(before);
  }

  /** Replaces a value by a hostile one; it is refused, or written as stated. */
  private String written(String file, String text, String from, String to)
      throws RotationException {
    String before = text.replace("%s", from);
    String written = bench.adopted(file, before, from, to);
    assertThat(bench.files().dependent(file).observe())
        .as(text)
        .contains(bench.fingerprint(to))
        .doesNotContain(bench.fingerprint(from));
    return written;
  }

  private void refuses(String file, String text, String to, String why) {
    String before = text.replace("%s", bench.old);
    assertThatThrownBy(() -> bench.adopted(file, before, bench.old, to))
        .as(text)
        .isInstanceOf(RotationException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("file " + file + ": ")
        .satisfies(e -> assertThat(e.toString()).doesNotContain(bench.old).doesNotContain(to));
    assertThat(bench.text(file)).as("untouched: " + text).isEqualTo(before);
    assertThat(bench.everything().keySet())
        .as("nothing left behind")
        .noneMatch(name -> name.endsWith(".tmp"));
  }

  // .env

  @Test
  void dotenv_values_are_replaced_in_their_quotes() throws RotationException {
    for (String text : List.of(
        "KEY=%s\n",
        "KEY=%s",
        "\ufeffKEY=%s\r\nOTHER=x\r\n",
        "# head\n\nexport KEY='%s' # tail\nA=1\n",
        "KEY=\"%s\"#tail\nA=\"b\\nc\"\n",
        "  KEY = %s   # tail\n",
        "CS=DefaultEndpointsProtocol=https;AccountKey=%s;EndpointSuffix=core.windows.net\n",
        "CS=\"AccountName=a;AccountKey=%s\"\nKEY=%s\nKEY=%s\n",
        "LINES=\"first\n%s\nthird # no comment\"\nA=1\n",
        "LINES='first\r\n%s\r\nthird'\r\n",
        "ODD=\"%s\"x\n",
        "OPEN=\"%s\nA=1\n",
        "JSON='{\"key\":\"%s\"}'\n",
        "é=1\nKEY=%s\n",
        "EMPTY=\nKEY=%s\n")) {
      replaces(".env", text);
    }
  }

  @Test
  void dotenv_comments_are_no_values() throws RotationException {
    String text = "# was %s\nKEY=x # or %s\n#KEY=%s\n".replace("%s", bench.old);
    assertThat(bench.adopted(".env", text, bench.old, bench.fresh)).isEqualTo(text);
    assertThat(bench.files().findUsing(bench.fingerprint(bench.old))).isEmpty();
  }

  @Test
  void dotenv_characters_that_readers_read_differently_are_refused() {
    for (String hostile :
        List.of("a b", "a#b", "a$b", "a\\b", "a'b", "a\"b", "a\nb", "a`b", "a(b")) {
      refuses(".env", "A=1\nKEY=%s\n", hostile, "quote it in another way");
    }
    for (String hostile : List.of("a\"b", "a\\b", "a$b", "a`b", "a\nb")) {
      refuses(".env", "KEY=\"%s\"\n", hostile, "quote it in another way");
    }
    for (String hostile : List.of("a'b", "a\\b", "a${b}", "a\nb")) {
      refuses(".env", "KEY='%s'\n", hostile, "quote it in another way");
    }
  }

  @Test
  void dotenv_quotes_hold_what_every_reader_reads_alike() throws RotationException {
    String hostile = "a b#c$d\"e ü✓";
    assertThat(written(".env", "KEY='%s'\n", bench.old, hostile))
        .isEqualTo("KEY='" + hostile + "'\n");
    String mild = "a b # c'd ü";
    assertThat(written(".env", "KEY=\"%s\"\n", bench.old, mild))
        .isEqualTo("KEY=\"" + mild + "\"\n");
    assertThat(written(".env", "KEY=%s\n", bench.old, "aü~+/=,:@%^-_.9"))
        .isEqualTo("KEY=aü~+/=,:@%^-_.9\n");
  }

  @Test
  void dotenv_escapes_are_written_where_the_value_has_them() throws RotationException {
    String value = "x\"y\\z\nQ" + bench.old;
    String other = "\\\"\n" + bench.fresh;
    String text = "KEY=\"x\\\"y\\\\z\\nQ" + bench.old + "\"\n";
    assertThat(bench.adopted(".env", text, value, other))
        .isEqualTo("KEY=\"\\\\\\\"\\n" + bench.fresh + "\"\n");
    bench.adopt(".env", other, value);
    assertThat(bench.text(".env")).isEqualTo(text);
  }

  @Test
  void a_dotenv_value_that_readers_read_differently_is_seen_and_refused() {
    bench.put(".env", "KEY=%s#x\n");
    assertThatThrownBy(() -> bench.adopt(".env", bench.old, bench.fresh))
        .hasMessageContaining("readers of such files disagree");
    assertThat(bench.text(".env")).isEqualTo("KEY=" + bench.old + "#x\n");
  }

  @Test
  void a_line_that_is_no_assignment_is_seen_and_refused() throws RotationException {
    refuses(".env", "A=1\nset KEY %s \n", bench.fresh, "change it by hand");
    assertThat(bench.files().findUsing(bench.fingerprint(bench.old))).hasSize(1);
  }

  // Properties.

  @Test
  void properties_are_replaced_in_their_spelling() throws RotationException {
    for (String text : List.of(
        "key=%s\n",
        "key = %s",
        "key:%s\r\n! comment\r\nother x\r\n",
        "\tkey\t%s\n",
        "key=\\\n   %s\n",
        "key=first,\\\r\n   %s,\\\r\n  third\r\n",
        "key=%s\nkey=%s\n",
        "a\\ b\\=c=d\\u00e9\\\nfe\nkey=AccountName=a;AccountKey=%s;X=\\u00fc\n",
        "# %n\n\n\nempty\nkey=%s\\\n",
        "key=%s\rother=1\r")) {
      replaces("app.properties", text);
    }
  }

  @Test
  void properties_keep_the_escapes_that_they_have() throws RotationException {
    String escaped = bench.old.replace("=", "\\=");
    String expected = bench.fresh.replace("=", "\\=");
    String text = "key=" + escaped + "\n";
    assertThat(escaped).contains("\\=");
    assertThat(bench.adopted("a.properties", text, bench.old, bench.fresh))
        .isEqualTo("key=" + expected + "\n");
    bench.adopt("a.properties", bench.fresh, bench.old);
    assertThat(bench.text("a.properties")).isEqualTo(text);
  }

  @Test
  void properties_hold_any_value_in_ascii() throws RotationException {
    assertThat(written("a.properties", "key=%s\n", bench.old, " a\\b\n\"'#$!=:üx"))
        .isEqualTo("key=\\ a\\\\b\\n\"'#$!=:\\u00fcx\n");
    refuses("a.properties", "key %s\n", "=x", "something else");
  }

  @Test
  void properties_in_latin_1_keep_their_bytes() throws RotationException {
    bench.put(
        "a.properties", ("# é\nkey=" + bench.old + "\n").getBytes(StandardCharsets.ISO_8859_1));
    bench.adopt("a.properties", bench.old, "ü" + bench.fresh);
    assertThat(new String(bench.bytes("a.properties"), StandardCharsets.ISO_8859_1))
        .isEqualTo("# é\nkey=\\u00fc" + bench.fresh + "\n");
  }

  // JSON.

  @Test
  void json_strings_are_replaced_in_their_places() throws RotationException {
    for (String text : List.of(
        "{\"key\":\"%s\"}",
        "\ufeff{\r\n\t\"a\" : [1, 2.50, true, null, \"%s\"] , \"b\":\"\\u00e9\\/\"\r\n}\r\n",
        "// local settings\n{ /* %n */ \"Values\": {\"k\": \"%s\", \"k\": \"%s\",}, }\n",
        "{\"cs\":\"AccountName=a;AccountKey=%s;EndpointSuffix=\\u0041\"}",
        "{\"é😀\":\"😀 %s 😀\",\"inner\":\"{\\\"key\\\":\\\"%s\\\"}\"}",
        "{\"a\":\"%s\"}\n{\"b\":\"%s\"}\n",
        "\"%s\"")) {
      replaces("appsettings.json", text);
    }
  }

  @Test
  void json_keeps_the_escapes_that_it_has() throws RotationException {
    String old = "+" + bench.old + "/";
    String fresh = "/+" + bench.fresh;
    String text = "{\"k\":\"" + old.replace("+", "\\u002B").replace("/", "\\/") + "\"}";
    assertThat(bench.adopted("a.json", text, old, fresh))
        .isEqualTo("{\"k\":\"" + fresh.replace("+", "\\u002B").replace("/", "\\/") + "\"}");
    bench.adopt("a.json", fresh, old);
    assertThat(bench.text("a.json")).isEqualTo(text);
  }

  @Test
  void json_holds_any_value() throws RotationException {
    assertThat(written("a.json", "{\"k\":\"%s\"}", bench.old, "a\"b\\c\nd#$é😀\u0001"))
        .isEqualTo("{\"k\":\"a\\\"b\\\\c\\nd#$é😀\\u0001\"}");
  }

  @Test
  void names_and_numbers_are_seen_and_refused() throws RotationException {
    refuses("a.json", "{\n\"%s\":1}", bench.fresh, "in a name, a number");
    refuses("a.yaml", "a:\n  %s: 1\n", bench.fresh, "in a name, a number");
    bench.put("a.properties", "a=b\n" + bench.old.replace("=", "\\=") + "=1\n");
    assertThatThrownBy(() -> bench.adopt("a.properties", bench.old, bench.fresh))
        .hasMessageContaining("file a.properties: line 2: ")
        .hasMessageContaining("in a name, a number");
    String pin = "73915538";
    bench.put("a.json", "{\"pin\":" + pin + "}");
    assertThatThrownBy(() -> bench.adopt("a.json", pin, bench.fresh))
        .hasMessageContaining("line 1")
        .hasMessageContaining("a number");
    bench.put("b.yaml", "pin: " + pin + "\n");
    assertThatThrownBy(() -> bench.adopt("b.yaml", pin, bench.fresh))
        .hasMessageContaining("a number");
  }

  // YAML.

  @Test
  void yaml_scalars_are_replaced_in_their_style() throws RotationException {
    for (String text : List.of(
        "key: %s\n",
        "key: %s",
        "\ufeff# c\r\na:\r\n  - 'x'   # y\r\n  - '%s'\r\n",
        "key: \"%s\" # tail\nb: [ a, \"%s\", {c: '%s'} ]\n",
        "flow: {a: %s, b: 1}\n",
        "a: &pw \"%s\"\nb: *pw\nc:\n  <<: {d: *pw}\n",
        "a: &pw !!str   # why\n  %s\nb: *pw\n",
        "a: !vault '%s'\n",
        "a: |\n  first\n    more %s\n  third\n\nb: 1\n",
        "a: |2-  # c\n   %s\n  x\n\n\n# end\n",
        "a: >+\n  folded\n  %s\n\n  text\n\nb: 1\n",
        "a: |\r\n  %s\r\nb: 1\r\n",
        "a: first\n  %s\n  third\n",
        "a: 'first\n\n  it''s %s\n  third'\n",
        "a: \"first\\n \\\n   \\ %s\n  third \\u00e9\"\n",
        "%YAML 1.1\n---\na: %s\n...\n---\na: %s\n",
        "- %s\n- - %s\n",
        "? - complex\n  - key\n: %s\n",
        "a: 😀\nb: \"😀 %s\"\n",
        "a: AccountName=x;AccountKey=%s;EndpointSuffix=core.windows.net\n",
        "k: 1\nk: %s\nk: %s\n",
        "a:\n    b:\n    - c: |-\n        {\"key\": \"%s\"}\n",
        "%s")) {
      replaces("app.yaml", text);
    }
  }

  @Test
  void yaml_blocks_hold_values_of_several_lines() throws RotationException {
    String pem = "-----BEGIN X-----\n" + bench.old + "\n-----END X-----";
    String text = "a:\n  key: \"" + pem.replace("\n", "\\n") + "\"\n";
    String lines = pem.replace(bench.old, bench.fresh + "\n" + bench.fresh);
    assertThat(written("a.yaml", text.replace(pem, "%s"), pem, lines))
        .isEqualTo(text.replace(pem.replace("\n", "\\n"), lines.replace("\n", "\\n")));
    String block = "a:\r\n  key: |-\r\n    " + bench.old + "\r\nb: 1\r\n";
    assertThat(bench.adopted("b.yaml", block, bench.old, "one\ntwo"))
        .isEqualTo("a:\r\n  key: |-\r\n    one\r\n    two\r\nb: 1\r\n");
  }

  @Test
  void yaml_quotes_hold_hostile_values() throws RotationException {
    assertThat(written("a.yaml", "k: \"%s\"\n", bench.old, "a\"b\\c\nd#: $é😀\u0001\u2028"))
        .isEqualTo("k: \"a\\\"b\\\\c\\nd#: $é😀\\u0001\\u2028\"\n");
    assertThat(written("a.yaml", "k: '%s'\n", bench.old, "it's # \"a\": \\n $x"))
        .isEqualTo("k: 'it''s # \"a\": \\n $x'\n");
  }

  @Test
  void yaml_refuses_what_a_style_can_t_hold() {
    for (String hostile : List.of("a b", "a: b", "a #b", "[a", "a,b", "a\nb", "a\u2028b")) {
      refuses("a.yaml", "x: 1\nk: %s\n", hostile, "quote it in another way");
    }
    for (String hostile : List.of(
        "'a'",
        "\"a\"",
        "*a",
        "&a",
        "!a",
        "%a",
        "|a",
        ">a",
        "@a",
        "`a",
        "12345",
        "1e5",
        "0x1F",
        "true",
        "No",
        "~",
        "null",
        "1_000",
        "2026-01-02",
        ".inf",
        "-",
        "?")) {
      refuses("a.yaml", "k: %s\n", hostile, "quote");
    }
    refuses("a.yaml", "k: '%s'\n", "a\nb", "quote it in another way");
    refuses("a.yaml", "k: >\n  %s\n", "a\nb", "quote it in another way");
    refuses("a.yaml", "k: |\n  %s\n", "a\u0001b", "quote it in another way");
  }

  @Test
  void what_could_not_be_written_back_is_not_begun() throws RotationException {
    String old = "a$" + bench.old;
    bench.put(".env", "KEY=" + old + "\n");
    assertThatThrownBy(() -> bench.adopt(".env", old, bench.fresh))
        .hasMessageContaining("written back");
    assertThat(bench.text(".env")).isEqualTo("KEY=" + old + "\n");
  }

  // The net.

  @Test
  void an_edit_that_says_anything_else_is_no_document() throws RotationException {
    String text = "a: \"x\"\nb: y # c\n";
    Document document = Document.of(FileFormat.YAML, text.getBytes(StandardCharsets.UTF_8));
    // Part 0 and 1 begin the stream and the document, 2 the mapping; then come names and values.
    Map<Integer, String> expected = Map.of(4, "z");
    document.requireOnly(expected, "a: \"z\"\nb: y # c\n");
    for (String fault : List.of(
        text, // not written
        "a: \"z \"\nb: y # c\n", // another value
        "a: 'z'\nb: y # c\n", // another style
        "a: z\nb: y # c\n",
        "a: \"z\"\nb: y# c\n", // a comment swallowed
        "a: \"z\"\n", // a field lost
        "a: \"z\"\nb: y\nc: 1\n",
        "a: \"z\"\nB: y # c\n",
        "a: &x \"z\"\nb: y # c\n",
        "a: !t \"z\"\nb: y # c\n",
        "{a: \"z\", b: y} # c\n",
        "a: \"z\"\nb: 1 # c\n",
        "\ufeffa: \"z\"\nb: y # c\n",
        "a: \"z\nb: y # c\n")) { // no YAML any more
      assertThatThrownBy(() -> document.requireOnly(expected, fault))
          .as(fault)
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("something else than it should");
    }
  }

  @Test
  void the_net_closes_for_each_format() throws RotationException {
    Document json = Document.of(FileFormat.JSON, bytes("{\"a\":\"x\"}"));
    json.requireOnly(Map.of(2, "y"), "{\"a\":\"y\"}");
    assertThatThrownBy(() -> json.requireOnly(Map.of(2, "y"), "{\"a\":\"y\",\"b\":\"y\"}"))
        .isInstanceOf(RotationException.class);
    Document properties = Document.of(FileFormat.PROPERTIES, bytes("a=x\n"));
    properties.requireOnly(Map.of(1, "y"), "a=y\n");
    assertThatThrownBy(() -> properties.requireOnly(Map.of(1, "y"), "a=y\nb=z\n"))
        .isInstanceOf(RotationException.class);
    assertThatThrownBy(() -> properties.requireOnly(Map.of(1, "y"), "a=\\uXXXX\n"))
        .isInstanceOf(RotationException.class);
    Document dotenv = Document.of(FileFormat.DOTENV, bytes("a='x'\n"));
    dotenv.requireOnly(Map.of(1, "y"), "a='y'\n");
    assertThatThrownBy(() -> dotenv.requireOnly(Map.of(1, "y"), "a=\"y\"\n"))
        .isInstanceOf(RotationException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
