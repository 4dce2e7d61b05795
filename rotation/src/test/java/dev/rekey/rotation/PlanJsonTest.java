package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rekey.canary.Canary;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
  private final FakeWorld world = new FakeWorld(22);
  private final RotationPlan plan = world.plan();

  @Test
  void a_plan_survives_its_json_with_the_same_hash() {
    RotationPlan read = RotationPlan.parse(plan.toJson());
    assertThat(read).isEqualTo(plan);
    assertThat(read.hash()).isEqualTo(plan.hash()).matches("sha256:[0-9a-f]{64}");
    assertThat(plan.toJson()).doesNotContain("\n");

    world.usage = UsageSource.NONE;
    world.addApp("nightly", world.value("key2"));
    RotationPlan blocked = world.plan();
    assertThat(RotationPlan.parse(blocked.toJson())).isEqualTo(blocked);
  }

  @Test
  void every_field_counts_for_the_hash() {
    // Each text, name of a field or value, changed by one character, gives another hash or is
    // refused.
    String json = plan.toJson();
    Matcher texts = Pattern.compile("\"([^\"]*)\"").matcher(json);
    int changed = 0;
    while (texts.find()) {
      if (texts.group(1).isEmpty()) {
        continue;
      }
      char c = json.charAt(texts.end() - 2);
      String tampered = json.substring(0, texts.end() - 2)
          + (c == '1' ? '2' : '1')
          + json.substring(texts.end() - 1);
      if (catchThrowable(() -> RotationPlan.parse(tampered)) == null) {
        assertThat(RotationPlan.parse(tampered).hash()).as(texts.group()).isNotEqualTo(plan.hash());
        changed++;
      }
    }
    assertThat(changed).isGreaterThan(30);
  }

  @Test
  void each_missing_or_malformed_field_is_named() {
    Matcher fields = Pattern.compile("\"(\\w+)\":").matcher(plan.toJson());
    int found = 0;
    while (fields.find()) {
      String field = fields.group(1);
      if (field.matches("key\\d|issuedAt|fingerprint|schema")) {
        continue; // Slots are called as they like; an issuer need not tell times and values.
      }
      String json = plan.toJson();
      String without = json.substring(0, fields.start(1)) + "x" + json.substring(fields.start(1));
      assertThatThrownBy(() -> RotationPlan.parse(without))
          .as(field)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("field " + field + " ");
      found++;
    }
    assertThat(found).isGreaterThan(30);
  }

  @Test
  void values_of_the_wrong_form_are_refused_by_the_name_of_their_field() {
    refused(
        "\"plannedAt\":\"[^\"]+\"", "\"plannedAt\":\"yesterday\"", "field plannedAt is not a time");
    refused("\"gap\":\"PT0S\"", "\"gap\":\"none\"", "field gap is not a duration");
    refused("\"exposed\":\"[^\"]+\"", "\"exposed\":\"abc\"", "field exposed is not a fingerprint");
    refused("\"issuedAt\":\"[^\"]+\"", "\"issuedAt\":\"\"", "field issuedAt is not a time");
    refused("\"fingerprint\":\"[^\"]+\"", "\"fingerprint\":7", "field fingerprint");
    refused("\"risks\":\\[\\]", "\"risks\":[\"NONE\"]", "field risks has no known value");
    refused("\"risks\":\\[\\]", "\"risks\":{}", "field risks is missing or not a list");
    refused("\"snapshot\":\\{", "\"snapshot\":[],\"old\":{", "field snapshot");
    refused("\"kind\":\"ISSUE\"", "\"kind\":\"BURN\"", "field kind has no known value");
    refused("\"enabled\":true", "\"enabled\":\"yes\"", "field enabled");
    refused("\"line\":1", "\"line\":1.5", "field line");
    refused("rekey.plan/1", "rekey.plan/2", "schema");
  }

  private void refused(String pattern, String replacement, String message) {
    String json = plan.toJson().replaceFirst(pattern, replacement);
    assertThat(json).as(pattern).isNotEqualTo(plan.toJson());
    assertThatThrownBy(() -> RotationPlan.parse(json))
        .as(replacement)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_field_that_is_not_known_is_refused_at_every_depth() {
    refused("\"label\":", "\"note\":\"harmless\",\"label\":", "field note is unknown");
    refused("\"kind\":\"ISSUE\"", "\"kind\":\"ISSUE\",\"also\":[]", "field also is unknown");
    refused("\"key1\":\\{", "\"key1\":{\"made\":1,", "field made is unknown");
  }

  @Test
  void text_that_is_no_json_is_refused_without_being_quoted() {
    String value = world.newValue();
    for (String text : new String[] {
      "", "[]", "null", "\"" + value + "\"", value, "{\"schema\":" + value, "{} {}", "{\"a\":1,}"
    }) {
      assertThatThrownBy(() -> RotationPlan.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(Canary.of(value.substring(0, 20)).leaksIn(String.valueOf(e)))
              .isEmpty())
          .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain(value.substring(0, 8)))
          .hasMessageContaining("the plan");
    }
  }

  @Test
  void deep_nesting_is_refused_and_overflows_nothing() {
    for (String open : new String[] {"[", "{\"a\":"}) {
      String deep = "{\"schema\":" + open.repeat(200_000);
      assertThatThrownBy(() -> RotationPlan.parse(deep))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not JSON");
    }
  }

  @Test
  void mangled_json_is_refused_or_read_but_never_breaks() {
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder json = new StringBuilder(plan.toJson());
      for (int i = 0; i <= random.nextInt(3); i++) {
        int at = random.nextInt(json.length());
        switch (random.nextInt(3)) {
          case 0 -> json.deleteCharAt(at);
          case 1 -> json.setCharAt(at, (char) (32 + random.nextInt(95)));
          default -> json.insert(at, "{[\"\\:,}]0".charAt(random.nextInt(9)));
        }
      }
      Throwable thrown = catchThrowable(() -> RotationPlan.parse(json.toString()));
      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
