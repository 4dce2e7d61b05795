import org.jspecify.annotations.NullMarked;

/** Contract tests for issuers, stores, dependents and journals of your own. */
@NullMarked
module dev.rekey.rotation.testkit {
  requires static transitive org.jspecify;
  requires transitive dev.rekey.rotation;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports dev.rekey.rotation.testkit;

  // JUnit calls the tests that yours inherit.
  opens dev.rekey.rotation.testkit to
      org.junit.platform.commons;
}
