import org.jspecify.annotations.NullMarked;

/** What to scan in Azure and how much it matters, over a small client of Azure Resource Manager. */
@NullMarked
module dev.rekey.azure {
  requires static transitive org.jspecify;
  requires transitive com.azure.core;
  requires transitive com.fasterxml.jackson.databind;
  requires transitive dev.rekey.detect;
  requires java.xml;
  requires org.slf4j;

  exports dev.rekey.azure;
  exports dev.rekey.azure.surface;
}
