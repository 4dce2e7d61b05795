package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rekey.detect.GeneratedSecrets;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A folder full of secrets and of everything that stops a careless scanner. */
@DisabledOnOs(OS.WINDOWS)
class HostileFolderTest {
  private static final long SEED = 20;
  private static final long GIGABYTE = 1L << 30;

  @TempDir
  private Path temporary;

  private final GeneratedSecrets samples = new GeneratedSecrets(SEED);
  private final List<String> planted = new ArrayList<>();
  private Path root;
  private Path code;

  @BeforeEach
  void plant_twenty_secrets() throws IOException {
    openToAll(temporary);
    root = openToAll(Files.createDirectory(temporary.resolve("root")));
    code = openToAll(Files.createDirectory(temporary.resolve("code")));
    for (int i = 0; i < 4; i++) {
      String deep = "app" + i + "/conf/";
      plant(deep + "storage.env", "azure.storage-account-key", "KEY=" + samples.storageKey());
      plant(deep + "ci.yaml", "github.token", "token: " + samples.gitHubToken());
      plant(deep + "id_rsa", "private-key.pem", samples.pem());
    }
    for (int i = 0; i < 3; i++) {
      plant("web" + i + ".json", "generic.password", json("password", samples.password()));
      plant(
          "ai" + i + ".ini",
          "azure.common-annotated-key",
          "key=" + samples.commonAnnotatedKey(false));
    }
    String connection = samples.connectionString(samples.storageKey());
    plant("line\nend.config", "azure.storage-connection-string", connection);
    // Cyrillic and Han letters, an emoji, a right-to-left override.
    plant(
        "\u043a\u043b\u044e\u0447-\u5bc6\u94a5-\ud83d\udd11-\u202egnp.txt",
        "azure.storage-connection-string",
        connection);
  }

  @Test
  void every_secret_is_found_and_everything_has_one_outcome_in_little_memory() throws Exception {
    addWhatIsNoPlainFile();

    List<String> lines = ScanProcess.scan(root, code, "96m", List.of());

    assertThat(planted).hasSize(20);
    assertThat(events(lines, "found"))
        .as("seed %d", SEED)
        .containsExactlyInAnyOrderElementsOf(planted);
    assertThat(lines)
        .contains(
            "Skipped\tpipe\tSkipped[why=a pipe, socket or device, which is not opened]",
            "Skipped\tloop/again\tSkipped[why=a symbolic link, which is not followed]",
            "Skipped\tzeros\tSkipped[why=a symbolic link, which is not followed]",
            "Scanned\tsparse.img\tScanned[bytes=" + GIGABYTE + ", findings=0, notes=[]]");
    assertThat(outcomes(lines))
        .hasSize(Integer.parseInt(shell("find . ! -type d -printf x | wc -c")));
    assertThat(lines.get(lines.size() - 1))
        .startsWith("report\t\t24 contents: 21 scanned, 3 skipped, 0 refused, 0 failed;")
        .endsWith(", 20 findings");
  }

  /** Beside a copy of a real tree of any size: {@code mvn verify -Plarge-tree}. */
  @Test
  @EnabledIfSystemProperty(named = "rekey.largeTree", matches = ".+")
  void every_secret_is_found_beside_a_large_real_tree() throws Exception {
    addWhatIsNoPlainFile();
    shell("cp -a '" + System.getProperty("rekey.largeTree") + "' tree");

    List<String> lines = ScanProcess.scan(root, code, "512m", List.of());

    assertThat(events(lines, "found")).containsAll(planted);
    assertThat(outcomes(lines))
        .hasSize(Integer.parseInt(shell("find . ! -type d -printf x | wc -c")));
    System.out.println(lines.get(lines.size() - 1));
  }

  private void addWhatIsNoPlainFile() throws IOException {
    shell("mkfifo pipe && mkdir loop && ln -s ../loop loop/again && ln -s /dev/zero zeros");
    try (RandomAccessFile sparse =
        new RandomAccessFile(root.resolve("sparse.img").toFile(), "rw")) {
      sparse.setLength(GIGABYTE);
    }
  }

  /** As root nothing is refused: the scan runs as a user without privileges. */
  @Test
  void a_file_and_a_folder_without_permission_are_refused_and_the_rest_is_scanned()
      throws Exception {
    List<String> unprivileged = unprivileged();
    shell("find . -exec chmod a+rX {} + && mkdir closed && echo x > closed/inside && echo x > mine"
        + " && chmod 000 closed mine");
    try {
      List<String> lines = ScanProcess.scan(root, code, "96m", unprivileged);

      assertThat(events(lines, "found")).containsExactlyInAnyOrderElementsOf(planted);
      assertThat(lines)
          .contains(
              "Refused\tclosed\tRefused[permission=permission to list the folder]",
              "Refused\tmine\tRefused[permission=permission to read it]");
      assertThat(outcomes(lines)).hasSize(planted.size() + 2);
      assertThat(lines.get(lines.size() - 1)).contains(" 2 refused, 0 failed;");
    } finally {
      shell("chmod 700 closed mine");
    }
  }

  private static List<String> unprivileged() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "root can't drop its privileges");
    return List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  }

  private void plant(String address, String rule, String text) throws IOException {
    // The names must not depend on the locale of the JVM that runs the tests.
    String script = "file=" + quoted(address) + "; mkdir -p \"${file%/*}\" && cat > \"$file\"";
    Process process =
        new ProcessBuilder("bash", "-c", script).directory(root.toFile()).start();
    try (var in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(waited(process)).isZero();
    planted.add(address.replace("\n", "\\n") + "\t" + rule);
  }

  /** Bash's ANSI-C quoting: ASCII only, whatever the name holds. */
  private static String quoted(String address) {
    StringBuilder quoted = new StringBuilder("$'./");
    for (byte b : address.getBytes(StandardCharsets.UTF_8)) {
      quoted.append(String.format("\\x%02x", b));
    }
    return quoted.append("'").toString();
  }

  private static String json(String name, String value) {
    return "{\"" + name + "\": \"" + value + "\"}";
  }

  private static List<String> events(List<String> lines, String event) {
    return lines.stream()
        .filter(line -> line.startsWith(event + "\t"))
        .map(line -> line.substring(event.length() + 1))
        .toList();
  }

  private static List<String> outcomes(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("found\t") && !line.startsWith("report\t"))
        .toList();
  }

  private String shell(String script) throws IOException {
    Process process = new ProcessBuilder("bash", "-c", script)
        .directory(root.toFile())
        .redirectErrorStream(true)
        .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(waited(process)).as(output).isZero();
    return output.strip();
  }

  private static int waited(Process process) {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError("the test was interrupted", interrupted);
    }
  }

  private static Path openToAll(Path folder) throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
