package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Snapshot;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who takes over can do what the other could, seen with the eyes of the application. */
@ExtendWith(PostgresServer.Extension.class)
class TwinTest {
  private static final String GROUP_MEMBERS = "SELECT rolname FROM pg_roles WHERE"
      + " pg_has_role(session_user, oid, 'MEMBER') AND rolname LIKE 'team%' ORDER BY 1";

  private PostgresServer server;
  private PostgresLab lab;
  private String owner;
  private String group;

  @BeforeEach
  void set_up(PostgresServer started) {
    server = started;
    lab = new PostgresLab(server);
    owner = PostgresServer.name("owner");
    group = PostgresServer.name("team");
    server.sql(
        "CREATE ROLE " + owner,
        "CREATE ROLE " + group,
        "GRANT " + group + " TO keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
        "REVOKE CONNECT, TEMPORARY ON DATABASE " + lab.database + " FROM PUBLIC",
        "GRANT CONNECT ON DATABASE " + lab.database + " TO keeper",
        "GRANT CONNECT, TEMPORARY, CREATE ON DATABASE " + lab.database + " TO " + lab.first);
    server.in(
        lab.database,
        "CREATE SCHEMA data AUTHORIZATION " + owner,
        "CREATE TABLE data.granted (id int, hidden int)",
        "ALTER TABLE data.granted OWNER TO " + owner,
        "CREATE TABLE data.by_column (seen int, hidden int)",
        "CREATE TABLE data.by_group (id int)",
        "CREATE TABLE data.secured (tenant name, id int)",
        "INSERT INTO data.secured VALUES ('" + lab.first + "', 7), ('else', 8)",
        "ALTER TABLE data.secured ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own ON data.secured TO " + lab.first + " USING (tenant = current_user)",
        "CREATE SEQUENCE data.numbers",
        "CREATE FUNCTION data.answer() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 42'",
        "REVOKE EXECUTE ON FUNCTION data.answer() FROM PUBLIC",
        "GRANT USAGE ON SCHEMA data TO " + lab.first,
        "GRANT SELECT, INSERT ON data.granted, data.secured TO " + lab.first,
        "GRANT SELECT (seen) ON data.by_column TO " + lab.first,
        "GRANT SELECT ON data.by_group TO " + group,
        "GRANT USAGE ON SCHEMA data TO " + group,
        "GRANT USAGE ON SEQUENCE data.numbers TO " + lab.first,
        "GRANT EXECUTE ON FUNCTION data.answer() TO " + lab.first,
        "ALTER DEFAULT PRIVILEGES FOR ROLE " + owner + " IN SCHEMA data GRANT SELECT ON TABLES TO "
            + lab.first,
        "ALTER DEFAULT PRIVILEGES FOR ROLE " + lab.first + " GRANT SELECT ON TABLES TO " + group,
        "GRANT " + group + " TO " + lab.first,
        "CREATE SCHEMA shop AUTHORIZATION " + lab.first,
        "SET ROLE " + lab.first,
        "CREATE TABLE shop.orders (id int)");
  }

  private void can(String user, String password) throws SQLException {
    lab.as(
        user,
        password,
        "INSERT INTO data.granted VALUES (1, 2)",
        "SELECT seen FROM data.by_column",
        "SELECT id FROM data.by_group",
        "SELECT nextval('data.numbers')",
        "INSERT INTO shop.orders VALUES (1)",
        "ALTER TABLE shop.orders ADD COLUMN IF NOT EXISTS more int",
        "CREATE TEMPORARY TABLE scratch (id int)",
        "CREATE SCHEMA IF NOT EXISTS another",
        "SELECT 1");
    assertThat(lab.as(user, password, "SELECT data.answer()")).isEqualTo("42");
    assertThat(lab.as(user, password, "SELECT id FROM data.secured")).isEqualTo("7");
    assertThat(lab.as(user, password, GROUP_MEMBERS)).isEqualTo(group);
    assertThatThrownBy(() -> lab.as(user, password, "SELECT hidden FROM data.by_column"))
        .hasMessageContaining("permission denied");
    String table = PostgresServer.name("later");
    server.in(lab.database, "SET ROLE " + owner, "CREATE TABLE data." + table + " (id int)");
    lab.as(user, password, "SELECT * FROM data." + table);
  }

