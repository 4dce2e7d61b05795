package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Extension.class)
class QuotedTest {
  private static final String HOSTILE =
      "\"\"''\\;-- $$/*%_?:{}()[]\n\r\taAbBzZ09.éß✓😀\u202e\u0001";

  /** A name of up to 63 bytes. */
  static String hostileName(Random random) {
    StringBuilder name = new StringBuilder();
    int length = 1 + random.nextInt(30);
    while (name.length() < length) {
      int at = random.nextInt(HOSTILE.length());
      int character =
          HOSTILE.codePointAt(Character.isLowSurrogate(HOSTILE.charAt(at)) ? at - 1 : at);
      name.appendCodePoint(character);
      if (name.toString().getBytes(StandardCharsets.UTF_8).length > 63) {
        return name.substring(0, name.offsetByCodePoints(name.length(), -1));
      }
    }
    return name.toString();
  }

  @Test
  void the_server_reads_names_and_texts_as_what_they_are(PostgresServer server)
      throws SQLException {
    try (Connection connection = server.source("postgres", "postgres").getConnection()) {
      for (String conforming : List.of("on", "off")) {
        try (var statement = connection.createStatement()) {
          statement.execute("SET standard_conforming_strings = " + conforming);
          statement.execute("SET escape_string_warning = off");
        }
        for (long seed = 1; seed <= 300; seed++) {
          String name = hostileName(new Random(seed));
          assertThat(PostgresServer.query(connection, "SELECT " + Quoted.text(name)))
              .as("text of seed %d, %s", seed, conforming)
              .isEqualTo(name);
          try (var statement = connection.createStatement();
              var row = statement.executeQuery("SELECT 1 AS " + Quoted.name(name))) {
            assertThat(row.getMetaData().getColumnLabel(1))
                .as("name of seed %d, %s", seed, conforming)
                .isEqualTo(name);
          }
        }
      }
    }
  }

  @Test
  void what_no_name_can_be_is_refused() {
    assertThat(Quoted.name("é".repeat(31) + "x")).hasSize(34);
    for (String wrong : List.of("", "a\0b", "x".repeat(64), "é".repeat(32))) {
      assertThatThrownBy(() -> Quoted.name(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("63 bytes");
    }
    assertThatThrownBy(() -> Quoted.text("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_shown_has_no_control_characters() {
    assertThat(Quoted.shown("a\nb\u202ec\u0007\u2028")).isEqualTo("a?b\u202ec??");
  }
}
