package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Place;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are found, what can't be, and how one is replaced. */
class ConfigurationFilesTest {
  @TempDir
  Path outside;

  private Path folder;
  private FilesBench bench;

  @BeforeEach
  void set_up() throws IOException {
    folder = Files.createDirectory(outside.resolve("folder"));
    bench = new FilesBench(folder, 72);
  }

  @AfterEach
  void nobody_is_interrupted() {
    assertThat(Thread.interrupted()).isFalse();
  }

  private List<String> using(ConfigurationFiles files) throws RotationException {
    return files.findUsing(bench.fingerprint(bench.old)).stream()
        .map(Dependent::id)
        .toList();
  }

  // Finding.

  @Test
  void every_file_with_a_known_name_that_holds_the_value_is_a_dependent() throws RotationException {
    bench.put("b/deep/app.yml", "k: %s\n");
    bench.put("b/app.YAML", "k: %s\n");
    bench.put(".env", "K=%s\n");
    bench.put("a/.env.local", "K=%s\n");
    bench.put("a/prod.env", "K=%s\n");
    bench.put("a/.env.json", "{\"k\":\"%s\"}");
    bench.put("app.properties", "k=%s\n");
    bench.put("other.json", "{\"k\":\"x\"}");
    bench.put("notes.txt", "%s");
    bench.put("empty.json", "");
    bench.put("empty.yaml", "");

    List<Dependent> found = bench.files().findUsing(bench.fingerprint(bench.old));

    assertThat(found)
        .extracting(Dependent::id)
        .containsExactly(
            ".env",
            "a/.env.json",
            "a/.env.local",
            "a/prod.env",
            "app.properties",
            "b/app.YAML",
            "b/deep/app.yml");
    assertThat(found.get(1).label()).isEqualTo("file a/.env.json");
    assertThat(found.get(1).describeAdopt().text()).startsWith("replace a/.env.json in ");
    assertThat(bench.files().dependent("b/deep/app.yml").observe())
        .contains(bench.fingerprint(bench.old));
  }

  @Test
  void the_ids_are_the_addresses_of_a_scan() throws Exception {
    bench.put("a b/c/.env", "K=%s\n");
    List<String> addresses = new ArrayList<>();
    Sources.directory(folder).read(new ContentSource.Sink() {
      @Override
      public void accept(Content content) {
        addresses.add(content.address());
      }

      @Override
      public void gap(String address, Outcome outcome) {}
    });
    assertThat(using(bench.files())).isEqualTo(addresses).containsExactly("a b/c/.env");
  }

  @Test
  void globs_choose_and_leave_out() throws RotationException {
    for (String id : List.of(
        "x.json", "a/x.json", "a/b/x.json", "node_modules/x.json", "a/node_modules/p/x.json")) {
      bench.put(id, "{\"k\":\"%s\"}");
    }
    assertThat(using(bench.files().only("a/**")))
        .containsExactly("a/b/x.json", "a/node_modules/p/x.json", "a/x.json");
    assertThat(using(bench.files().except("**/node_modules")))
        .containsExactly("a/b/x.json", "a/x.json", "x.json");
    assertThat(using(bench.files().only("**/x.json").except("a")))
        .containsExactly("node_modules/x.json", "x.json");
    assertThatThrownBy(() -> bench.files().only("a/**").dependent("x.json"))
        .hasMessageContaining("not among the files");
    assertThatThrownBy(
            () -> bench.files().except("**/node_modules").dependent("node_modules/x.json"))
        .hasMessageContaining("not among the files");
  }

  @Test
  void files_that_can_t_be_read_are_an_error_that_names_each() {
    bench.put("a/ok.json", "{\"k\":\"%s\"}");
    bench.put("a/broken.json", "{\n\"k\": %s");
    bench.put("b/broken.yaml", "a: [%s\n");
    bench.put("c.properties", "a=\\u00zz%s\n");
    bench.put(
        "d/utf16.json",
        "{\"k\":\"%s\"}".replace("%s", bench.old).getBytes(StandardCharsets.UTF_16));
    bench.put("e.yaml", "a: \u0000%s\n");
    assertThatThrownBy(() -> using(bench.files()))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("file a/broken.json: it is not JSON at line 2")
        .hasMessageContaining("file b/broken.yaml: it is not YAML at line ")
        .hasMessageContaining("file c.properties: it has a malformed \\u escape")
        .hasMessageContaining("file d/utf16.json: it is not UTF-8")
        .hasMessageContaining("file e.yaml: it is not YAML")
        .hasMessageContaining("leave them out with except")
        .hasMessageNotContaining("ok.json")
        .satisfies(e -> assertThat(Canary.of(bench.old).leaksIn(trace(e))).isEmpty());
  }

