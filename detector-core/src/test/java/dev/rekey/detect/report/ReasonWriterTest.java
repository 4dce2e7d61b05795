package dev.rekey.detect.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rekey.detect.Explanation;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.junit.jupiter.api.Test;

class ReasonWriterTest {
  private static Explanation at(String address) {
    return new Explanation.Rejected(
        "acme.token",
        new Place(address, "", new Location(0, 4, 1, 1)),
        "placeholder",
        "a placeholder word");
  }

  @Test
  void each_reason_is_a_line() {
    StringWriter out = new StringWriter();
    ReasonWriter writer = new ReasonWriter(out);
    writer.accept(at("a.env"));
    writer.accept(at("b.env"));
    assertThat(out).hasToString("""
        a.env:1:1 acme.token rejected by placeholder: a placeholder word
        b.env:1:1 acme.token rejected by placeholder: a placeholder word
        """);
  }

  @Test
  void a_name_from_the_outside_does_not_act_on_the_terminal() {
    StringWriter out = new StringWriter();
    new ReasonWriter(out).accept(at("a\u001b[2J\nb.env\u202e"));
    assertThat(out.toString()).startsWith("a\\u001b[2J\\nb.env\\u202e:1:1 ").endsWith("word\n");
    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void a_writer_that_fails_ends_the_scan() {
    Writer full = new Writer() {
      @Override
      public void write(char[] text, int offset, int length) throws IOException {
        throw new IOException("the disk is full");
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new ReasonWriter(full).accept(at("a.env")))
        .withMessageContaining("the disk is full");
  }
}
