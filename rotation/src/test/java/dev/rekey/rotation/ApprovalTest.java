package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApprovalTest {
  private final FakeWorld world = new FakeWorld(23);
  private final RotationPlan plan = world.plan();
  private final Instant now = world.now[0];
  private final Approval approval = world
      .approving(plan, Risk.DEAD_BY_ISSUER_ONLY, Risk.USE_UNKNOWN)
      .attestation(new Attestation("Cleo", "factories/f1", "its linked service was moved", now))
      .build();

  @Test
  void an_approval_survives_its_json() {
    assertThat(Approval.parse(approval.toJson())).isEqualTo(approval);
    assertThat(approval.toJson())
        .contains("[\"USE_UNKNOWN\",\"DEAD_BY_ISSUER_ONLY\"]")
        .doesNotContain("\n");
    assertThat(approval.planHash()).isEqualTo(plan.hash());
    assertThat(approval.attestations()).hasSize(1);
  }

  @Test
  void a_malformed_approval_is_refused_by_the_name_of_its_field() {
    refused("\"expires\":\"", "\"expires\":\"x", "field expires is not a time");
    refused("\"USE_UNKNOWN\"", "\"ANYTHING\"", "field accepted has no known value");
    refused("\"USE_UNKNOWN\"", "7", "field accepted has no known value");
    refused("\"planHash\":", "\"hash\":", "field planHash");
    refused("\"requester\":\"Asker\"", "\"requester\":null", "field requester");
    refused("\"requester\":\"Asker\"", "\"requester\":\" \"", "field requester is blank");
    refused("\"approvers\":[", "\"approvers\":{},\"x\":[", "field approvers is missing or not");
    refused("\"name\":\"Bob\"", "\"name\":\"ANN \"", "field approvers names ANN  twice");
    refused("\"reference\":\"CHANGE-1\"", "\"reference\":\"\"", "field reference is blank");
    refused("\"statement\":\"its", "\"statement\":\"\\nits", "field statement has a character");
    refused("rekey.approval/1", "rekey.plan/1", "schema");
  }

  @Test
  void a_field_that_is_not_known_is_refused_at_every_depth() {
    refused("\"expires\":", "\"note\":\"for Dan\",\"expires\":", "field note is unknown");
    refused("\"name\":\"Bob\"", "\"name\":\"Bob\",\"role\":\"cto\"", "field role is unknown");
    refused("\"by\":", "\"line one\\n\":1,\"by\":", "a field is unknown");
  }

  @Test
  void a_field_that_stands_twice_is_refused() {
    refused("\"requester\":", "\"requester\":\"Dan\",\"requester\":", "not JSON");
  }

  private void refused(String part, String replacement, String message) {
    String json = approval.toJson().replace(part, replacement);
    assertThat(json).isNotEqualTo(approval.toJson());
    assertThatThrownBy(() -> Approval.parse(json))
        .as(replacement)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void what_is_required_is_named_where_it_is_missing() {
    assertThatThrownBy(
            () -> Approval.of(plan).expires(now).approver("a", now, "t").build())
        .hasMessage("field requester is blank");
    assertThatThrownBy(() -> Approval.of(plan).requester("a").expires(now).build())
        .hasMessage("field approvers names nobody");
    assertThatThrownBy(
            () -> Approval.of(plan).requester("a").approver("b", now, "t").build())
        .hasMessage("field expires is not set");
    assertThatThrownBy(() -> new Attestation("a", "", "moved", now))
        .hasMessage("field dependent is blank");
    assertThatThrownBy(() -> new Attestation("a".repeat(201), "d", "moved", now))
        .hasMessage("field by has more than 200 characters");
  }

  @Test
  void one_person_spelled_in_two_ways_does_not_approve_twice() {
    for (String name : List.of("Ann B", " ann b", "ANN  B", "\uff21nn b", "ann\u00a0b")) {
      assertThatThrownBy(() -> new Approval(
              "h", "Asker", List.of(approver("Ann B"), approver(name)), now, Set.of(), List.of()))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("twice");
    }
    assertThat(new Approval(
                "h",
                "Asker",
                List.of(approver("Ann B"), approver("Anna B")),
                now,
                Set.of(),
                List.of())
            .approvers())
        .hasSize(2);
  }

  @Test
  void a_name_with_characters_that_can_not_be_seen_is_refused() {
    for (String name : List.of("An\u200bn", "Ann\u202e", "Ann\n", "Ann\u2028")) {
      assertThatThrownBy(() -> approver(name))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("field name has a character that can't be seen");
    }
  }

  private Approval.Approver approver(String name) {
    return new Approval.Approver(name, now, "t");
  }

  @Test
  void mangled_json_is_refused_or_read_but_never_breaks() {
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder json = new StringBuilder(approval.toJson());
      for (int i = 0; i <= random.nextInt(3); i++) {
        int at = random.nextInt(json.length());
        switch (random.nextInt(3)) {
          case 0 -> json.deleteCharAt(at);
          case 1 -> json.setCharAt(at, (char) (32 + random.nextInt(95)));
          default -> json.insert(at, "{[\"\\:,}]0".charAt(random.nextInt(9)));
        }
      }
      Throwable thrown = catchThrowable(() -> Approval.parse(json.toString()));
      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
