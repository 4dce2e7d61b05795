package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MarkTest {
  private static final Instant AT = Instant.parse("2026-12-01T07:08:09.123456Z");
  private static final Fingerprint ONE = new Fingerprint("0".repeat(16), "1".repeat(64));
  private static final Fingerprint TWO = new Fingerprint("0".repeat(16), "2".repeat(64));
  private static final AttemptId ATTEMPT = new AttemptId("run-1", "issue");

  @Test
  void a_mark_is_read_as_it_was_written_and_keeps_what_people_wrote() {
    Mark issued = Mark.of(AT, ATTEMPT, Optional.of(ONE), TWO);
    Mark revoked = Mark.of(AT.plusNanos(1_000), ATTEMPT, Optional.empty(), ONE);
    for (String comment : List.of("", "the shop's user", "see [wiki] \\ 'x' \"y\"\nline two")) {
      String with = issued.into(comment);
      assertThat(Mark.in(with)).contains(issued);
      String again = revoked.into(with);
      assertThat(Mark.in(again)).contains(revoked);
      assertThat(again).startsWith(comment).endsWith(revoked.text()).doesNotContain(TWO.hex());
      assertThat(again.length())
          .isEqualTo(
              comment.length() + (comment.isEmpty() ? 0 : 1) + revoked.text().length());
    }
  }

  @Test
  void what_is_no_mark_is_none() {
    String text = Mark.of(AT, ATTEMPT, Optional.of(ONE), TWO).text();
    for (String other : List.of(
        "",
        "[rekey 1]",
        text.replace("2026", "soon"),
        text.replace("[rekey 1 ", "[rekey 2 "),
        text.replace("1".repeat(64), "1".repeat(63)))) {
      assertThat(Mark.in(other)).as(other).isEmpty();
    }
  }
}
