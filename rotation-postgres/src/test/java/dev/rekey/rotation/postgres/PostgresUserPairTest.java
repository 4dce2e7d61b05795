package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.UsageSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Extension.class)
class PostgresUserPairTest {
  private PostgresServer server;
  private PostgresLab lab;

  @BeforeEach
  void set_up(PostgresServer started) {
    server = started;
    lab = new PostgresLab(server);
  }

  private Snapshot.Slot slot(PostgresUserPair pair, String user) throws RotationException {
    return pair.snapshot().slot(user).orElseThrow();
  }

  private static boolean opens(PostgresUserPair pair, String user, String password)
      throws RotationException {
    try (Secret secret = Secret.of(password)) {
      ProbeAnswer answer = pair.probe(user, secret).get(0);
      assertThat(answer).isNotInstanceOf(ProbeAnswer.Unclear.class);
      return answer instanceof ProbeAnswer.Accepted;
    }
  }

  @Test
  void a_new_password_is_told_once_and_shows_by_its_fingerprint() throws RotationException {
    PostgresUserPair pair = lab.pair();
    assertThat(slot(pair, lab.second)).isEqualTo(Snapshot.Slot.VACANT);
    Snapshot.Slot untouched = slot(pair, lab.first);
    assertThat(untouched.isVacant()).isFalse();
    assertThat(untouched.fingerprint()).isEmpty();

    String password = lab.issue(pair, lab.second);

    assertThat(opens(pair, lab.second, password)).isTrue();
    assertThat(opens(pair, lab.first, lab.exposed)).isTrue();
    assertThat(slot(pair, lab.first)).isEqualTo(untouched);
    Snapshot.Slot fresh = slot(pair, lab.second);
    assertThat(fresh.fingerprint()).contains(lab.fingerprint(password));
    assertThat(fresh.issuedAt().orElseThrow())
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
    assertThat(pair.read(lab.second)).isEmpty();
    String again = lab.issue(pair, lab.second);
    assertThat(opens(pair, lab.second, password)).isFalse();
    assertThat(opens(pair, lab.second, again)).isTrue();
    assertThat(slot(pair, lab.second).issuedAt().orElseThrow())
        .isAfter(fresh.issuedAt().orElseThrow());
    assertThat(slot(pair, lab.second).identity()).isNotEqualTo(fresh.identity());
  }