  private String ownerOf(String table) throws SQLException {
    try (var connection = server.source(lab.database, "postgres").getConnection()) {
      return PostgresServer.query(
          connection, "SELECT tableowner FROM pg_tables WHERE tablename = '" + table + "'");
    }
  }

  @Test
  void a_user_that_is_made_can_do_what_the_other_can() throws Exception {
    can(lab.first, lab.exposed);
    String password = lab.issue(lab.pair(), lab.second);
    can(lab.second, password);
    can(lab.first, lab.exposed);
    assertThat(lab.as(lab.second, password, "SELECT session_user || ' as ' || current_user"))
        .isEqualTo(lab.second + " as " + lab.first);
  }

  @Test
  void what_either_creates_is_the_others_too_for_as_long_as_they_take_turns() throws Exception {
    PostgresUserPair pair = lab.pair();
    String first = lab.exposed;
    for (int turn = 1; turn <= 3; turn++) {
      String second = lab.issue(pair, lab.second);
      lab.as(
          lab.second,
          second,
          "DISCARD ALL",
          "CREATE TABLE shop.second" + turn + " (id int)",
          "SELECT 1");
      assertThat(ownerOf("second" + turn)).isEqualTo(lab.first);
      can(lab.second, second);
      pair.revoke(lab.first, PostgresLab.ATTEMPT);
      first = lab.issue(pair, lab.first);
      lab.as(lab.first, first, "DROP TABLE shop.second" + turn, "SELECT 1");
      can(lab.first, first);
      pair.revoke(lab.second, PostgresLab.ATTEMPT);
    }
  }

  @Test
  void options_limits_and_settings_are_made_the_same() throws Exception {
    server.sql(
        "ALTER ROLE " + lab.first + " CREATEDB BYPASSRLS NOINHERIT CONNECTION LIMIT 17",
        "ALTER ROLE " + lab.first + " SET statement_timeout = '12s'",
        "ALTER ROLE " + lab.first + " SET search_path = shop, \"$user\", \"O'Odd \"\"one\"\", \"",
        "ALTER ROLE " + lab.first + " SET \"app.tenant\" = 'it''s \\ mine; -- x'",
        "ALTER ROLE " + lab.first + " IN DATABASE " + lab.database + " SET work_mem = '8MB'",
        "ALTER ROLE " + lab.first + " SET application_name = ''");
    String before = lab.make(lab.second);
    server.sql(
        "ALTER ROLE " + lab.second + " SET lock_timeout = '1s'",
        "ALTER ROLE " + lab.second + " SET statement_timeout = '1s'");
    String password = lab.issue(lab.pair(lab.users(PostgresServer.SUPERUSER)), lab.second);
    assertThat(password).isNotEqualTo(before);
    for (String setting :
        List.of("statement_timeout", "search_path", "app.tenant", "work_mem", "lock_timeout")) {
      String show = "SELECT current_setting('" + setting + "')";
      assertThat(lab.as(lab.second, password, show))
          .as(setting)
          .isEqualTo(lab.as(lab.first, lab.exposed, show));
    }
    assertThat(server.query("SELECT rolcreatedb, rolbypassrls, rolconnlimit, rolcanlogin"
            + " FROM pg_roles WHERE rolname = '" + lab.second + "'"))
        .isEqualTo("t");
    assertThat(server.query("SELECT rolcreatedb::text || rolbypassrls || rolconnlimit"
            + " FROM pg_roles WHERE rolname = '" + lab.second + "'"))
        .isEqualTo("truetrue17");
    assertThat(lab.as(lab.second, password, "SELECT id FROM data.secured ORDER BY 1"))
        .isEqualTo("7\n8");
  }

