package dev.rekey.rotation;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Catches what is logged while it is open. */
final class Logs implements AutoCloseable {
  private final PrintStream real = System.err;
  private final ByteArrayOutputStream caught = new ByteArrayOutputStream();

  Logs() {
    System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
  }

  String text() {
    return caught.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setErr(real);
  }
}
