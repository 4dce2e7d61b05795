package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The name of the user changes with the password, and back, and nothing else does. */
class UserNamesTest {
  private final FakeWorld world = new FakeWorld(52);
  private final Rewriter rewriter = world.rewriter;
  private final String old = "o" + world.newValue().replaceAll("[^A-Za-z0-9]", "x");
  private final String fresh = "f" + world.newValue().replaceAll("[^A-Za-z0-9]", "x");

  private Replacement replacement(String from, Secret to, String user, String other) {
    return new Replacement(world.fingerprint(from), to, Map.of(user, other));
  }

  private String replaced(String text, String from, String to, String user, String other)
      throws RotationException {
    try (Secret secret = Secret.of(to)) {
      return rewriter.replace(text, replacement(from, secret, user, other)).orElse("absent");
    }
  }

  private void moves(String around, String user, String other) throws RotationException {
    String before = around.replace("%s", old).replace("%u", user);
    String after = around.replace("%s", fresh).replace("%u", other);
    assertThat(replaced(before, old, fresh, user, other)).as(around).isEqualTo(after);
    assertThat(replaced(after, old, fresh, user, other)).as("again: " + around).isEqualTo("absent");
    assertThat(replaced(after, fresh, old, other, user)).as("back: " + around).isEqualTo(before);
  }

  // In one text.

  @Test
  void a_name_in_the_text_of_the_password_moves_with_it() throws RotationException {
    for (String around : List.of(
        "postgresql://%u:%s@db.acme.test:5432/orders?sslmode=require",
        "DATABASE_URL=postgres://%u:%s@db/orders",
        "jdbc:postgresql://db/orders?user=%u&password=%s&ssl=true",
        "jdbc:postgresql://db/orders?password=%s&user=%u",
        "Host=db;Username=%u;Password=%s;Database=orders",
        "Server=db;User Id=%u;Password=%s",
        "Server=db;UID=%u;PWD=%s;",
        "Host=db; User=%u ; Password=%s",
        "Host=db;Username=\"%u\";Password=\"%s\"",
        "host=db user=%u password=%s dbname=orders",
        "host=db\nuser = '%u'\npassword = '%s'\n",
        "{\"username\":\"%u\",\"password\":\"%s\",\"engine\":\"postgres\"}",
        "{\"dbUser\" : \"%u\", \"secret\" : \"%s\"}",
        "username: %u\npassword: %s\n",
        "postgresql://%u:%s@a/x,postgresql://%u:%s@b/x",
        "PGUSER=%u PGPASSWORD=%s psql")) {
      moves(around, "app_a", "app_b");
      moves(around, "app-1", "app.2");
    }
  }

  @Test
  void only_what_is_the_name_of_a_user_moves() throws RotationException {
    for (String around : List.of(
        "host=%u user=%u password=%s application_name=app_a dbname=app_a",
        "postgresql://app_a:%s@app_a/app_a".replaceFirst("app_a", "%u"),
        "user=%u;password=%s;owner=app_a;xuser2=app_a;user=app_ab")) {
      String text = around.replaceFirst("host=%u", "host=app_a");
      moves(text, "app_a", "app_b");
    }
  }

  @Test
  void a_name_is_written_as_the_place_wants_it() throws RotationException {
    assertThat(replaced("pg://a%20b:" + old + "@h", old, fresh, "a b", "c/d@e"))
        .isEqualTo("pg://c%2Fd%40e:" + fresh + "@h");
    assertThat(replaced("jdbc:x?user=a%26b&password=" + old, old, fresh, "a&b", "c=d"))
        .isEqualTo("jdbc:x?user=c%3Dd&password=" + fresh);
    assertThat(replaced(
            "{\"user\":\"a\\\"b\",\"password\":\"" + old + "\"}", old, fresh, "a\"b", "c\\d"))
        .isEqualTo("{\"user\":\"c\\\\d\",\"password\":\"" + fresh + "\"}");
  }

  @Test
  void a_name_that_can_t_be_written_or_found_is_refused_without_a_value_being_shown() {
    for (String[] one : new String[][] {
      {"Username=app_a;Password=%s", "a;b", "can't be written as it is"},
      {"user='app_a' password='%s'", "it's", "can't be written as it is"},
      {"Host=db;Password=%s", "app_b", "is not found beside it"},
      {"%s", "app_b", "is not found beside it"},
      {"postgresql://other:%s@h/db", "app_b", "another user than the credential's"},
      {"postgresql://app%%5Fa:%s@h/db".replace("%%", "%"), "app_b", "another user"},
      {"owner=app_a;Password=%s", "app_b", "is not found beside it"},
      {"User=app_a;Login=app_b;Password=%s", "app_b", "could not be changed back"},
    }) {
      String text = one[0].replace("%s", old);
      assertThatThrownBy(() -> replaced(text, old, fresh, "app_a", one[1]))
          .as(one[0])
          .isInstanceOf(RotationException.class)
          .hasMessageContaining(one[2])
          .satisfies(e -> assertThat(e.toString()).doesNotContain(old).doesNotContain(fresh));
    }
  }

