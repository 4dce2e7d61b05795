package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands near a value belongs to it, or doesn't. */
class PairingTest {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final String SECRET = ExampleTemplate.fill("key-<<[A-Za-z0-9]{20}>>");
  private static final String OTHER = ExampleTemplate.fill("key-<<[a-z0-9]{20}>>");

  private final Detector detector = detector(rule().build());

  private static Rule.Builder rule() {
    return Rule.named("acme.key")
        .label("an Acme key")
        .keyword("key-")
        .regex("\\b(?<secret>key-[A-Za-z0-9]{20})\\b")
        .part("host", "\\bhost[\"':=> ]{1,8}([a-z0-9.]{1,40})")
        .part("user", "\\buser[\"':=> ]{1,8}([a-z0-9]{1,40})")
        .example("host: h1\nkey: " + SECRET);
  }

  private static Detector detector(Rule rule) {
    return Detector.builder(RuleSet.empty().plus(rule)).fingerprintKey(KEY).build();
  }

  private Map<String, String> parts(String text) {
    return detector.detect(text.replace("SECRET", SECRET)).get(0).attributes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: h1\nuser: u1\nkey: SECRET\n",
        "key: SECRET\nuser: u1\nhost: h1\n",
        "user=u1\r\nkey=SECRET\r\nhost=h1\r\n",
        "host=h1 key=SECRET user=u1",
        "{\"host\": \"h1\",\n \"user\": \"u1\",\n \"key\": \"SECRET\"}",
        "[\n {\"key\": \"SECRET\",\n  \"host\": \"h1\",\n  \"user\": \"u1\"\n}]",
        "{ \"host\": \"h1\",\n  \"key\": \"SECRET\",\n  \"user\": \"u1\" }",
        "{\"key\":\"SECRET\",\"host\":\"h1\",\"user\":\"u1\"}",
        "<host>h1</host>\n<user>u1</user>\n<key>SECRET</key>",
        "- host: h1\n  user: u1\n  key: SECRET\n",
        "- key: SECRET\n  user: u1\n  host: h1\n",
        "[user u1]\nhost = h1\nkey = SECRET\n",
        "\tuser u1\n\thost h1\n\tkey SECRET",
        "key = SECRET # of\nuser u1 {\n  timeout 3\n}\nhost h1"
      })
  void parts_stand_before_and_after_in_any_order_and_in_any_format(String text) {
    assertThat(parts(text)).isEqualTo(Map.of("host", "h1", "user", "u1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: h1\n\nkey: SECRET\n",
        "host: h1\n \t\r\nkey: SECRET\n",
        "key: SECRET\n\nhost: h1\n",
        "host: h1\n---\nkey: SECRET\n",
        "host: h1\nb:\n  key: SECRET\n",
        "  key: SECRET\nhost: h1\n",
        "- key: SECRET\n- host: h1\n",
        "- host: h1\n- key: SECRET\n",
        "  - host: h1\n  - key: SECRET\n",
        "- key: SECRET\n  port: 1\n- host: h1\n",
        "- host: h1\n- port: 1\n  key: SECRET\n",
        "{\"host\":\"h1\"}\n{\"key\":\"SECRET\"}\n",
        "{\"key\":\"SECRET\"}\n{\"host\":\"h1\"}\n",
        "[a]\nkey = SECRET\n[b]\nhost = h1\n",
        "[a]\nhost = h1\n[b]\nkey = SECRET\n",
        "[[a]]\nhost = h1\n[[a]]\nkey = SECRET\n",
        "[{\"host\":\"h1\"},{\"key\":\"SECRET\"}]",
        "[{\"key\":\"SECRET\"},{\"host\":\"h1\"}]",
        "{\"a\":{\"x\":{\"host\":\"h1\"}},\"b\":{\"y\":{\"key\":\"SECRET\"}}}",
        "{\"a\":{\"key\":\"SECRET\"},\"host\":\"h1\"}",
        "a {\nhost h1\n}\nb {\nkey SECRET\n}"
      })
  void what_belongs_to_something_else_is_no_part(String text) {
    assertThat(parts(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20, true", "21, false"})
  void twenty_lines_are_near_and_one_more_is_far(int lines, boolean near) {
    String between = "x: 1\n".repeat(lines - 1);
    assertThat(parts("host: h1\n" + between + "key: SECRET\n").containsKey("host"))
        .isEqualTo(near);
    assertThat(parts("key: SECRET\n" + between + "host: h1\n").containsKey("host"))
        .isEqualTo(near);
  }

  @Test
  void four_kibibytes_are_near_and_what_is_cut_there_is_no_part() {
    for (int between = 4060; between < 4110; between++) {
      String before = "host: h123456789 " + "x".repeat(between) + " key: SECRET";
      String after = "key: SECRET " + "x".repeat(between) + " host: h123456789";
      assertThat(parts(before).getOrDefault("host", "h123456789")).isEqualTo("h123456789");
      assertThat(parts(after).getOrDefault("host", "h123456789")).isEqualTo("h123456789");
    }
    assertThat(parts("host: h1 " + "x".repeat(4000) + " SECRET")).containsKey("host");
    assertThat(parts("host: h1 " + "x".repeat(4100) + " SECRET")).isEmpty();
    assertThat(parts("SECRET " + "x".repeat(4000) + " host: h1")).containsKey("host");
    assertThat(parts("SECRET " + "x".repeat(4100) + " host: h1")).isEmpty();
  }

  @Test
  void the_nearest_counts_and_before_it_where_two_are_as_near() {
    assertThat(parts("host: far\nhost: near\nkey: SECRET\nport: 1\nhost: after"))
        .containsEntry("host", "near");
    assertThat(parts("host: far\nport: 1\nport: 2\nkey: SECRET\nhost: after"))
        .containsEntry("host", "after");
    // From the end of the name to the key are as many bytes as from the key to the start of the
    // other name.
    assertThat(parts("host: before ----:SECRET:host= after")).containsEntry("host", "before");
  }

  @Test
  void two_keys_in_a_row_each_have_their_own_parts() {
    String text = "A_HOST=ha\nA_KEY=" + SECRET + "\nB_HOST=hb\nB_KEY=" + OTHER + "\n";
    List<Finding> found = detector(rule().part("host", "HOST=([a-z]+)").build()).detect(text);

    assertThat(found).extracting(f -> f.attributes().get("host")).containsExactly("ha", "hb");
  }

  @Test
  void a_rule_may_look_at_its_own_line_only() {
    Detector narrow = detector(rule().within(0).build());
    assertThat(narrow.detect("host: h1\nuser: u1; key: " + SECRET).get(0).attributes())
        .isEqualTo(Map.of("user", "u1"));
  }

  @Test
  void a_part_is_never_the_value_wherever_it_stands_again() {
    Detector careless = detector(rule()
        .part("user", "user: (\\S+)")
        .part("tail", "([A-Za-z0-9]{10} and)")
        .build());
    for (String text : List.of(
        "user: SECRET\nkey: SECRET",
        "user: xSECRET\nuser: https://a:SECRET@b\nkey: SECRET",
        "SECRET and more")) {
      assertThat(careless.detect(text.replace("SECRET", SECRET)))
          .as(text)
          .allSatisfy(finding -> assertThat(finding.attributes()).isEmpty());
    }
  }

  @Test
  void a_value_without_a_part_that_its_rule_requires_is_nothing_but_explained() throws IOException {
    Detector strict =
        detector(rule().requires("host").counterexample(SECRET + " alone").build());
    String alone = "user: u1\nkey: " + SECRET;

    assertThat(strict.detect(alone)).isEmpty();
    assertThat(strict.explain(alone)).singleElement().satisfies(why -> {
      assertThat(why).isInstanceOf(Explanation.Rejected.class);
      assertThat(why.toString()).contains("no host stands near it").doesNotContain(SECRET);
    });
    assertThat(notes(strict, alone)).as("nothing that anybody could look after").isEmpty();
    assertThat(strict.detect("host: h1\n" + alone)).hasSize(1);
  }

  @Test
  void a_rule_can_require_only_its_own_parts_and_look_only_so_far() {
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> rule().requires("tenant").build())
        .withMessageContaining("requires")
        .withMessageContaining("\"tenant\" is none of its parts: host, user");
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> rule().within(101).build())
        .withMessageContaining("within")
        .withMessageContaining("0 to 100 lines");
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> rule().within(-1).build())
        .withMessageContaining("within");
  }

  @Test
  void a_flood_of_values_is_paired_as_far_as_the_budget_reaches_and_that_is_said()
      throws IOException {
    String text = ("host: h1\n" + "key: " + SECRET + " \n").repeat(3000);
    Detector strict =
        detector(rule().requires("host").example("host: h\nkey: " + SECRET).build());

    List<Finding> found = new ArrayList<>();
    List<Note> notes = detector.detect(stream(text), "", (finding, secret) -> found.add(finding));
    assertThat(found).hasSize(3000);
    assertThat(found).filteredOn(f -> f.attributes().isEmpty()).isNotEmpty();
    assertThat(notes).extracting(Note::kind).containsExactly(Note.Kind.EXHAUSTED);
    assertThat(notes(strict, text)).extracting(Note::kind).containsExactly(Note.Kind.EXHAUSTED);
  }

  @Test
  void parts_do_not_depend_on_how_the_text_is_cut() throws IOException {
    List<String> lines = List.of(
        "host: h%d\n",
        "user: u%d\n",
        "key: SECRET\n",
        "\n",
        "  key: SECRET\n",
        "  host: i%d\n",
        "- user: v%d\n",
        "[s%d]\n",
        "a { host: j%d\n",
        "}\n",
        "x".repeat(700) + "\n",
        "key: SECRET ");
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        text.append(lines.get(random.nextInt(lines.size())).replace("%d", "" + i));
      }
      String whole = text.toString().replace("SECRET", SECRET);
      List<Finding> expected = found(new ByteArrayInputStream(bytes(whole)));
      assertThat(expected).as("seed %d", seed).isNotEmpty();
      assertThat(expected).as("seed %d", seed).anyMatch(f -> !f.attributes().isEmpty());

      assertThat(found(new Pieces(bytes(whole), random))).as("seed %d", seed).isEqualTo(expected);
      assertThat(detector.detect(whole)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** A stream that gives as many bytes as it likes. */
  private static final class Pieces extends ByteArrayInputStream {
    private final Random random;

    Pieces(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] b, int off, int len) {
      return super.read(b, off, Math.min(len, 1 + random.nextInt(900)));
    }
  }

  private List<Finding> found(InputStream in) throws IOException {
    List<Finding> found = new ArrayList<>();
    detector.detect(in, "", (finding, secret) -> found.add(finding));
    return found;
  }

  private static List<Note> notes(Detector detector, String text) throws IOException {
    return detector.detect(stream(text), "", (finding, secret) -> {});
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
