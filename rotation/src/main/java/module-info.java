import org.jspecify.annotations.NullMarked;

/** Plans, approves and executes rotations, and proves the old credential dead. */
@NullMarked
module dev.rekey.rotation {
  requires static transitive org.jspecify;
  requires transitive dev.rekey.detect;
  requires transitive java.net.http;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires org.snakeyaml.engine;

  exports dev.rekey.rotation;
}
