import org.jspecify.annotations.NullMarked;

/** A loopback, TLS, stateful and strict stand-in for the parts of Azure that Rekey talks to. */
@NullMarked
module dev.rekey.simulator {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.databind;
  requires jdk.httpserver;
  // Main ignores SIGHUP through it, by reflection.
  requires jdk.unsupported;

  exports dev.rekey.simulator;
}
