import org.jspecify.annotations.NullMarked;

/** Pairs of PostgreSQL users as issuers. */
@NullMarked
module dev.rekey.rotation.postgres {
  requires static transitive org.jspecify;
  requires transitive dev.rekey.rotation;
  requires transitive java.sql;
  requires org.slf4j;

  exports dev.rekey.rotation.postgres;
}
