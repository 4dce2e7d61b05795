import org.jspecify.annotations.NullMarked;

/** Azure's issuers, stores and dependents. */
@NullMarked
module dev.rekey.rotation.azure {
  requires static transitive org.jspecify;
  requires transitive com.azure.security.keyvault.secrets;
  requires transitive dev.rekey.azure;
  requires transitive dev.rekey.rotation;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;

  exports dev.rekey.rotation.azure;
}
