package dev.rekey.rotation.testkit;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ConfigurationFiles;
import dev.rekey.rotation.DependentFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Configuration files of every form keep the contract of dependents. */
class ConfigurationFilesContractTest {
  /** One file of a form, in a folder of its own. */
  abstract static class InAFile extends DependentContract {
    private static final FingerprintKey KEY = FingerprintKey.random();
    private static final Detector DETECTOR =
        Detector.builder(RuleSet.empty()).fingerprintKey(KEY).build();

    @TempDir
    Path folder;

    private final String name;
    private final String form;

    InAFile(String name, String form) {
      this.name = name;
      this.form = form;
    }

    @Override
    protected DependentFinder dependents() {
      return ConfigurationFiles.in(folder, DETECTOR);
    }

    @Override
    protected FingerprintKey fingerprints() {
      return KEY;
    }

    @Override
    protected void configure(Secret value) throws IOException {
      Files.writeString(folder.resolve(name), form.replace("%s", value.reveal(String::new)));
    }

    @Override
    protected String configuration() throws IOException {
      return Files.readString(folder.resolve(name));
    }
  }

  @Nested
  class Dotenv extends InAFile {
    Dotenv() {
      super(".env", "# storage\r\nexport KEY='%s' # keep\r\nCS=\"Name=acme;Key=%s\"\nCOLOUR=blue");
    }
  }

  @Nested
  class Properties extends InAFile {
    Properties() {
      super("app.properties", "! storage\nkey = %s\nlong=Name=acme;\\\n  Key=%s\ncolour:blue\n");
    }
  }

  @Nested
  class Json extends InAFile {
    Json() {
      super("app.json", "{\n\t\"key\" : \"%s\",\n  \"list\": [1.50, \"Name=acme;Key=%s\"]}");
    }
  }

  @Nested
  class Yaml extends InAFile {
    Yaml() {
      super(
          "app.yaml",
          "# storage\nstorage: &s\n  key: \"%s\" # keep\ntext: |\n  one\n  %s\no: *s\n");
    }
  }
}
