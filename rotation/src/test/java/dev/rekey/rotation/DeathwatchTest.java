package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.DeathProof.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Nothing passes for death that is not. */
class DeathwatchTest {
  private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
  private static final ProbeAnswer YES = new ProbeAnswer.Accepted("blob", "200");
  private static final ProbeAnswer NO = new ProbeAnswer.Refused("blob", "403 AuthenticationFailed");
  private static final ProbeAnswer HUH =
      new ProbeAnswer.Unclear("blob", "403 AuthorizationFailure");

  private final FakeWorld world = new FakeWorld(41);
  private final Snapshot.Slot before = slot("old", ISSUED);
  private final Snapshot.Slot after = slot("new", ISSUED.plusSeconds(60));
  private int pauses;

  private Snapshot.Slot slot(String value, Instant at) {
    return new Snapshot.Slot(world.fingerprint(value), Optional.ofNullable(at));
  }

  /** An issuer that gives these answers, each again and again from its last on. */
  private record Script(
      List<Snapshot.Slot> slots,
      List<List<ProbeAnswer>> fresh,
      List<List<ProbeAnswer>> old,
      int[] at)
      implements SlotIssuer {
    private static <T> T next(List<T> list, int[] at, int which) {
      return list.get(Math.min(at[which]++, list.size() - 1));
    }

    @Override
    public String id() {
      return "id";
    }

    @Override
    public String label() {
      return "issuer";
    }

    @Override
    public Snapshot snapshot() {
      return Snapshot.of(Map.of("key1", next(slots, at, 0)));
    }

    @Override
    public List<ProbeAnswer> probe(String slot, Secret value) {
      boolean isOld = value.reveal(String::new).equals("old");
      return isOld ? next(old, at, 2) : next(fresh, at, 1);
    }

    @Override
    public Optional<Secret> read(String slot) {
      throw new AssertionError("death is watched, nothing is read");
    }

    @Override
    public Issued issue(String slot, AttemptId attempt) {
      throw new AssertionError("death is watched, nothing is changed");
    }

    @Override
    public void revoke(String slot, AttemptId attempt) {
      throw new AssertionError("death is watched, nothing is changed");
    }

    @Override
    public PlannedCall describeIssue(String slot) {
      return PlannedCall.of("");
    }

    @Override
    public PlannedCall describeRevoke(String slot) {
      return PlannedCall.of("");
    }
  }

  private DeathProof watch(
      List<Snapshot.Slot> slots, List<List<ProbeAnswer>> fresh, List<List<ProbeAnswer>> old)
      throws Exception {
    return watch(before, slots, fresh, old, true);
  }