  @Test
  void a_revoked_password_opens_nothing_and_its_sessions_are_ended() throws Exception {
    PostgresUserPair pair = lab.pair();
    Snapshot.Slot before = slot(pair, lab.first);
    try (Connection session = lab.connect(lab.first, lab.exposed)) {
      Sessions open = pair.sessions(lab.first);
      assertThat(open.possible()).isTrue();
      assertThat(open.what())
          .contains("1 open sessions of " + lab.first, "an address that is not shown");
      UsageSource.Usage use = lab.users(PostgresServer.SUPERUSER)
          .openSessions()
          .usesOf(pair, lab.first, before, Instant.EPOCH);
      assertThat(use).isInstanceOf(UsageSource.Usage.Counted.class);
      assertThat(((UsageSource.Usage.Counted) use).count()).isEqualTo(1);
      assertThat(((UsageSource.Usage.Counted) use).callers().get(0))
          .contains("from 127.0.0.1 (PostgreSQL JDBC Driver)");

      pair.revoke(lab.first, PostgresLab.ATTEMPT);

      assertThatThrownBy(() -> PostgresServer.query(session, "SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(pair.sessions(lab.first)).isEqualTo(Sessions.NONE);
    UsageSource.Usage use =
        lab.users().openSessions().usesOf(pair, lab.first, before, Instant.EPOCH);
    assertThat(use).isInstanceOf(UsageSource.Usage.Unknown.class);
    assertThat(((UsageSource.Usage.Unknown) use).why()).contains("those of the past are not seen");
    assertThat(opens(pair, lab.first, lab.exposed)).isFalse();
    Snapshot.Slot after = slot(pair, lab.first);
    assertThat(after.identity()).isNotEqualTo(before.identity());
    assertThat(after.fingerprint()).isEmpty();
    assertThat(after.issuedAt()).isPresent();
    pair.revoke(lab.first, PostgresLab.ATTEMPT);
    assertThat(slot(pair, lab.first).issuedAt().orElseThrow())
        .isAfter(after.issuedAt().orElseThrow());
  }

  @Test
  void sessions_of_a_password_that_was_revoked_by_a_call_whose_end_nobody_saw_are_ended()
      throws Exception {
    PostgresUserPair pair = lab.pair();
    try (Connection session = lab.connect(lab.first, lab.exposed)) {
      pair.endSessions(lab.first, PostgresLab.ATTEMPT);
      assertThatThrownBy(() -> PostgresServer.query(session, "SELECT 1"))
          .isInstanceOf(SQLException.class);
      pair.endSessions(lab.first, PostgresLab.ATTEMPT);
    }
    assertThat(pair.sessions(lab.first)).isEqualTo(Sessions.NONE);
    assertThatThrownBy(() -> pair.endSessions("postgres", PostgresLab.ATTEMPT))
        .isInstanceOf(RotationException.class);
  }

  @Test
  void sessions_that_may_not_be_ended_are_told() throws Exception {
    server.sql("REVOKE pg_signal_backend FROM keeper");
    try (Connection session = lab.connect(lab.first, lab.exposed)) {
      PostgresUserPair pair = lab.pair();
      pair.revoke(lab.first, PostgresLab.ATTEMPT);
      assertThat(opens(pair, lab.first, lab.exposed)).isFalse();
      assertThat(PostgresServer.query(session, "SELECT 1")).isEqualTo("1");
      assertThat(pair.sessions(lab.first).possible()).isTrue();
    } finally {
      server.sql("GRANT pg_signal_backend TO keeper");
    }
  }

  @Test
  void a_change_by_somebody_else_shows_where_the_server_lets_it_be_seen() throws Exception {
    PostgresUserPair pair = lab.pair(lab.users(PostgresServer.SUPERUSER));
    Snapshot.Slot untouched = slot(pair, lab.first);
    assertThat(untouched.issuedAt()).isEmpty();
    lab.issue(pair, lab.second);
    Snapshot.Slot ours = slot(pair, lab.second);
    try (Secret other = lab.passwords.next()) {
      String verifier = ScramVerifier.of(other, 4096, new byte[] {5});
      server.sql(
          "ALTER ROLE " + lab.first + " PASSWORD '" + verifier + "'",
          "ALTER ROLE " + lab.second + " PASSWORD '" + verifier + "'");
    }
    Snapshot.Slot theirs = slot(pair, lab.second);
    assertThat(theirs.identity()).isNotEqualTo(ours.identity());
    assertThat(theirs.fingerprint()).as("the mark is about another password").isEmpty();
    assertThat(theirs.issuedAt().orElseThrow()).isAfter(ours.issuedAt().orElseThrow());
    assertThat(slot(pair, lab.first).identity()).isNotEqualTo(untouched.identity());
    server.sql("ALTER ROLE " + lab.first + " PASSWORD NULL");
    assertThat(slot(pair, lab.first).identity()).endsWith("without a password");
    assertThat(slot(pair, lab.first).isVacant()).isFalse();
  }

  @Test
  void what_people_wrote_about_a_user_stays() throws RotationException {
    String text = "Ann's \\ user: see [the wiki]";
    server.sql("COMMENT ON ROLE " + lab.first + " IS " + Quoted.text(text));
    lab.pair().revoke(lab.first, PostgresLab.ATTEMPT);
    assertThat(server.query("SELECT shobj_description('" + lab.first + "'::regrole, 'pg_authid')"))
        .startsWith(text + " [rekey 1 at=")
        .contains(" by=20261201-run/issue value=nobody's verifier=");
  }

  @Test
  void a_clock_that_was_set_back_makes_no_time_go_back() throws RotationException {
    PostgresUserPair pair = lab.pair();
    Instant far =
        Instant.now().plusSeconds(3_600).truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    Mark mark =
        Mark.of(far, PostgresLab.ATTEMPT, java.util.Optional.empty(), lab.fingerprint("whatever"));
    server.sql("COMMENT ON ROLE " + lab.first + " IS " + Quoted.text(mark.text()));
    pair.revoke(lab.first, PostgresLab.ATTEMPT);
    assertThat(slot(pair, lab.first).issuedAt()).contains(far.plusNanos(1_000));
  }

  @Test
  void a_lack_of_rights_is_told_and_changes_nothing() throws Exception {
    String weak = PostgresServer.name("trusted");
    server.sql("CREATE ROLE trusted LOGIN");
    try {
      PostgresUserPair pair = lab.pair(lab.users("trusted"));
      Snapshot before = pair.snapshot();
      assertThatThrownBy(() -> lab.issue(pair, lab.second))
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("giving " + lab.second + " a new password failed")
          .hasMessageContaining("SQLSTATE 42501")
          .hasMessageContaining("it needs CREATEROLE");
      assertThatThrownBy(() -> pair.revoke(lab.first, PostgresLab.ATTEMPT))
          .hasMessageContaining("42501");
      assertThat(pair.snapshot()).isEqualTo(before);
      assertThat(opens(pair, lab.first, lab.exposed)).isTrue();
      // Rights for a part of it only: the whole is undone.
      server.sql(
          "CREATE ROLE " + weak,
          "ALTER ROLE trusted CREATEROLE",
          "GRANT CREATE ON DATABASE " + lab.database + " TO " + lab.first);
      assertThatThrownBy(() -> lab.issue(pair, lab.second)).hasMessageContaining("42501");
      assertThat(pair.snapshot()).isEqualTo(before);
    } finally {
      server.sql("DROP ROLE trusted");
    }
  }

  @Test
  void whoever_would_lock_itself_out_is_stopped() throws Exception {
    server.sql("ALTER ROLE " + lab.first + " SUPERUSER");
    var own = server.logins(lab.database);
    own.setUser(lab.first);
    own.setPassword(lab.exposed);
    PostgresUserPair pair = lab.pair(lab.users(own, server.logins(lab.database)));
    assertThatThrownBy(() -> pair.revoke(lab.first, PostgresLab.ATTEMPT))
        .hasMessageContaining("one of the pair");
    assertThatThrownBy(() -> lab.issue(pair, lab.second)).hasMessageContaining("one of the pair");
    assertThat(opens(pair, lab.first, lab.exposed)).isTrue();
  }

  @Test
  void there_is_nobody_to_be_like_and_nobody_to_revoke() {
    PostgresUserPair pair = lab.pair();
    assertThatThrownBy(() -> lab.issue(pair, lab.first))
        .hasMessageContaining("there is no user " + lab.second);
    assertThatThrownBy(() -> pair.revoke(lab.second, PostgresLab.ATTEMPT))
        .hasMessageContaining("there is no user " + lab.second);
    assertThatThrownBy(() -> pair.revoke("postgres", PostgresLab.ATTEMPT))
        .hasMessageContaining("postgres is none of the PostgreSQL users");
  }

  @Test
  void the_name_moves_with_the_password_and_calls_are_told_without_values() {
    PostgresUserPair pair = lab.pair();
    assertThat(pair.beside(lab.first, lab.second)).isEqualTo(Map.of(lab.first, lab.second));
    String told = pair.describeIssue(lab.second) + "\n" + pair.describeRevoke(lab.first);
    assertThat(told).contains("ALTER ROLE \"" + lab.second + "\" PASSWORD", "pg_terminate_backend");
    Canary.assertAbsent(told, lab.exposed, "the plan");
    assertThat(pair.label())
        .isEqualTo("PostgreSQL users " + lab.first + " and " + lab.second + " of orders-db");
    assertThat(List.of(pair.toString(), lab.users().toString()))
        .allSatisfy(text -> assertThat(text).contains(lab.first));
  }
}