  @Test
  void a_user_that_is_there_keeps_what_it_was_granted_and_gets_what_the_other_has()
      throws Exception {
    lab.make(lab.second);
    server.in(
        lab.database,
        "CREATE TABLE data.others (id int)",
        "GRANT SELECT ON data.others TO " + lab.second,
        "GRANT USAGE ON SCHEMA data TO " + lab.second);
    String password = lab.issue(lab.pair(), lab.second);
    can(lab.second, password);
    assertThat(lab.as(
            lab.second,
            password,
            "SELECT has_table_privilege(session_user, 'data.others', 'SELECT')"))
        .isEqualTo("t");
  }

  @Test
  void where_both_act_as_a_third_they_go_on_to() throws Exception {
    server.sql(
        "GRANT " + group + " TO " + lab.first,
        "ALTER ROLE " + lab.first + " SET role = '" + group + "'");
    String password = lab.issue(lab.pair(), lab.second);
    assertThat(lab.as(lab.second, password, "SELECT current_user")).isEqualTo(group);
    lab.as(lab.second, password, "SELECT id FROM data.by_group");
  }

  @Test
  void who_has_nothing_of_its_own_is_not_acted_as(PostgresServer any) throws Exception {
    PostgresLab bare = new PostgresLab(server);
    server.sql("GRANT " + group + " TO " + bare.first + " WITH INHERIT FALSE");
    String password = bare.issue(bare.pair(), bare.second);
    assertThat(bare.as(bare.second, password, "SELECT current_user")).isEqualTo(bare.second);
    assertThat(bare.as(bare.second, password, GROUP_MEMBERS)).isEqualTo(group);
    assertThat(server.query("SELECT inherit_option FROM pg_auth_members WHERE member = '"
            + bare.second + "'::regrole AND roleid = '" + group + "'::regrole"))
        .isEqualTo("f");
  }

  @Test
  void rights_that_can_t_be_carried_over_are_named_before_anything_is_changed() throws Exception {
    lab.make(lab.second);
    server.sql("GRANT " + lab.second + " TO " + lab.first);
    Snapshot before = lab.pair(lab.users(PostgresServer.SUPERUSER)).snapshot();
    assertThatThrownBy(() -> lab.issue(lab.pair(), lab.second))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining(lab.first + " is a member of " + lab.second)
        .hasMessageContaining(" in " + lab.database)
        .hasMessageContaining("REASSIGN OWNED BY \"" + lab.first + "\"");
    assertThat(lab.pair(lab.users(PostgresServer.SUPERUSER)).snapshot()).isEqualTo(before);
  }

  @Test
  void hostile_names_are_names() throws Exception {
    int tried = 0;
    for (long seed = 1; tried < 8; seed++) {
      Random random = new Random(seed);
      String first = QuotedTest.hostileName(random);
      String second = QuotedTest.hostileName(random);
      if (first.equals(second)) {
        continue;
      }
      tried++;
      PostgresLab odd = new PostgresLab(server, first, second, lab.database);
      server.in(
          lab.database,
          "CREATE SCHEMA IF NOT EXISTS AUTHORIZATION " + Quoted.name(first),
          "GRANT CONNECT, CREATE ON DATABASE " + odd.database + " TO " + Quoted.name(first));
      PostgresUserPair pair = odd.pair();
      String password = odd.issue(pair, second);
      odd.as(second, password, "CREATE TABLE t (id int)", "SELECT 1");
      assertThat(odd.as(second, password, "SELECT current_user"))
          .as("seed %d", seed)
          .isEqualTo(first);
      pair.revoke(first, PostgresLab.ATTEMPT);
      try (Secret old = Secret.of(odd.exposed)) {
        assertThat(pair.probe(first, old).toString()).as("seed %d", seed).contains("Refused");
      }
      String again = odd.issue(pair, first);
      odd.as(first, again, "DROP TABLE t", "SELECT 1");
      assertThat(pair.snapshot().slots()).containsOnlyKeys(first, second);
      assertThat(pair.id()).matches("postgresql://[\\x21-\\x7e]+");
    }
  }

  @Test
  void a_list_of_names_is_read_as_the_catalog_writes_it() {
    assertThat(Twin.elements("\"$user\", public")).containsExactly("$user", "public");
    assertThat(Twin.elements("\"a\"\"b, c\",d")).containsExactly("a\"b, c", "d");
    assertThat(Twin.elements("\"\"")).containsExactly("");
  }
}