  @Test
  void arbitrary_surroundings_come_back_byte_for_byte_or_it_is_refused() {
    int moved = 0;
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      String text = noise(random) + "user=app_a" + noise(random) + old + noise(random);
      try {
        String after = replaced(text, old, fresh, "app_a", "app_b");
        if (!after.equals("absent")) {
          moved++;
          assertThat(after)
              .as("seed %d", seed)
              .contains(fresh)
              .hasSameSizeAs(text.replace(old, fresh));
          assertThat(replaced(after, fresh, old, "app_b", "app_a"))
              .as("seed %d", seed)
              .isEqualTo(text);
        }
      } catch (RotationException refused) {
        assertThat(refused.problem()).as("seed %d", seed).contains("by hand");
      }
    }
    assertThat(moved).isGreaterThan(150);
  }

  private static String noise(Random random) {
    List<String> pieces = List.of(
        ";",
        " ",
        "&",
        "=",
        ",",
        "\"",
        "'",
        "{",
        "}",
        "\n",
        "user=",
        "app_a",
        "app_b",
        "login: ",
        "://",
        "@",
        ":",
        "password=",
        "?",
        "x");
    StringBuilder noise = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      noise.append(pieces.get(random.nextInt(pieces.size())));
    }
    return noise.toString();
  }

  @Test
  void a_long_hostile_text_takes_linear_time() throws RotationException {
    for (String piece : List.of("user=a ", "user =", "  ", "a", "=a;", "\"a\"", "://a:")) {
      String text = "user=a;password=" + old + ";" + piece.repeat(100_000 / piece.length());
      long start = System.nanoTime();
      try {
        replaced(text, old, fresh, "a", "b");
      } catch (RotationException refused) {
        assertThat(refused.problem()).contains("by hand");
      }
      assertThat((System.nanoTime() - start) / 1_000_000_000)
          .as("seconds for %s", piece)
          .isLessThan(10);
    }
  }

  // Among several values.

  private Map<String, String> all(
      Map<String, String> values, String from, String to, String user, String other)
      throws RotationException {
    try (Secret secret = Secret.of(to)) {
      return rewriter.replaceAll(values, replacement(from, secret, user, other));
    }
  }

  /** Moves, and back: the values that change are those with the names. */
  private void settles(Map<String, String> values, String... changing) throws RotationException {
    Map<String, String> before = new TreeMap<>(values);
    before.replaceAll((name, text) -> text.replace("%s", old));
    Map<String, String> changed = all(before, old, fresh, "app_a", "app_b");
    assertThat(changed).as(values.toString()).containsOnlyKeys(changing);
    Map<String, String> after = new TreeMap<>(before);
    after.putAll(changed);
    assertThat(String.join("\n", changed.values())).doesNotContain(old).contains(fresh);
    Map<String, String> back = all(after, fresh, old, "app_b", "app_a");
    assertThat(back).as("back: " + values).containsOnlyKeys(changing);
    after.putAll(back);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void a_value_that_is_the_user_of_the_password_moves_with_it() throws RotationException {
    for (String[] pair : new String[][] {
      {"PGUSER", "PGPASSWORD"},
      {"DB_USER", "DB_PASSWORD"},
      {"DB_USERNAME", "DB_PASS"},
      {"db-user-id", "db-pwd"},
      {"ORDERS_UID", "ORDERS_PWD"},
      {"OrdersLogin", "OrdersSecret"},
      {"spring.datasource.username", "spring.datasource.password"},
      {"Db__UserName", "Db__Credential"},
      {"USER_NAME", "PASSWORD"},
      {"ACCOUNT_USER", "DB_PASSWORD"},
    }) {
      settles(Map.of(pair[0], "app_a", pair[1], "%s", "OTHER", "app_a", "DATABASE", "app_a"), pair);
    }
  }

  @Test
  void a_user_of_something_else_stays() throws RotationException {
    settles(
        Map.of(
            "DB_USER", "app_a",
            "DB_PASSWORD", "%s",
            "REPORT_USER", "app_a",
            "REPORT_PASSWORD", "another",
            "DB_USER_HINT", "app_a",
            "DB_LOGIN_URL", "https://app_a"),
        "DB_USER",
        "DB_PASSWORD");
    settles(
        Map.of(
            "A_USER",
            "app_a",
            "A_PASSWORD",
            "%s",
            "B_USER",
            "app_a",
            "B_PASSWORD",
            "x%s".substring(1)),
        "A_USER",
        "A_PASSWORD",
        "B_USER",
        "B_PASSWORD");
    settles(Map.of("URL", "postgres://app_a:%s@h/d", "DB_USER", "app_a"), "URL");
  }

  @Test
  void where_it_can_t_be_told_which_user_it_is_nothing_is_changed() {
    for (Map<String, String> values : List.of(
        Map.of("A_USER", "app_a", "B_USER", "app_a", "SECRET", old),
        Map.of("DB_USER", "app_b", "DB_PASSWORD", old),
        Map.of("DB_USER", "app_a", "DB_LOGIN", "app_b", "DB_PASSWORD", old),
        Map.of("DB_NAME", "app_a", "DB_PASSWORD", old))) {
      assertThatThrownBy(() -> all(values, old, fresh, "app_a", "app_b"))
          .as(values.keySet().toString())
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("by hand")
          .satisfies(e -> assertThat(e.toString()).doesNotContain(old));
    }
  }

  @Test
  void names_that_would_become_one_are_refused() {
    try (Secret secret = Secret.of(fresh)) {
      Replacement two = new Replacement(
          world.fingerprint(old), secret, Map.of("app_a", "app_c", "app_b", "app_c"));
      assertThatThrownBy(() -> rewriter.replace("user=app_a password=" + old, two))
          .hasMessageContaining("can't be undone");
      assertThatThrownBy(() -> rewriter.replace(
              old, new Replacement(world.fingerprint(old), secret, Map.of("", "x"))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // In files.

  private void moves(FileFormat format, String text) throws RotationException {
    String before = text.replace("%s", old).replace("%u", "app_a");
    String after = text.replace("%s", fresh).replace("%u", "app_b");
    Document document = Document.of(format, before.getBytes(StandardCharsets.UTF_8));
    try (Secret to = Secret.of(fresh);
        Secret back = Secret.of(old)) {
      Document moved = document.adopt(rewriter, replacement(old, to, "app_a", "app_b"));
      assertThat(new String(moved.bytes(), StandardCharsets.UTF_8)).isEqualTo(after);
      Document returned = moved.adopt(rewriter, replacement(fresh, back, "app_b", "app_a"));
      assertThat(new String(returned.bytes(), StandardCharsets.UTF_8)).isEqualTo(before);
    }
  }

  @Test
  void files_change_in_both_places_and_nowhere_else() throws RotationException {
    moves(
        FileFormat.DOTENV,
        "# app_a\r\nexport PGUSER='%u' # app_a\r\nPGPASSWORD=\"%s\"\r\nREPORT_USER=app_a\r\n");
    moves(FileFormat.DOTENV, "DATABASE_URL=postgres://%u:%s@h/app_a\n");
    moves(
        FileFormat.PROPERTIES,
        "spring.datasource.username = %u\nspring.datasource.password : \\\n  %s\n"
            + "report.username=app_a\n");
    moves(
        FileFormat.JSON,
        "{\"a\": {\"user\": \"app_a\", \"password\": \"x\"}, // app_a\n \"b\": {\"password\": \"%s\","
            + " \"n\": [1, {\"user\": \"app_a\"}], \"user\": \"%u\",},}");
    moves(
        FileFormat.JSON,
        "[{\"user\":\"app_a\",\"password\":\"x\"},{\"user\":\"%u\",\"password\":\"%s\"}]");
    moves(
        FileFormat.YAML,
        "db: &d\n  username: %u   # app_a\n  password: '%s'\nother:\n  username: app_a\n");
    moves(
        FileFormat.YAML,
        "env:\n  - name: DB_USER\n    value: %u\n  - name: DB_PASSWORD\n    value: \"%s\"\n"
            + "  - name: REPORT_USER\n    value: app_a\n");
    moves(
        FileFormat.YAML,
        "services:\n  one:\n    environment:\n      - DB_USER=%u\n      - DB_PASSWORD=%s\n"
            + "  two:\n    environment:\n      - DB_USER=app_a\n      - DB_PASSWORD=x\n");
    moves(FileFormat.YAML, "a: 1\n---\nuser: app_a\n---\nuser: %u\npassword: %s\n");
    moves(
        FileFormat.YAML,
        "containers:\n- env: [{name: DB_USER, value: app_a}, {name: DB_PASSWORD, value: x}]\n"
            + "- env: [{name: DB_USER, value: %u}, {name: DB_PASSWORD, value: %s}]\n");
  }

  @Test
  void a_file_whose_user_is_not_found_is_refused_with_its_line() throws RotationException {
    for (String text : List.of(
        "a: {user: app_a}\nb:\n  password: " + old + "\n",
        "a: 1\nb: 2\npassword: " + old + "\n",
        "a: 1\nuser: 2\nurl: pg://x:" + old + "@h\n")) {
      Document document = Document.of(FileFormat.YAML, text.getBytes(StandardCharsets.UTF_8));
      try (Secret to = Secret.of(fresh)) {
        assertThatThrownBy(() -> document.adopt(rewriter, replacement(old, to, "app_a", "app_b")))
            .isInstanceOf(RotationException.class)
            .hasMessageStartingWith("line 3: ");
      }
    }
  }
}
