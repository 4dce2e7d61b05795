import org.jspecify.annotations.NullMarked;

/** Finds secrets in bytes and text: rules, the detector, the scanner and its reports. */
@NullMarked
@SuppressWarnings("requires-automatic") // re2j 1.8 has no module name of its own.
module dev.rekey.detect {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires re2j;

  uses dev.rekey.detect.RuleProvider;

  exports dev.rekey.detect;
  exports dev.rekey.detect.exposure;
  exports dev.rekey.detect.report;
  exports dev.rekey.detect.scan;
}
