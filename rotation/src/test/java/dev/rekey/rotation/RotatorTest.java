package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatorTest {
  private static final String REGENERATE_KEY1 = "regenerate key1 revoke";

  @TempDir
  Path folder;

  private final FakeWorld world = new FakeWorld(7);
  private final MemoryJournal journal = new MemoryJournal();

  private RotationResult execute(Risk... risks) {
    RotationPlan plan = world.plan();
    return world.rotator(journal).execute(plan, world.approve(plan, risks));
  }

  private RotationResult resume() {
    return world.rotator(journal).resume(journal.unfinished().get(0));
  }

  private TreeMap<String, TreeMap<String, String>> settings() {
    return world.state.copy().apps();
  }

  @Test
  void an_exposed_key_ends_dead_and_everybody_uses_the_new_one() {
    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    RotationResult.Completed completed = (RotationResult.Completed) result;
    assertThat(completed.proof().verdict()).isEqualTo(DeathProof.Verdict.DEAD);
    assertThat(completed.proof().rounds()).hasSize(2);
    assertThat(completed.residue()).hasSize(1);
    assertThat(completed.summary()).contains("DEAD since 2026");
    assertThat(world.changes)
        .containsExactly(
            "regenerate key2 issue",
            "put store",
            "adopt shop",
            "adopt till",
            REGENERATE_KEY1,
            "disable acme-key/v1");
    assertThat(world.state.apps().get("shop").get("KEY")).isEqualTo(world.value("key2"));
    assertThat(journal.unfinished()).isEmpty();
  }

  @Test
  void an_approval_that_is_not_good_stops_everything_before_the_first_call() {
    RotationPlan plan = world.plan();
    Approval good = world.approve(plan);
    RotationPlan blocked = blockedPlan();
    world.calls.clear();
    Rotator rotator = world.rotator(journal);

    RotationPlan other =
        RotationPlan.parse(plan.toJson().replace("\"label\":\"app till\"", "\"label\":\"till\""));
    Approval expired = world.approving(plan).expires(world.now[0]).build();
    Approval alone = Approval.of(plan)
        .requester("ann ")
        .approver("Ann", world.now[0], "CHANGE-1")
        .expires(good.expires())
        .build();

    assertThatThrownBy(() -> rotator.execute(other, good))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("for another plan");
    assertThatThrownBy(() -> rotator.execute(plan, expired))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("expired");
    assertThatThrownBy(() -> rotator.execute(plan, alone))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("FOUR_EYES")
        .hasMessageContaining("2 people must approve");
    assertThatThrownBy(() -> rotator.execute(blocked, world.approve(blocked)))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("blockers");
    assertThat(world.calls).isEmpty();
    assertThat(journal.toString()).isEqualTo("[]");
  }

  @Test
  void all_that_is_wrong_is_said_at_once_the_store_too() {
    world.usage = UsageSource.NONE;
    RotationPlan plan = RotationPlan.parse(world.plan().toJson().replace("\"vault\"", "\"attic\""));
    Approval approval = world.approving(plan).expires(world.now[0]).build();

    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOfSatisfying(
            ApprovalException.class,
            refused -> assertThat(refused.faults())
                .extracting(ApprovalException.Fault::rule)
                .containsExactly(
                    ApprovalException.Fault.Rule.NOT_EXPIRED,
                    ApprovalException.Fault.Rule.RISKS_ACCEPTED,
                    ApprovalException.Fault.Rule.SAME_STORE));
  }

  @Test
  void a_policy_of_ones_own_decides() {
    RotationPlan plan = world.plan();
    Approval alone = Approval.of(plan)
        .requester("Ann")
        .approver("Ann", world.now[0], "at the keyboard")
        .expires(world.now[0].plusSeconds(600))
        .build();
    ApprovalPolicy lax = new ApprovalPolicy(false, 1, 1, Duration.ofHours(1), Duration.ofHours(1));

    assertThat(world.rotator(journal, builder -> builder.approvalPolicy(lax)).execute(plan, alone))
        .isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_plan_that_grew_too_old_before_the_first_change_is_not_gone_on_with() {
    world.faults.put(callsUntil("issuer.issue"), FakeWorld.Fault.DIE_BEFORE);
    RotationPlan plan = world.plan();
    Approval approval =
        world.approving(plan).expires(FakeWorld.START.plus(Duration.ofDays(9))).build();
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOf(FakeWorld.Died.class);
    world.now[0] = FakeWorld.START.plus(Duration.ofDays(2));

    assertThat(resume().summary()).contains("Rolled back").contains("the plan was made at");
    assertThat(world.changes).isEmpty();
  }

  private RotationPlan blockedPlan() {
    FakeWorld other = new FakeWorld(7);
    other.state.slots().remove("key2");
    RotationPlan blocked = other.plan();
    assertThat(blocked.blockers()).isNotEmpty();
    return blocked;
  }

  @Test
  void a_risk_that_is_not_accepted_by_name_stops_everything_before_the_first_call() {
    world.usage = UsageSource.NONE;
    RotationPlan plan = world.plan();
    world.calls.clear();

    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("USE_UNKNOWN");
    assertThat(world.calls).isEmpty();
    assertThat(execute(Risk.USE_UNKNOWN)).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_plan_for_another_store_is_refused_before_the_first_call() {
    String json = world.plan().toJson().replace("\"vault\"", "\"attic\"");
    RotationPlan plan = RotationPlan.parse(json);
    world.calls.clear();

    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("attic");
    assertThat(world.calls).isEmpty();
  }

  @Test
  void a_slot_that_changed_since_the_plan_voids_it_and_nothing_is_changed() {
    for (String slot : List.of("key1", "key2")) {
      FakeWorld drifted = new FakeWorld(8);
      drifted.guard = false;
      RotationPlan plan = drifted.plan();
      drifted.state.slots().put(slot, new FakeWorld.Value(drifted.newValue(), FakeWorld.START));

      RotationResult result =
          drifted.rotator(new MemoryJournal()).execute(plan, drifted.approve(plan));

      assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
      assertThat(result.summary()).contains(slot).contains("changed by somebody else");
      assertThat(drifted.changes).isEmpty();
    }
  }

  @Test
  void whoever_uses_the_standby_slot_is_moved_to_the_exposed_one_first_and_then_with_all_others() {
    world.addApp("nightly", world.value("key2"));
    world.state.apps().get("till").put("KEY", world.value("key2"));

    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);

    assertThat(world.changes)
        .containsExactly(
            "adopt nightly",
            "adopt till",
            "regenerate key2 issue",
            "put store",
            "adopt shop",
            "adopt till",
            "adopt nightly",
            REGENERATE_KEY1,
            "disable acme-key/v1");
    for (String app : List.of("shop", "till", "nightly")) {
      assertThat(world.state.apps().get(app).get("KEY")).as(app).isEqualTo(world.value("key2"));
    }
  }

  @Test
  void whoever_was_moved_off_the_standby_slot_gets_it_back_while_it_still_holds_its_value() {
    world.addApp("nightly", world.value("key2"));
    var before = settings();
    world.faults.put(callsUntil("issuer.issue", "nightly"), FakeWorld.Fault.THROW_BEFORE);

    assertThat(execute()).isInstanceOf(RotationResult.RolledBack.class);

    assertThat(world.changes).containsExactly("adopt nightly", "adopt nightly");
    assertThat(world.state.apps()).isEqualTo(before);
  }

  @Test
  void whoever_was_moved_off_the_standby_slot_stays_where_it_works_once_that_is_regenerated() {
    world.addApp("nightly", world.value("key2"));
    world.unhealthyWithNew.add("till");

    assertThat(execute()).isInstanceOf(RotationResult.RolledBack.class);

    assertThat(world.state.apps().get("nightly").get("KEY")).isEqualTo(world.exposed());
    assertThat(world.state.apps().get("till").get("KEY")).isEqualTo(world.exposed());
    assertThat(world.changes).doesNotContain(REGENERATE_KEY1);
  }

  @Test
  void a_dependent_that_does_not_work_on_the_exposed_slot_goes_back_before_anything_dies() {
    world.addApp("nightly", world.value("key2"));
    world.unhealthyWithExposed.add("nightly");
    var before = settings();

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("app nightly does not run");
    assertThat(world.state.apps()).isEqualTo(before);
    assertThat(world.changes).containsExactly("adopt nightly", "adopt nightly");
  }

  @Test
  void somebody_who_began_to_use_the_standby_slot_closes_the_gate() {
    RotationPlan plan = world.plan();
    world.addApp("nightly", world.value("key2"));

    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("app nightly uses key2");
    assertThat(world.changes).isEmpty();
  }

  @Test
  void somebody_who_began_to_use_the_exposed_slot_before_the_run_closes_the_gate_at_once() {
    RotationPlan plan = world.plan();
    world.addApp("nightly", world.exposed());

    RotationResult result = world.rotator(journal).execute(plan, world.approve(plan));

    assertThat(result.summary()).contains("app nightly began to use key1");
    assertThat(world.changes).isEmpty();
  }

  @Test
  void somebody_who_begins_to_use_the_exposed_slot_during_the_run_stops_it_and_all_go_back() {
    var before = settings();
    world.after.put("dependent.adopt", () -> world.addApp("nightly", world.exposed()));

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("app nightly uses key1");
    world.state.apps().remove("nightly");
    assertThat(world.state.apps()).isEqualTo(before);
    assertThat(world.changes).doesNotContain(REGENERATE_KEY1);
  }

  @Test
  void the_standby_gate_is_tried_again_when_a_run_is_taken_up_before_its_first_change() {
    RotationPlan plan = world.plan();
    world.faults.put(callsUntil("issuer.issue"), FakeWorld.Fault.DIE_BEFORE);
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    world.addApp("nightly", world.value("key2"));

    RotationResult result = resume();

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).isEmpty();
  }

  /** Which call the first of a name is, in this world, counted from its beginning. */
  private static int callsUntil(String site, String... onStandby) {
    FakeWorld twin = new FakeWorld(7);
    for (String app : onStandby) {
      twin.addApp(app, twin.value("key2"));
    }
    RotationPlan plan = twin.plan();
    twin.rotator(new MemoryJournal()).execute(plan, twin.approve(plan));
    return twin.calls.indexOf(site) + 1;
  }

  @Test
  void the_gate_is_tried_again_when_the_process_died_just_before_revoking() {
    world.faults.put(callsUntil("issuer.revoke"), FakeWorld.Fault.DIE_BEFORE);
    assertThatThrownBy(this::execute).isInstanceOf(FakeWorld.Died.class);
    world.addApp("nightly", world.exposed());

    assertThat(resume())
        .isInstanceOfSatisfying(
            RotationResult.Stranded.class,
            stranded -> assertThat(stranded.now()).contains("app nightly uses key1"));
    assertThat(world.changes).doesNotContain(REGENERATE_KEY1);

    world.state.apps().remove("nightly");
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void an_approval_that_expired_before_the_first_change_is_void_when_the_run_is_taken_up() {
    world.faults.put(callsUntil("issuer.issue"), FakeWorld.Fault.DIE_BEFORE);
    assertThatThrownBy(this::execute).isInstanceOf(FakeWorld.Died.class);
    world.now[0] = FakeWorld.START.plusSeconds(9 * 3600);

    assertThat(resume().summary()).contains("Rolled back").contains("expired");
    assertThat(world.changes).isEmpty();
  }

  @Test
  void a_dependent_that_does_not_work_with_the_new_value_takes_everybody_back() {
    var before = settings();
    world.unhealthyWithNew.add("till");

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("app till does not run");
    assertThat(world.state.apps()).isEqualTo(before);
    assertThat(world.state.newest("acme-key").orElseThrow().value()).isEqualTo(world.exposed());
  }

  @Test
  void a_rollback_leaves_the_world_ready_for_the_next_plan() {
    world.unhealthyWithNew.add("till");
    execute();
    world.unhealthyWithNew.clear();
    world.now[0] = world.now[0].plusSeconds(60);

    assertThat(world.plan().blockers()).isEmpty();
    assertThat(execute()).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_setting_that_somebody_else_changed_meanwhile_is_not_overwritten() {
    world.guard = false;
    var before = settings();
    String foreign = "managed identity, no key";
    world.after.put(
        "store.put", () -> world.state.apps().get("till").replaceAll((n, v) -> foreign));

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("app till");
    assertThat(world.state.apps().get("till")).containsEntry("KEY", foreign);
    assertThat(world.state.apps().get("shop"))
        .as("the other one went back nevertheless")
        .isEqualTo(before.get("shop"));
    assertThat(world.changes).doesNotContain(REGENERATE_KEY1);
  }

  @Test
  void a_death_that_can_not_be_tried_strands_unless_that_was_accepted() {
    for (boolean accepted : List.of(true, false)) {
      FakeWorld firewalled = new FakeWorld(9);
      RotationPlan plan = firewalled.plan();
      firewalled.after.put("issuer.revoke", () -> firewalled.endpointsUnclear = true);

      RotationResult result = firewalled
          .rotator(new MemoryJournal())
          .execute(
              plan,
              accepted
                  ? firewalled.approve(plan, Risk.DEAD_BY_ISSUER_ONLY)
                  : firewalled.approve(plan));

      assertThat(result)
          .isInstanceOf(accepted ? RotationResult.Completed.class : RotationResult.Stranded.class);
      assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY");
    }
  }

  @Test
  void endpoints_behind_a_firewall_stop_the_run_before_anything_unless_that_was_accepted() {
    world.endpointsUnclear = true;

    assertThat(execute()).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).isEmpty();
    world.now[0] = world.now[0].plusSeconds(60);
    assertThat(execute(Risk.DEAD_BY_ISSUER_ONLY)).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_key_that_outlives_the_deadline_strands_loudly_and_completes_later() {
    world.probesUntilOldDies = 10_000;
    RotationResult result = execute();
    assertThat(result).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("ALIVE").contains("resume run");

    world.lingering.clear();
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
    assertThat(world.changes.stream().filter(REGENERATE_KEY1::equals)).hasSize(1);
  }

  @Test
  void an_interrupted_run_waits_and_goes_on_later() {
    world.after.put("dependent.adopt", () -> Thread.currentThread().interrupt());
    RotationResult result = execute();

    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(result).isInstanceOf(RotationResult.Suspended.class);
    assertThat(result.summary()).contains("interrupted");
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_call_that_an_interruption_cuts_short_is_no_reason_to_go_back() {
    for (String call : List.of("issuer.issue", "store.put", "dependent.adopt", "issuer.revoke")) {
      FakeWorld cut = new FakeWorld(7);
      RotationJournal memory = RotationJournal.file(folder.resolve(call));
      cut.faults.put(callsUntil(call), FakeWorld.Fault.CUT_SHORT);
      RotationPlan plan = cut.plan();

      RotationResult result = cut.rotator(memory).execute(plan, cut.approve(plan));

      assertThat(Thread.interrupted()).as(call).isTrue();
      assertThat(result).as(call).isInstanceOf(RotationResult.Suspended.class);
      cut.faults.clear();
      assertThat(cut.rotator(memory).resume(result.runId()))
          .as(call)
          .isInstanceOf(RotationResult.Completed.class);
    }
  }

  @Test
  void a_run_that_is_unknown_or_over_is_not_taken_up() {
    RotationResult result = execute();
    world.calls.clear();

    assertThatThrownBy(() -> world.rotator(journal).resume("20260101T000000Z-00000000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("knows no run");
    assertThatThrownBy(() -> world.rotator(journal).resume(result.runId()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has ended");
    assertThat(world.calls).isEmpty();
  }

  @Test
  void the_same_trigger_twice_is_one_run() {
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    world.faults.put(callsUntil("store.put"), FakeWorld.Fault.DIE_AFTER);
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOf(FakeWorld.Died.class);
    world.now[0] = world.now[0].plusSeconds(5);

    assertThatThrownBy(() -> world.rotator(journal).execute(plan, approval))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("executes this plan");
    assertThat(resume()).isInstanceOf(RotationResult.Completed.class);
    world.now[0] = world.now[0].plusSeconds(5);
    int changes = world.changes.size();
    assertThat(world.rotator(journal).execute(plan, approval))
        .isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).hasSize(changes);
  }

  @Test
  void two_rotators_on_one_journal_do_not_work_at_once() {
    RotationJournal file = RotationJournal.file(folder.resolve("journal"));
    RotationPlan plan = world.plan();
    RotationPlan other = RotationPlan.parse(plan.toJson().replace("account acme", "the account"));
    world.after.put("issuer.issue", () -> {
      int calls = world.calls.size();
      assertThatThrownBy(() -> world.rotator(file).execute(other, world.approve(other)))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("another worker");
      assertThat(world.calls).hasSize(calls);
    });

    assertThat(world.rotator(file).execute(plan, world.approve(plan)))
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(world.after).isEmpty();
  }

  @Test
  void a_value_that_is_lost_in_a_crash_is_read_again_where_it_was_found() throws Exception {
    for (boolean withSources : List.of(true, false)) {
      FakeWorld crashed = new FakeWorld(7);
      crashed.state.versions().clear();
      MemoryJournal memory = new MemoryJournal();
      RotationPlan plan = crashed.plan();
      crashed.after.put("issuer.revoke", () -> {
        throw new FakeWorld.Died();
      });
      assertThatThrownBy(() -> crashed.rotator(memory).execute(plan, crashed.approve(plan)))
          .isInstanceOf(FakeWorld.Died.class);
      RotationResult result = crashed
          .rotator(memory, builder -> withSources ? crashed.reading(builder) : builder)
          .resume(memory.unfinished().get(0));

      assertThat(result)
          .as("%s", result)
          .isInstanceOf(
              withSources ? RotationResult.Completed.class : RotationResult.Stranded.class);
      assertThat(result.summary()).contains(withSources ? "DEAD since" : "DEAD_BY_ISSUER_ONLY");
    }
  }

  @Test
  void an_issuer_that_hands_out_another_value_than_it_lists_does_not_reach_the_dependents() {
    RotationPlan plan = world.plan();
    world.first.put("issuer.issue", FakeWorld.Fault.DIE_AFTER);
    world.probesUntilOldDies = 10;
    assertThatThrownBy(() -> world.rotator(journal).execute(plan, world.approve(plan)))
        .isInstanceOf(FakeWorld.Died.class);
    // The read of the new value is stale: it is the old standby value, dead already.
    world.first.put("issuer.read", FakeWorld.Fault.STALE);

    RotationResult result = world.rotator(journal).resume(journal.unfinished().get(0));

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("was read as another value");
    assertThat(world.changes).containsExactly("regenerate key2 issue");
  }

  @Test
  void code_that_breaks_its_contract_is_named_and_its_message_is_not_repeated() {
    world.faults.put(callsUntil("store.put"), FakeWorld.Fault.BREAK_CONTRACT);

    RotationResult result = execute();

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("java.lang.IllegalStateException");
    assertThat(Canary.of(world.exposed()).leaksIn(result.toString() + journal)).isEmpty();
  }

  @Test
  void a_broken_journal_stops_the_run_before_the_call() throws Exception {
    Path file = folder.resolve("journal");
    RotationPlan plan = world.plan();
    Files.writeString(file, "{\"schema\":\"something else\"}\n");
    world.calls.clear();

    assertThatThrownBy(
            () -> world.rotator(RotationJournal.file(file)).execute(plan, world.approve(plan)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("journal:1");
    assertThat(world.calls).isEmpty();
  }

  @Test
  void a_dependent_that_vanished_after_planning_stops_the_run_before_anything_is_changed() {
    RotationPlan plan = world.plan();
    Approval approval = world.approve(plan);
    world.state.apps().remove("till");
    world.guard = false;
    RotationResult result = world.rotator(journal).execute(plan, approval);
    assertThat(result).isInstanceOfSatisfying(RotationResult.RolledBack.class, back -> {
      assertThat(back.code()).isEqualTo(ResultCode.UNTOUCHED);
      assertThat(back.why()).isEqualTo("there is no app till");
    });
    assertThat(world.changes).isEmpty();
  }
}