  @Test
  void many_unreadable_files_are_counted() {
    for (int i = 0; i < 13; i++) {
      bench.put("f" + i + ".json", "{");
    }
    assertThatThrownBy(() -> using(bench.files())).hasMessageContaining("; and 3 more.");
  }

  @Test
  void limits_are_errors() {
    bench.put("a.json", "{\"k\":\"%s\"}");
    bench.put("b.json", "{\"k\":\"%s\"}");
    assertThatThrownBy(() -> using(bench.files().limits(20, 10)))
        .hasMessageContaining("file a.json: it is larger than 20 bytes");
    assertThatThrownBy(() -> bench.files().limits(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bench.files().limits(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> using(bench.files().limits(2000, 1)))
        .hasMessageContaining("more than 1 configuration files");
  }

  @Test
  void a_folder_that_is_not_there_is_an_error() {
    ConfigurationFiles files = ConfigurationFiles.in(folder.resolve("none"), bench.detector);
    assertThatThrownBy(() -> using(files)).hasMessageContaining("check the path");
  }

  // Links and other traps.

  @Test
  void links_are_not_followed_and_those_that_hide_something_are_errors() throws Exception {
    bench.put("real/app.json", "{\"k\":\"%s\"}");
    bench.put("real/secret.txt", "%s");
    Files.writeString(outside.resolve("out.json"), "{\"k\":\"" + bench.old + "\"}");
    Files.createSymbolicLink(folder.resolve("fine.json"), folder.resolve("real/app.json"));
    Files.createSymbolicLink(folder.resolve("fine-folder"), folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("nowhere.json"), folder.resolve("gone"));
    Files.createSymbolicLink(folder.resolve("other.txt"), outside.resolve("out.json"));
    assertThat(using(bench.files())).containsExactly("real/app.json");

    Files.createSymbolicLink(folder.resolve("out.json"), outside.resolve("out.json"));
    Files.createSymbolicLink(folder.resolve("txt.json"), folder.resolve("real/secret.txt"));
    Files.createSymbolicLink(folder.resolve("out-folder"), outside);
    assertThatThrownBy(() -> using(bench.files()))
        .hasMessageContaining("file out.json: a symbolic link")
        .hasMessageContaining("file txt.json: a symbolic link")
        .hasMessageContaining("file out-folder: a symbolic link");
    assertThat(using(bench.files().except("out*", "txt.json"))).containsExactly("real/app.json");
    assertThatThrownBy(() -> bench.files().dependent("fine.json")).hasMessageContaining("symbolic");
    assertThatThrownBy(() -> bench.files().dependent("fine-folder/app.json"))
        .hasMessageContaining("symbolic");
  }

  @Test
  void ids_that_lead_out_or_nowhere_are_refused() {
    bench.put("a.json", "{}");
    for (String id : List.of(
        "../folder/a.json",
        "./a.json",
        folder.resolve("a.json").toString(),
        "/subscriptions/x",
        "b.json",
        "",
        "a.json/",
        "a\u0000.json",
        "sub/../a.json")) {
      assertThatThrownBy(() -> bench.files().dependent(id))
          .as(id)
          .isInstanceOf(RotationException.class);
    }
  }

  @Test
  void a_file_name_can_t_forge_a_line() {
    bench.put("a\nINFO all is well.json", "{");
    assertThatThrownBy(() -> using(bench.files()))
        .hasMessageContaining("a?INFO all is well.json")
        .hasMessageNotContaining("\n");
  }

  @Test
  void hostile_files_are_read_in_bounded_time_or_refused() throws RotationException {
    bench.put("deep.json", "[".repeat(100_000));
    bench.put("deep.yaml", "[".repeat(100_000));
    bench.put("deeper.yaml", "- ".repeat(100_000));
    assertThatThrownBy(() -> using(bench.files()))
        .hasMessageContaining("deep.json")
        .hasMessageContaining("deep.yaml: it is nested deeper")
        .hasMessageContaining("deeper.yaml: it is nested deeper");
    bench = new FilesBench(bench.folder.resolve("more"), 73);
    bench.put("bomb.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c,%s]\n");
    bench.put("loop.yaml", "a: &a\n  - *a\n  - %s\n");
    bench.put("numbers.yaml", "k: " + "1:11".repeat(50_000) + "\nv: %s\n");
    bench.put("quotes.env", "A=\"\nB='\n".repeat(20_000) + "K=%s\n");
    bench.put("slashes.properties", "a=" + "\\\n".repeat(50_000) + "\nk=%s\n");
    bench.put("nul.env", "A=\0\0\nK=%s\n");
    bench.put("wide.json", "[" + "\"\\u0041\",".repeat(20_000) + "\"%s\"]");
    bench.put("bytes.env", (bench.old + "é").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(using(bench.files()))
        .contains(
            "bomb.yaml",
            "loop.yaml",
            "numbers.yaml",
            "quotes.env",
            "slashes.properties",
            "nul.env",
            "wide.json");
    for (String id : List.of(
        "bomb.yaml", "loop.yaml", "numbers.yaml", "slashes.properties", "nul.env", "wide.json")) {
      String before = bench.text(id);
      bench.adopt(id, bench.old, bench.fresh);
      assertThat(bench.text(id)).isEqualTo(before.replace(bench.old, bench.fresh));
    }
  }

  // Replacing.

  /** Something that happens in the course of a replacement. */
  @FunctionalInterface
  private interface Happening {
    void happen() throws IOException;
  }

  /** A disk on which something happens between the first reading and the replacement. */
  private Dependent meanwhile(String id, Happening happening) throws RotationException {
    return ConfigurationFiles.on(
            new Disk(folder) {
              @Override
              void write(Path temporary, byte[] bytes) throws IOException {
                super.write(temporary, bytes);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                    .isEqualTo("rw-------");
                happening.happen();
              }
            },
            bench.detector)
        .dependent(id);
  }

  private void refused(Dependent dependent, String why) {
    assertThatThrownBy(() -> bench.adopt(dependent, bench.old, bench.fresh))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("file a/.env: ")
        .hasMessageContaining(why)
        .satisfies(e -> {
          assertThat(Canary.of(bench.old).leaksIn(trace(e))).isEmpty();
          assertThat(Canary.of(bench.fresh).leaksIn(trace(e))).isEmpty();
        });
    assertThat(bench.everything().keySet()).noneMatch(name -> name.endsWith(".tmp"));
    assertThat(Canary.of(bench.fresh).leaksIn(bench.everything().toString())).isEmpty();
  }

  @Test
  void a_foreign_change_between_reading_and_writing_is_kept() throws Exception {
    bench.put("a/.env", "K=%s\n");
    for (String foreign : List.of("K=%s\nNEW=1\n", "K=%t\n", "", "K")) {
      String text = foreign.replace("%s", bench.old).replace("%t", bench.old.substring(1) + "x");
      refused(
          meanwhile("a/.env", () -> Files.writeString(folder.resolve("a/.env"), text)),
          "somebody else changes it");
      assertThat(bench.text("a/.env")).isEqualTo(text);
      bench.put("a/.env", "K=%s\n");
    }
  }

  @Test
  void a_file_that_vanishes_is_not_made_again() throws Exception {
    bench.put("a/.env", "K=%s\n");
    refused(
        meanwhile("a/.env", () -> Files.delete(folder.resolve("a/.env"))), "not there any more");
    assertThat(bench.everything()).isEmpty();
    Dependent gone = dependentThatVanished();
    assertThatThrownBy(gone::observe).hasMessageContaining("not there any more");
    assertThatThrownBy(() -> gone.verify(bench.fingerprint(bench.old)))
        .hasMessageContaining("not there any more");
    assertThatThrownBy(() -> bench.files().dependent("a/.env")).hasMessageContaining("not there");
  }

  private Dependent dependentThatVanished() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Dependent dependent = bench.files().dependent("a/.env");
    Files.delete(folder.resolve("a/.env"));
    return dependent;
  }

  @Test
  void a_file_or_folder_that_becomes_a_link_is_left_alone() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Path target = Files.writeString(outside.resolve("target"), "K=" + bench.old + "\n");
    refused(
        meanwhile("a/.env", () -> {
          Files.delete(folder.resolve("a/.env"));
          Files.createSymbolicLink(folder.resolve("a/.env"), target);
        }),
        "somebody else changes it");
    assertThat(folder.resolve("a/.env")).isSymbolicLink();
    assertThat(target).hasContent("K=" + bench.old + "\n");

    Files.delete(folder.resolve("a/.env"));
    bench.put("a/.env", "K=%s\n");
    Dependent dependent = bench.files().dependent("a/.env");
    Files.move(folder.resolve("a"), outside.resolve("moved"));
    Files.createSymbolicLink(folder.resolve("a"), outside.resolve("moved"));
    refused(dependent, "symbolic link");
    assertThat(outside.resolve("moved/.env")).hasContent("K=" + bench.old + "\n");
  }

  @Test
  void a_folder_that_can_t_be_written_is_an_error_and_nothing_changes() throws Exception {
    bench.put("a/.env", "K=%s\n");
    refused(
        ConfigurationFiles.on(
                new Disk(folder) {
                  @Override
                  void write(Path temporary, byte[] bytes) throws IOException {
                    throw new AccessDeniedException(temporary.toString());
                  }
                },
                bench.detector)
            .dependent("a/.env"),
        "no permission");
    refused(
        ConfigurationFiles.on(
                new Disk(folder) {
                  @Override
                  void move(Path temporary, Path path) throws IOException {
                    throw new IOException("disk full while moving " + bench.fresh);
                  }
                },
                bench.detector)
            .dependent("a/.env"),
        "IOException");
    assertThat(bench.text("a/.env")).isEqualTo("K=" + bench.old + "\n");
  }

  @Test
  void a_change_right_after_the_replacement_is_an_error() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Dependent dependent = ConfigurationFiles.on(
            new Disk(folder) {
              @Override
              void move(Path temporary, Path path) throws IOException {
                super.move(temporary, path);
                Files.writeString(path, "K=other\n");
              }
            },
            bench.detector)
        .dependent("a/.env");
    refused(dependent, "somebody else changes it");
  }

