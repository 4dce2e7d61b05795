package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RewriterTest {
  private final FakeWorld world = new FakeWorld(51);
  private final Rewriter rewriter = world.rewriter;

  /** A value with characters that every escape touches. */
  private final String old = "A+/" + world.newValue().substring(3);

  private final String fresh = "B+/" + world.newValue().substring(3);

  private String replaced(String text, String from, String to) throws RotationException {
    try (Secret secret = Secret.of(to)) {
      return rewriter
          .replace(text, new Replacement(world.fingerprint(from), secret))
          .orElse("absent");
    }
  }

  @Test
  void the_value_is_replaced_in_each_shape_and_the_rest_stays_byte_for_byte()
      throws RotationException {
    for (String around : List.of(
        "%s",
        "  %s ",
        "\n%s\r\n",
        "\"%s\"",
        "'%s'",
        "AccountName=acme;AccountKey=%s;EndpointSuffix=core.windows.net",
        "AccountName=acme;AccountKey=%s",
        "AccountKey=\"%s\";Other=1;;x",
        "AccountKey=%s;AccountKey2=%s",
        "%s,%s",
        "{\"key\":\"%s\",\"n\":[1,2],\"text\":\"$1 \\\\ %% é\"}",
        "{\"cs\":\"AccountName=a;AccountKey=%s\"}",
        "[\"%s\"]",
        "line one\nKEY=%s\nline three\n",
        "<key>%s</key>",
        "redis:6380,password=%s,ssl=True")) {
      String text = around.replace("%s", old).replace("%%", "%");
      String expected = around.replace("%s", fresh).replace("%%", "%");
      assertThat(replaced(text, old, fresh)).as(around).isEqualTo(expected);
      assertThat(rewriter.fingerprints(text)).as(around).contains(world.fingerprint(old));
      assertThat(replaced(expected, fresh, old)).as("and back: " + around).isEqualTo(text);
    }
  }

  @Test
  void a_percent_encoded_value_stays_percent_encoded() throws RotationException {
    String encoded = URLEncoder.encode(old, StandardCharsets.UTF_8);
    String url = "amqps://user:" + encoded + "@host:5671/path";
    assertThat(replaced(url, old, fresh))
        .isEqualTo(url.replace(encoded, URLEncoder.encode(fresh, StandardCharsets.UTF_8)));
    assertThat(replaced("https://h/?code=" + encoded + "&x=1", old, fresh))
        .isEqualTo("https://h/?code=" + URLEncoder.encode(fresh, StandardCharsets.UTF_8) + "&x=1");
  }

  @Test
  void a_json_escaped_value_is_found_and_replaced() throws RotationException {
    String escaped = old.replace("+", "\\u002B").replace("/", "\\/");
    String json = "{\"key\":\"" + escaped + "\"}";
    assertThat(replaced(json, old, fresh)).isEqualTo("{\"key\":\"" + fresh + "\"}");
  }

  @Test
  void a_value_that_its_surroundings_would_read_otherwise_is_escaped_for_them()
      throws RotationException {
    String password = "back\\slash\"quote";
    assertThat(replaced("{\"key\": \"" + old + "\"}", old, password))
        .isEqualTo("{\"key\": \"back\\\\slash\\\"quote\"}");
    assertThat(replaced("amqp://user:simple@host/", "simple", "a/b@c%d"))
        .isEqualTo("amqp://user:a%2Fb%40c%25d@host/");
  }

  @Test
  void characters_that_mean_something_elsewhere_are_plain_here() throws RotationException {
    String hostile = "$1\\1$0%41${x}";
    assertThat(replaced("x=" + old, old, "a$1\\1$0b")).isEqualTo("x=a$1\\1$0b");
    assertThat(replaced(hostile, hostile, fresh)).isEqualTo(fresh);
  }

  @Test
  void a_whole_value_with_blanks_or_quotes_at_its_ends_is_found() throws RotationException {
    for (String odd : List.of(" a b ", "'quoted'", "\"", " ")) {
      assertThat(replaced(odd, odd, fresh)).as(odd).isEqualTo(fresh);
      assertThat(replaced(fresh, fresh, odd)).as(odd).isEqualTo(odd);
    }
    assertThat(replaced("two words\n", "two words", "one two")).isEqualTo("one two\n");
  }

  @Test
  void a_text_without_the_value_is_left_alone() throws RotationException {
    for (String text : List.of("", ";", "=", "a=b;c", "x=" + fresh, old.substring(1), "%", "%zz")) {
      assertThat(replaced(text, old, fresh)).as(text).isEqualTo("absent");
    }
  }

  @Test
  void a_value_that_would_break_the_shape_is_refused_without_being_shown() {
    for (String broken : List.of("a;b=c", "\"quoted\"", "")) {
      assertThatThrownBy(() -> replaced("AccountKey=" + old + ";Next=1", old, broken))
          .as(broken)
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("by hand")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(old));
    }
  }

  @Test
  void arbitrary_surroundings_are_preserved_or_refused() {
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      String text = noise(random) + old + noise(random);
      try {
        String result = replaced(text, old, fresh);
        if (!result.equals("absent")) {
          assertThat(result).as("seed %d", seed).isEqualTo(text.replace(old, fresh));
        }
      } catch (RotationException refused) {
        assertThat(refused.problem()).as("seed %d", seed).contains("by hand");
      }
    }
  }

  private static String noise(Random random) {
    StringBuilder noise = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      noise.append(" ;=,\"'{}[]:\\%&?\n$é@/x1".charAt(random.nextInt(22)));
    }
    return noise.toString();
  }

  @Test
  void a_long_hostile_text_takes_linear_time() {
    for (String piece : List.of(";", "=", "a=", "://", "@", "\"", "x ", "%41", "\\")) {
      String text = piece.repeat(200_000 / piece.length());
      long start = System.nanoTime();
      assertThat(rewriter.fingerprints(text)).doesNotContain(world.fingerprint(old));
      assertThat((System.nanoTime() - start) / 1_000_000_000)
          .as("seconds for %s", piece)
          .isLessThan(10);
    }
  }

  @Test
  void what_the_detector_finds_is_replaced_too() throws RotationException {
    Detector builtIn = Detector.builder(dev.rekey.detect.RuleSet.builtIn())
        .fingerprintKey(world.key)
        .build();
    String text = "xx DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + old
        + ";EndpointSuffix=core.windows.net";
    try (Secret secret = Secret.of(fresh)) {
      assertThat(
              new Rewriter(builtIn).replace(text, new Replacement(world.fingerprint(old), secret)))
          .contains(text.replace(old, fresh));
    }
  }
}
