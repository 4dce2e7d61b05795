package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationListenerTest {
  private final FakeWorld world = new FakeWorld(7);
  private final MemoryJournal journal = new MemoryJournal();
  private final List<RotationEvent> told = new ArrayList<>();

  private Rotator rotator(RotationListener listener) {
    return world.rotator(journal, builder -> builder.listener(listener));
  }

  private RotationResult execute(Rotator rotator) {
    RotationPlan plan = world.plan();
    return rotator.execute(plan, world.approve(plan));
  }

  private List<String> lines() {
    return told.stream().map(RotationListenerTest::line).toList();
  }

  private static String line(RotationEvent event) {
    if (event instanceof RotationEvent.StepBegun begun) {
      return "begun " + begun.step() + " " + begun.target();
    } else if (event instanceof RotationEvent.StepEnded ended) {
      return "ended " + ended.step() + " " + ended.target();
    } else if (event instanceof RotationEvent.StepRecovered recovered) {
      return "recovered " + recovered.step() + " " + recovered.target() + ": " + recovered.how();
    } else if (event instanceof RotationEvent.Finished finished) {
      return "finished " + finished.result().getClass().getSimpleName();
    } else {
      return event.getClass().getSimpleName();
    }
  }

  @Test
  void a_run_is_told_from_its_start_to_its_result_on_the_calling_thread() {
    Thread caller = Thread.currentThread();
    RotationResult result = execute(rotator(event -> {
      if (Thread.currentThread().equals(caller)) {
        told.add(event);
      }
    }));

    assertThat(lines())
        .containsExactly(
            "Started",
            "begun issue key2",
            "ended issue key2",
            "begun store acme-key",
            "ended store acme-key",
            "begun adopt.0 shop",
            "ended adopt.0 shop",
            "begun adopt.1 till",
            "ended adopt.1 till",
            "begun revoke key1",
            "ended revoke key1",
            "begun prove key1",
            "ended prove key1",
            "begun retire.0 acme-key/v1",
            "ended retire.0 acme-key/v1",
            "finished Completed");
    assertThat(told).extracting(RotationEvent::runId).containsOnly(result.runId());
    assertThat(told).extracting(RotationEvent::at).isSorted();
    assertThat(told.get(told.size() - 1))
        .isEqualTo(new RotationEvent.Finished(result, world.now[0]));
  }

  @Test
  void a_step_that_is_found_done_is_told_as_recovered() {
    world.after.put("store.put", () -> {
      throw new FakeWorld.Died();
    });
    Rotator rotator = rotator(told::add);
    assertThatThrownBy(() -> execute(rotator)).isInstanceOf(FakeWorld.Died.class);
    assertThat(lines()).endsWith("begun store acme-key");
    told.clear();

    rotator.resume(journal.unfinished().get(0));

    assertThat(lines())
        .startsWith(
            "Resumed",
            "recovered store acme-key: version acme-key/v2 was put",
            "begun adopt.0 shop")
        .doesNotContain("ended store acme-key");
  }

  @Test
  void what_is_undone_is_told_too() {
    world.unhealthyWithNew.add("till");

    execute(rotator(told::add));

    assertThat(lines())
        .containsSubsequence(
            "begun adopt.1 till",
            "begun rollback ",
            "begun rollback.store acme-key",
            "ended rollback.store acme-key",
            "begun rollback.0 shop",
            "ended rollback.0 shop",
            "begun rollback.1 till",
            "ended rollback.1 till",
            "finished RolledBack")
        .doesNotContain("ended adopt.1 till");
  }

  @Test
  void a_listener_that_throws_is_logged_without_its_message_and_the_run_goes_on() {
    try (Logs logs = new Logs()) {
      RotationResult result = execute(rotator(event -> {
        throw new IllegalStateException("broken: " + world.exposed());
      }));

      assertThat(result).isInstanceOf(RotationResult.Completed.class);
      assertThat(logs.text())
          .contains("the listener threw java.lang.IllegalStateException at StepBegun")
          .contains("at Finished");
      assertThat(Canary.of(world.exposed()).leaksIn(logs.text())).isEmpty();
    }
  }

  @Test
  void a_listener_that_freezes_before_a_call_keeps_it_from_being_made() {
    for (String step : List.of("issue", "store", "adopt.1", "revoke", "retire.0")) {
      FakeWorld frozen = new FakeWorld(7);
      MemoryJournal memory = new MemoryJournal();
      Rotator[] rotator = new Rotator[1];
      List<String> changes = new ArrayList<>();
      rotator[0] = frozen.rotator(
          memory,
          builder -> builder.listener(event -> {
            if (line(event).startsWith("begun " + step)) {
              changes.addAll(frozen.changes);
              rotator[0].freeze();
            }
          }));
      RotationPlan plan = frozen.plan();

      RotationResult result = rotator[0].execute(plan, frozen.approve(plan));

      assertThat(result)
          .as(step)
          .isInstanceOfSatisfying(
              RotationResult.Suspended.class,
              suspended -> assertThat(suspended.code()).isEqualTo(ResultCode.FROZEN));
      assertThat(frozen.changes).as(step).isEqualTo(changes);
      assertThat(frozen.rotator(memory).resume(result.runId()))
          .as(step)
          .isInstanceOf(RotationResult.Completed.class);
    }
  }

  @Test
  void whoever_is_told_of_the_end_may_begin_what_comes_next() {
    Rotator[] rotator = new Rotator[1];
    List<RotationResult> next = new ArrayList<>();
    world.after.put(
        "dependent.adopt", () -> rotator[0].cancel(journal.unfinished().get(0)));
    rotator[0] = rotator(event -> {
      told.add(event);
      if (event instanceof RotationEvent.Finished finished
          && finished.result() instanceof RotationResult.Suspended) {
        next.add(rotator[0].resume(finished.runId()));
      }
    });

    assertThat(execute(rotator[0])).isInstanceOf(RotationResult.Suspended.class);

    assertThat(next).singleElement().isInstanceOf(RotationResult.Completed.class);
  }

  @Test
  void a_journal_that_breaks_ends_the_events_without_a_result() {
    RotationPlan plan = world.plan();
    RotationJournal broken = new BreaksAt(journal, 4);
    Rotator rotator = world.rotator(broken, builder -> builder.listener(told::add));

    assertThatThrownBy(() -> rotator.execute(plan, world.approve(plan)))
        .isInstanceOf(JournalException.class);

    assertThat(lines()).containsExactly("Started", "begun issue key2", "ended issue key2");
  }

  /** A journal whose disk is full from one entry on. */
  private static final class BreaksAt implements RotationJournal {
    private final RotationJournal inner;
    private int left;

    BreaksAt(RotationJournal inner, int at) {
      this.inner = inner;
      this.left = at;
    }

    @Override
    public Lease lease(String runId) {
      Lease lease = inner.lease(runId);
      return new Lease() {
        @Override
        public long epoch() {
          return lease.epoch();
        }

        @Override
        public void append(JournalEntry entry) {
          left--;
          if (left <= 0) {
            throw new JournalException("no space left");
          }
          lease.append(entry);
        }

        @Override
        public void close() {
          lease.close();
        }
      };
    }

    @Override
    public List<JournalEntry> entries(String runId) {
      return inner.entries(runId);
    }

    @Override
    public List<String> unfinished() {
      return inner.unfinished();
    }
  }
}
