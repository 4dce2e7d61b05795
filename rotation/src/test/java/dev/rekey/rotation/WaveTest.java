package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.exposure.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Who is moved when, and that nobody is moved before those who were moved earlier work. */
class WaveTest {
  private final FakeWorld world = new FakeWorld(61);
  private final MemoryJournal journal = new MemoryJournal();

  private RotationPlan plan(String canary) {
    return world
        .planner(builder -> builder.waves(
            user -> user.id().equals(canary) ? Optional.of(Wave.CANARY) : Optional.empty()))
        .plan(world.exposure(Signal.no("a test"), "till"));
  }

  private RotationResult execute(RotationPlan plan, Duration soak) {
    return world.rotator(journal, b -> b.soak(soak)).execute(plan, world.approve(plan));
  }

  @Test
  void whoever_is_known_not_to_serve_production_goes_first_and_the_first_of_all_is_the_canary() {
    world.addApp("lab", world.exposed());

    RotationPlan plan =
        world.planner(Function.identity()).plan(world.exposure(Signal.no("a test"), "till", "lab"));

    assertThat(plan.moved())
        .extracting(RotationPlan.User::id)
        .containsExactly("lab", "till", "shop");
    assertThat(plan.moved())
        .extracting(RotationPlan.User::wave)
        .containsExactly(Wave.CANARY, Wave.NON_PRODUCTION, Wave.PRODUCTION);
    assertThat(RotationPlan.parse(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void the_caller_names_the_canary() {
    assertThat(plan("shop").moved())
        .extracting(RotationPlan.User::id)
        .containsExactly("shop", "till");
  }

  @Test
  void followers_of_the_store_get_the_new_value_with_production() {
    RotationPlan plan = plan("till");
    assertThat(plan.publish()).isEqualTo(Wave.PRODUCTION);

    assertThat(execute(plan, Duration.ZERO)).isInstanceOf(RotationResult.Completed.class);

    assertThat(world.changes)
        .startsWith("regenerate key2 issue", "adopt till", "put store", "adopt shop");
  }

  @Test
  void a_name_that_nobody_follows_is_put_first() {
    world.state.versions().clear();
    RotationPlan plan = plan("till");
    assertThat(plan.publish()).isEqualTo(Wave.CANARY);

    assertThat(execute(plan, Duration.ZERO)).isInstanceOf(RotationResult.Completed.class);

    assertThat(world.changes)
        .startsWith("regenerate key2 issue", "put store", "adopt till", "adopt shop");
  }

  @Test
  void a_canary_that_falls_ill_saves_the_others() {
    world.unhealthyWithNew.add("till");

    RotationResult result = execute(plan("till"), Duration.ZERO);

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).containsExactly("regenerate key2 issue", "adopt till", "adopt till");
  }

  @Test
  void a_canary_that_falls_ill_while_it_is_given_its_time_saves_the_others() {
    world.proof =
        new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(20));
    RotationResult waiting = execute(plan("till"), Duration.ofHours(2));
    assertThat(waiting).isInstanceOf(RotationResult.Suspended.class);
    assertThat(waiting.summary()).contains("the canary wave is given its time");
    assertThat(((RotationResult.Suspended) waiting).until()).isPresent();
    world.unhealthyWithNew.add("till");
    world.now[0] = ((RotationResult.Suspended) waiting).until().get();

    RotationResult result =
        world.rotator(journal, b -> b.soak(Duration.ofHours(2))).resume(waiting.runId());

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.changes).containsExactly("regenerate key2 issue", "adopt till", "adopt till");
  }

  @Test
  void each_wave_has_its_time_once() {
    RotationPlan plan = plan("till");
    RotationResult result = execute(plan, Duration.ofHours(2));
    int waits = 0;
    while (result instanceof RotationResult.Suspended suspended) {
      waits++;
      world.now[0] = suspended.until().orElseThrow();
      result = world.rotator(journal, b -> b.soak(Duration.ofHours(2))).resume(suspended.runId());
    }
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(waits).isEqualTo(2);
    assertThat(journal.entries(result.runId()))
        .filteredOn(entry ->
            entry.step().startsWith(Steps.SOAK) && entry.phase() == JournalEntry.Phase.OUTCOME)
        .extracting(JournalEntry::step)
        .isEqualTo(List.of("soak.canary", "soak.production"));
  }

  @Test
  void a_run_that_needed_a_person_while_a_wave_had_its_time_has_it_once_more_and_ends() {
    RotationPlan plan = plan("till");
    RotationResult.Suspended waits = (RotationResult.Suspended) execute(plan, Duration.ofHours(2));
    world.now[0] = waits.until().orElseThrow();
    world.first.put("issuers.issuer", FakeWorld.Fault.THROW_BEFORE);
    Rotator rotator = world.rotator(journal, b -> b.soak(Duration.ofHours(2)));
    assertThat(rotator.resume(waits.runId())).isInstanceOf(RotationResult.Stranded.class);

    RotationResult result = rotator.resume(waits.runId());
    int more = 0;
    while (result instanceof RotationResult.Suspended suspended && more < 10) {
      more++;
      world.now[0] = suspended.until().orElseThrow();
      result = rotator.resume(suspended.runId());
    }
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    assertThat(more).as("the canaries once more, then production").isEqualTo(2);
  }
}
