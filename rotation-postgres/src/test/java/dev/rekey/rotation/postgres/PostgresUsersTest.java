package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Extension.class)
class PostgresUsersTest {
  private PostgresServer server;
  private PostgresLab lab;

  @BeforeEach
  void set_up(PostgresServer started) {
    server = started;
    lab = new PostgresLab(server);
  }

  private Optional<String> found(PostgresUsers users, String value, Map<String, String> beside)
      throws RotationException {
    try (Secret secret = Secret.of(value)) {
      return users
          .findIssuing(lab.credential(value, beside), Optional.of(secret))
          .map(IssuerFinder.Holding::slot);
    }
  }

  private void untold(PostgresUsers users, String value, Map<String, String> beside, String why) {
    assertThatThrownBy(() -> found(users, value, beside))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining(why)
        .satisfies(e -> Canary.assertAbsent(e.toString(), value, "the message"));
  }

  @Test
  void the_user_whose_password_it_is_is_found_by_logging_in() throws RotationException {
    assertThat(found(lab.users(), lab.exposed, Map.of())).contains(lab.first);
    assertThat(found(lab.users(), lab.exposed + "x", Map.of())).isEmpty();
    String second = lab.issue(lab.pair(), lab.second);
    assertThat(found(lab.users(), second, Map.of())).contains(lab.second);
  }

  @Test
  void without_the_value_it_can_t_be_told() {
    assertThatThrownBy(
            () -> lab.users().findIssuing(lab.credential("x", Map.of()), Optional.empty()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("can't be told without the value");
  }

  @Test
  void who_stands_beside_it_and_is_another_is_not_asked_for() throws RotationException {
    assertThat(lab.users()
            .findIssuing(lab.credential("x", Map.of("user", "somebody")), Optional.empty()))
        .isEmpty();
    assertThat(found(lab.users(), lab.exposed, Map.of("user", lab.second))).isEmpty();
    assertThat(found(lab.users(), lab.exposed, Map.of("user", lab.first.replace("_", "%5F"))))
        .contains(lab.first);
  }

  @Test
  void another_server_or_database_beside_it_is_not_taken_for_this_one() throws RotationException {
    String port = Integer.toString(server.port());
    assertThat(found(
            lab.users(),
            lab.exposed,
            Map.of("host", "127.0.0.1", "port", port, "database", lab.database)))
        .contains(lab.first);
    Map<String, String> elsewhere = Map.of("host", "db.acme.test", "port", port);
    untold(lab.users(), lab.exposed, elsewhere, "beside db.acme.test:" + port);
    assertThat(found(lab.users().alsoAt("DB.acme.test:" + port), lab.exposed, elsewhere))
        .contains(lab.first);
    untold(lab.users(), lab.exposed, Map.of("host", "localhost"), "beside localhost:5432 and not");
    untold(
        lab.users(),
        lab.exposed,
        Map.of("database", "nowhere"),
        "the database nowhere, which this server does not have");
    assertThat(found(lab.users(), lab.exposed + "x", elsewhere))
        .as("what opens nothing here is not ours, wherever it stands")
        .isEmpty();
  }

  @Test
  void a_password_of_two_users_is_told_by_the_name_or_not_at_all() throws RotationException {
    try (Secret same = Secret.of(lab.exposed)) {
      lab.make(lab.second, same);
    }
    untold(lab.users(), lab.exposed, Map.of(), "several users of orders-db have the same password");
    assertThat(found(lab.users(), lab.exposed, Map.of("user", lab.second))).contains(lab.second);
  }

  @Test
  void where_no_password_is_checked_a_login_proves_nothing() {
    server.sql("DROP ROLE IF EXISTS trusted");
    PostgresLab open = new PostgresLab(server, "trusted", PostgresServer.name("app"));
    try {
      assertThatThrownBy(() -> {
            try (Secret any = Secret.of("anything")) {
              open.users().findIssuing(open.credential("anything", Map.of()), Optional.of(any));
            }
          })
          .hasMessageContaining("does not refuse a wrong password of trusted");
    } finally {
      server.sql("DROP ROLE trusted");
    }
  }

  @Test
  void a_server_that_does_not_answer_is_no_answer() {
    var nowhere = server.logins("nowhere");
    untold(
        lab.users(server.source(lab.database, "keeper"), nowhere),
        lab.exposed,
        Map.of(),
        "SQLSTATE 3D000");
  }

  @Test
  void a_pair_is_two_users_and_is_found_again_by_its_id() throws RotationException {
    PostgresUsers users = lab.users();
    String id = lab.pair().id();
    assertThat(users.issuer(id).id()).isEqualTo(id);
    assertThatThrownBy(() -> users.issuer(id + "x")).isInstanceOf(RotationException.class);
    assertThatThrownBy(() -> users.pair("same", "same")).hasMessageContaining("two users");
    assertThatThrownBy(() -> users.pair(lab.first, "other")).hasMessageContaining("one pair");
    assertThatThrownBy(() -> users.pair("x".repeat(64), "y")).hasMessageContaining("63 bytes");
    assertThat(users.pair("One", "one").toString()).contains("One and one of orders-db");
  }
}
