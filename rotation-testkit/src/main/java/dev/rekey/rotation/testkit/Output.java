package dev.rekey.rotation.testkit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Catches what is printed while it is open, and so what a logging binding for the console writes. */
final class Output implements AutoCloseable {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream caught = new ByteArrayOutputStream();

  Output() {
    PrintStream catching = new PrintStream(caught, true, StandardCharsets.UTF_8);
    System.setOut(catching);
    System.setErr(catching);
  }

  String text() {
    return caught.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setOut(out);
    System.setErr(err);
  }
}