  @Test
  void permissions_and_owner_are_kept_and_hard_links_refused() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Path file = folder.resolve("a/.env");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    bench.adopt("a/.env", bench.old, bench.fresh);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    bench.adopt("a/.env", bench.fresh, bench.old);
    Files.createLink(folder.resolve("a/second"), file);
    refused(bench.files().dependent("a/.env"), "several names");
  }

  @Test
  void nothing_is_written_where_the_value_does_not_stand() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Object key = Files.readAttributes(
            folder.resolve("a/.env"), java.nio.file.attribute.BasicFileAttributes.class)
        .fileKey();
    bench.adopt("a/.env", bench.fresh, bench.old);
    assertThat(Files.readAttributes(
                folder.resolve("a/.env"),
                java.nio.file.attribute.BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS)
            .fileKey())
        .isEqualTo(key);
  }

  @Test
  void what_a_killed_attempt_left_is_removed_by_the_next_of_its_run() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Dependent dying = ConfigurationFiles.on(
            new Disk(folder) {
              @Override
              void move(Path temporary, Path path) {
                throw new FakeWorld.Died();
              }
            },
            bench.detector)
        .dependent("a/.env");
    assertThatThrownBy(() -> bench.adopt(dying, bench.old, bench.fresh))
        .isInstanceOf(FakeWorld.Died.class);
    bench.put("a/.rekey-run-2_adopt.0.tmp", "x");
    assertThat(bench.everything()).containsKey("a/.rekey-run_adopt.0.tmp");
    try (Logs logs = new Logs()) {
      assertThat(using(bench.files())).containsExactly("a/.env");
      assertThat(logs.text()).contains("WARN").contains("a/.rekey-run_adopt.0.tmp");
      assertThat(Canary.of(bench.fresh).leaksIn(logs.text())).isEmpty();
    }
    bench.adopt("a/.env", bench.old, bench.fresh);
    assertThat(bench.everything().keySet()).containsExactly("a/.env", "a/.rekey-run-2_adopt.0.tmp");
    assertThat(bench.text("a/.env")).isEqualTo("K=" + bench.fresh + "\n");
  }

  @Test
  void an_interrupt_leaves_the_file_as_it_was() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Dependent dependent = bench.files().dependent("a/.env");
    Thread.currentThread().interrupt();
    refusedWhenInterrupted(dependent);
    assertThat(bench.everything()).isEqualTo(Map.of("a/.env", "K=" + bench.old + "\n"));
  }

  private void refusedWhenInterrupted(Dependent dependent) {
    assertThatThrownBy(() -> bench.adopt(dependent, bench.old, bench.fresh))
        .hasMessageContaining("interrupted");
    assertThatThrownBy(() -> using(bench.files())).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).as("whoever interrupted finds it so").isTrue();
  }

  @Test
  void verifying_reads_again() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Dependent dependent = bench.files().dependent("a/.env");
    dependent.verify(bench.fingerprint(bench.old));
    assertThatThrownBy(() -> dependent.verify(bench.fingerprint(bench.fresh)))
        .hasMessageContaining("does not hold the expected credential");
    bench.adopt(dependent, bench.old, bench.fresh);
    dependent.verify(bench.fingerprint(bench.fresh));
  }

  @Test
  void what_the_detector_finds_is_replaced_with_its_rules() throws Exception {
    Detector builtIn =
        Detector.builder(RuleSet.builtIn()).fingerprintKey(bench.world.key).build();
    String text = "{\"Storage\": \"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=%s"
        + ";EndpointSuffix=core.windows.net\"}";
    bench.put("local.settings.json", text);
    bench.adopt(
        ConfigurationFiles.in(folder, builtIn).dependent("local.settings.json"),
        bench.old,
        bench.fresh);
    assertThat(bench.text("local.settings.json")).isEqualTo(text.replace("%s", bench.fresh));
  }

  @Test
  void nothing_prints_a_value() throws Exception {
    bench.put("a/.env", "K=%s\n");
    Document document = Document.of(FileFormat.DOTENV, bench.bytes("a/.env"));
    Part part = Part.value("k", bench.old, 2, 90, Spelling.DOTENV_BARE);
    String written = String.join(
        " ",
        document.toString(),
        FileFormat.DOTENV.read(bench.text("a/.env")).toString(),
        part.toString(),
        Alignment.of("K=" + bench.old, part).toString(),
        new Edit(0, 1, bench.old).toString(),
        new Spelling.Unit(bench.old, 1).toString(),
        new Spelling.Spot(true, bench.old, "").toString(),
        bench.files().toString(),
        bench.files().dependent("a/.env").toString());
    assertThat(written).contains("file a/.env").contains("DOTENV document of");
    assertThat(Canary.of(bench.old).leaksIn(written)).isEmpty();
  }

  @Test
  void a_place_that_a_scan_finds_is_reread_under_the_same_name() throws Exception {
    bench.put("a/.env", "K=%s\n");
    String id = using(bench.files()).get(0);
    List<String> read = new ArrayList<>();
    Place place = new Place(id, "", new dev.rekey.detect.Location(2, 90, 1, 3));
    Sources.directory(folder).reread(place, new ContentSource.Sink() {
      @Override
      public void accept(Content content) {
        read.add(content.address());
      }

      @Override
      public void gap(String address, Outcome outcome) {}
    });
    assertThat(read).containsExactly(id);
  }

  private static String trace(Throwable thrown) {
    java.io.StringWriter trace = new java.io.StringWriter();
    thrown.printStackTrace(new java.io.PrintWriter(trace));
    return trace.toString();
  }
}
