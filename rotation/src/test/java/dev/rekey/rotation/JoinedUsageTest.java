package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.UsageSource.Usage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several usage sources as one. */
class JoinedUsageTest {
  private static final Instant SOON = Instant.parse("2026-11-24T08:00:00Z");
  private static final Usage NOBODY = new Usage.Counted(0, List.of());

  private final FakeWorld world = new FakeWorld(53);

  private Usage ask(UsageSource... sources) throws RotationException {
    return UsageSource.of(sources).usesOf(world.issuer, "key1", Snapshot.Slot.VACANT, SOON);
  }

  private static UsageSource saying(Usage usage) {
    return (issuer, slot, held, since) -> usage;
  }

  private static UsageSource seen(long count, String... callers) {
    return saying(new Usage.Counted(count, List.of(callers)));
  }

  private static UsageSource unknown(String why) {
    return saying(new Usage.Unknown(why));
  }

  @Test
  void a_use_counts_whichever_source_saw_it() throws RotationException {
    assertThat(ask(seen(0), seen(2, "10.0.0.7")))
        .isEqualTo(new Usage.Counted(2, List.of("10.0.0.7")));
    assertThat(ask(seen(1, "10.0.0.7"), seen(2, "shop", "10.0.0.7")))
        .isEqualTo(new Usage.Counted(3, List.of("10.0.0.7", "shop")));
  }

  @Test
  void who_does_not_know_is_passed_over_while_another_does() throws RotationException {
    assertThat(ask(unknown("no logs"), seen(0), unknown("no database"))).isEqualTo(NOBODY);
  }

  @Test
  void the_reasons_of_all_are_told_where_nobody_knows() throws RotationException {
    assertThat(ask(unknown("no logs"), unknown("no database")))
        .isEqualTo(new Usage.Unknown("no logs; no database"));
    assertThat(ask()).isEqualTo(new Usage.Unknown("no usage source is connected"));
  }

  @Test
  void nothing_is_concluded_before_all_that_will_know_are_heard() throws RotationException {
    Usage.Later later = new Usage.Later("logs lag", SOON);
    Usage.Later latest = new Usage.Later("others lag more", SOON.plusSeconds(9));
    assertThat(ask(seen(0), saying(later))).isEqualTo(later);
    assertThat(ask(saying(latest), seen(3, "shop"), saying(later))).isEqualTo(latest);
    assertThat(ask(saying(later), saying(latest))).isEqualTo(latest);
  }

  @Test
  void callers_without_a_name_may_be_anybody_whoever_else_is_named() throws RotationException {
    assertThat(ask(seen(1), seen(2, "shop"))).isEqualTo(new Usage.Counted(3, List.of()));
  }

  @Test
  void a_source_that_fails_is_a_failure() {
    UsageSource failing = (issuer, slot, held, since) -> {
      throw new RotationException("broken");
    };
    assertThatThrownBy(() -> ask(seen(0), failing)).hasMessageContaining("broken");
  }
}