  private DeathProof watch(
      Snapshot.Slot was,
      List<Snapshot.Slot> slots,
      List<List<ProbeAnswer>> fresh,
      List<List<ProbeAnswer>> old,
      boolean held)
      throws Exception {
    ProofPolicy policy = new ProofPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(10));
    Pause pause = duration -> {
      pauses++;
      world.now[0] = world.now[0].plus(duration);
    };
    try (Secret oldValue = Secret.of("old");
        Secret freshValue = Secret.of("fresh")) {
      return new Deathwatch(
              policy,
              world.clock(),
              new Wait("prove", world.now[0], policy, world.clock(), pause),
              Deathwatch.Seen.NOTHING)
          .watch(
              new Script(slots, fresh, old, new int[3]),
              "key1",
              was,
              held ? Optional.of(oldValue) : Optional.empty(),
              "key2",
              freshValue);
    }
  }

  private Verdict verdict(List<ProbeAnswer> fresh, List<ProbeAnswer> old) throws Exception {
    return watch(List.of(after), List.of(fresh), List.of(old)).verdict();
  }

  @Test
  void refused_three_times_in_a_row_between_acceptances_of_the_new_one_is_dead() throws Exception {
    DeathProof proof = watch(List.of(after), List.of(List.of(YES)), List.of(List.of(NO)));
    assertThat(proof.verdict()).isEqualTo(Verdict.DEAD);
    assertThat(proof.rounds()).hasSize(3);
    assertThat(proof.before()).isEqualTo(before);
    assertThat(proof.after()).contains(after);
    assertThat(pauses).isEqualTo(2);
  }

  @Test
  void whatever_is_not_a_clear_refusal_everywhere_is_not_death() throws Exception {
    ProbeAnswer queueNo = new ProbeAnswer.Refused("queue", "403");
    ProbeAnswer queueYes = new ProbeAnswer.Accepted("queue", "200");
    ProbeAnswer queueHuh = new ProbeAnswer.Unclear("queue", "timeout");

    assertThat(verdict(List.of(YES), List.of(HUH))).isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(verdict(List.of(YES), List.of())).isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(verdict(List.of(), List.of())).isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(verdict(List.of(YES), List.of(YES))).isEqualTo(Verdict.ALIVE);
    assertThat(verdict(List.of(YES, queueYes), List.of(NO, queueYes))).isEqualTo(Verdict.ALIVE);
    assertThat(verdict(List.of(YES, queueYes), List.of(NO, queueHuh)))
        .isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(verdict(List.of(YES, queueYes), List.of(NO, queueNo))).isEqualTo(Verdict.DEAD);
  }

  @Test
  void without_the_positive_control_a_refusal_is_not_death() throws Exception {
    ProbeAnswer queueYes = new ProbeAnswer.Accepted("queue", "200");
    for (List<ProbeAnswer> fresh :
        List.of(List.of(NO), List.of(HUH), List.<ProbeAnswer>of(), List.of(queueYes))) {
      assertThat(verdict(fresh, List.of(NO)))
          .as("new: %s", fresh)
          .isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    }
    // The control before and the one after both count.
    assertThat(watch(List.of(after), alternating(List.of(YES), List.of(HUH)), List.of(List.of(NO)))
            .verdict())
        .isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(watch(List.of(after), alternating(List.of(HUH), List.of(YES)), List.of(List.of(NO)))
            .verdict())
        .isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
  }

  private static List<List<ProbeAnswer>> alternating(List<ProbeAnswer> a, List<ProbeAnswer> b) {
    List<List<ProbeAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(a);
      answers.add(b);
    }
    return answers;
  }

  @Test
  void an_endpoint_that_takes_turns_is_not_dead() throws Exception {
    assertThat(watch(
                List.of(after),
                List.of(List.of(YES)),
                List.of(
                    List.of(NO), List.of(NO), List.of(YES), List.of(NO), List.of(NO), List.of(YES)))
            .verdict())
        .isEqualTo(Verdict.ALIVE);
  }

  @Test
  void silence_at_the_end_does_not_take_back_that_it_was_honoured() throws Exception {
    assertThat(watch(List.of(after), List.of(List.of(YES)), List.of(List.of(YES), List.of(HUH)))
            .verdict())
        .isEqualTo(Verdict.ALIVE);
  }

  @Test
  void a_death_that_begins_to_show_at_the_deadline_is_watched_to_its_end() throws Exception {
    List<List<ProbeAnswer>> late = new ArrayList<>(Collections.nCopies(10, List.of(YES)));
    late.add(List.of(NO));
    assertThat(watch(List.of(after), List.of(List.of(YES)), late).verdict())
        .isEqualTo(Verdict.DEAD);
  }

  @Test
  void a_slot_that_still_holds_the_value_or_its_time_is_alive_whatever_endpoints_say()
      throws Exception {
    for (Snapshot.Slot held : List.of(
        before,
        slot("old", ISSUED.plusSeconds(60)),
        slot("new", ISSUED),
        slot("new", ISSUED.minusSeconds(1)),
        slot("new", null))) {
      DeathProof proof = watch(List.of(held), List.of(List.of(YES)), List.of(List.of(NO)));
      assertThat(proof.verdict()).as("%s", held).isEqualTo(Verdict.ALIVE);
      assertThat(proof.rounds()).isEmpty();
    }
  }

  @Test
  void an_issuer_that_tells_no_times_is_judged_by_the_value() throws Exception {
    assertThat(watch(
                slot("old", null),
                List.of(slot("new", null)),
                List.of(List.of(YES)),
                List.of(List.of(NO)),
                true)
            .verdict())
        .isEqualTo(Verdict.DEAD);
  }

  @Test
  void a_listing_that_lags_behind_is_asked_again() throws Exception {
    assertThat(watch(List.of(before, before, after), List.of(List.of(YES)), List.of(List.of(NO)))
            .verdict())
        .isEqualTo(Verdict.DEAD);
  }

  @Test
  void without_the_old_value_only_the_issuer_testifies() throws Exception {
    DeathProof proof =
        watch(before, List.of(after), List.of(List.of(YES)), List.of(List.of(NO)), false);
    assertThat(proof.verdict()).isEqualTo(Verdict.DEAD_BY_ISSUER_ONLY);
    assertThat(proof.rounds()).isEmpty();
  }

  @Test
  void a_policy_without_rounds_or_with_negative_time_is_refused() {
    assertThatThrownBy(() -> new ProofPolicy(0, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProofPolicy(1, Duration.ofNanos(-1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
