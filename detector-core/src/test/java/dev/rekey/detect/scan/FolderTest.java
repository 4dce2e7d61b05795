package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
  @TempDir
  private Path temporary;

  private Path root;

  @BeforeEach
  void make_the_root() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  @AfterEach
  void leave_no_interrupt_behind() {
    Thread.interrupted();
  }

  /** What a source handed out: the text of each content, or the outcome of each gap. */
  private static final class Handed implements ContentSource.Sink {
    final Map<String, Object> all = new LinkedHashMap<>();
    final List<String> twice = new ArrayList<>();

    @Override
    public void accept(Content content) {
      try (InputStream in = content.open()) {
        put(content.address(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {
      put(address, outcome);
    }

    private void put(String address, Object what) {
      if (all.put(address, what) != null) {
        twice.add(address);
      }
    }
  }

  @Test
  void files_come_in_the_order_of_their_names_with_addresses_relative_to_the_folder()
      throws Exception {
    write("b.txt", "b");
    write("a/z.txt", "az");
    write("a/b/c.txt", "abc");
    write("c/empty.txt", "");

    Handed handed = read(root);

    assertThat(handed.all.entrySet())
        .extracting(e -> e.getKey() + "=" + e.getValue())
        .containsExactly("a/b/c.txt=abc", "a/z.txt=az", "b.txt=b", "c/empty.txt=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s/.", "%s/../root", "%s//", "%s/x/.."})
  void the_spelling_of_the_folder_does_not_matter(String spelling) throws Exception {
    write("x/a.txt", "a");
    Path spelled = Path.of(String.format(spelling, root));

    assertThat(read(spelled).all).containsExactly(Map.entry("x/a.txt", "a"));
    assertThat(reread(spelled, "x/a.txt")).containsExactly(Map.entry("x/a.txt", "a"));
  }

  @Test
  void a_folder_given_relative_to_the_working_folder_can_be_reread() throws Exception {
    Path relative = Path.of("");
    Path file = Files.createTempFile(relative, "reread", ".txt");
    try {
      Files.writeString(file, "here");
      String name = file.getFileName().toString();

      assertThat(reread(relative, name)).containsExactly(Map.entry(name, "here"));
      assertThat(reread(Path.of("."), name)).containsExactly(Map.entry(name, "here"));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void names_with_line_ends_and_controls_are_names_like_others() throws Exception {
    write("line\nend.txt", "1");
    write("\u001b[31mred", "2");
    write(" ", "3");
    write("back\\slash", "4");

    assertThat(read(root).all)
        .containsOnly(
            Map.entry("line\nend.txt", "1"),
            Map.entry("\u001b[31mred", "2"),
            Map.entry(" ", "3"),
            Map.entry("back\\slash", "4"));
    assertThat(reread(root, "line\nend.txt")).containsEntry("line\nend.txt", "1");
  }

  @Test
  void links_are_gaps_and_not_followed() throws Exception {
    write("a/file.txt", "a");
    Files.createSymbolicLink(root.resolve("a/loop"), root.resolve("a"));
    Files.createSymbolicLink(root.resolve("dangling"), root.resolve("nowhere"));
    Files.createSymbolicLink(root.resolve("file"), root.resolve("a/file.txt"));
    Outcome skipped = new Outcome.Skipped("a symbolic link, which is not followed");

    assertThat(read(root).all)
        .containsExactly(
            Map.entry("a/file.txt", "a"),
            Map.entry("a/loop", skipped),
            Map.entry("dangling", skipped),
            Map.entry("file", skipped));
    assertThat(reread(root, "file")).containsExactly(Map.entry("file", skipped));
  }

  @Test
  void the_folder_itself_may_be_a_link_since_its_caller_named_it() throws Exception {
    write("a.txt", "a");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), root);

    assertThat(read(link).all).containsExactly(Map.entry("a.txt", "a"));
    assertThat(reread(link, "a.txt")).containsExactly(Map.entry("a.txt", "a"));
  }

  @Test
  void rereading_gives_the_content_as_it_is_now() throws Exception {
    write("a.txt", "before");
    assertThat(read(root).all).containsEntry("a.txt", "before");

    write("a.txt", "after");

    assertThat(reread(root, "a.txt")).containsExactly(Map.entry("a.txt", "after"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.txt",
        "a/../../secret.txt",
        "a/../a/file.txt",
        "./a/file.txt",
        "..",
        "a/./file.txt"
      })
  void rereading_refuses_addresses_that_climb(String address) throws Exception {
    Files.writeString(temporary.resolve("secret.txt"), "out of bounds");
    write("a/file.txt", "in bounds");

    assertThat(reread(root, address))
        .containsExactly(
            Map.entry(address, new Outcome.Failed("its address leads out of the folder")));
  }

  @Test
  void rereading_refuses_absolute_addresses_and_what_is_no_path() throws Exception {
    String absolute = write("a.txt", "a").toAbsolutePath().toString();

    assertThat(reread(root, absolute))
        .containsExactly(
            Map.entry(absolute, new Outcome.Failed("its address leads out of the folder")));
    assertThat(reread(root, "a\0b"))
        .containsExactly(Map.entry("a\0b", new Outcome.Failed("its address is not a path")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "%s/.", "%s/../root"})
  void rereading_refuses_a_link_on_the_way_however_the_folder_is_spelled(String spelling)
      throws Exception {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret.txt"), "out of bounds");
    Files.createSymbolicLink(root.resolve("link"), outside);

    assertThat(reread(Path.of(String.format(spelling, root)), "link/secret.txt"))
        .containsExactly(Map.entry(
            "link/secret.txt", new Outcome.Failed("its address leads out of the folder")));
  }

  @Test
  void rereading_tells_what_became_of_a_content_in_one_gap() throws Exception {
    Files.createDirectory(root.resolve("folder"));
    write("file", "x");

    assertThat(reread(root, "gone.txt"))
        .containsExactly(
            Map.entry("gone.txt", new Outcome.Failed("it vanished before it was read")));
    assertThat(reread(root, "folder"))
        .containsExactly(Map.entry("folder", new Outcome.Failed("it is a folder now")));
    assertThat(reread(root, ""))
        .containsExactly(Map.entry("", new Outcome.Failed("it is a folder now")));
    assertThat(reread(root, "file/below"))
        .containsExactly(Map.entry("file/below", new Outcome.Failed("Not a directory")));
  }

  @Test
  void a_content_can_be_opened_again() throws Exception {
    write("a.txt", "a");
    List<Content> contents = new ArrayList<>();
    Sources.directory(root).read(new ContentSource.Sink() {
      @Override
      public void accept(Content content) {
        contents.add(content);
      }

      @Override
      public void gap(String address, Outcome outcome) {
        throw new AssertionError(address + ": " + outcome);
      }
    });

    for (int i = 0; i < 2; i++) {
      try (InputStream in = contents.get(0).open()) {
        assertThat(in).hasContent("a");
      }
    }
  }

  @Test
  void a_file_that_becomes_a_link_before_it_is_opened_is_not_followed() throws Exception {
    Path file = write("a.txt", "a");
    Path outside = Files.writeString(temporary.resolve("secret.txt"), "out of bounds");
    List<String> failures = new ArrayList<>();
    Sources.directory(root).read(new ContentSource.Sink() {
      @Override
      public void accept(Content content) {
        try {
          Files.delete(file);
          Files.createSymbolicLink(file, outside);
          content.open().close();
        } catch (IOException refused) {
          failures.add(refused.getMessage());
        }
      }

      @Override
      public void gap(String address, Outcome outcome) {
        throw new AssertionError(address + ": " + outcome);
      }
    });

    assertThat(failures).hasSize(1).allSatisfy(why -> assertThat(why).contains("symbolic link"));
  }

  @Test
  void a_missing_folder_and_a_file_are_refused_with_what_to_do() throws Exception {
    Path missing = temporary.resolve("missing");
    Path file = write("a.txt", "a");

    for (boolean again : List.of(false, true)) {
      assertThatThrownBy(() -> use(missing, again))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessage(missing + ": no such folder; check the path");
      assertThatThrownBy(() -> use(file, again))
          .isInstanceOf(NotDirectoryException.class)
          .hasMessage(file + ": not a folder; name the folder that holds it");
    }
    assertThatThrownBy(() -> Sources.directory(file.resolve("below")).read(new Handed()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void an_interrupt_stops_the_walk() throws Exception {
    write("a.txt", "a");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> read(root)).isInstanceOf(InterruptedException.class);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void nesting_1500_levels_deep_is_walked_to_the_bottom() throws Exception {
    nest(1_500);
    try {
      Files.writeString(root.resolve("d/".repeat(1_500) + "f"), "bottom");
      Handed handed = read(root);

      assertThat(handed.all.values()).containsExactly("bottom");
      assertThat(handed.all.keySet().iterator().next()).hasSize(2 * 1_500 + 1);
    } finally {
      remove();
    }
  }

  /** Deeper than the longest path that the operating system takes, which is a gap, not a crash. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void nesting_3000_levels_deep_ends_in_a_gap_where_paths_get_too_long() throws Exception {
    nest(3_000);
    try {
      Handed handed = read(root);

      assertThat(handed.twice).isEmpty();
      assertThat(handed.all.values()).containsExactly(new Outcome.Failed("File name too long"));
    } finally {
      remove();
    }
  }

  private void nest(int levels) throws Exception {
    shell("mkdir -p " + "d/".repeat(levels));
  }

  private void remove() throws Exception {
    shell("rm -rf d");
  }

  private void shell(String script) throws Exception {
    Process process = new ProcessBuilder("bash", "-c", script)
        .directory(root.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(script).isTrue();
    assertThat(process.exitValue()).as(script).isZero();
  }

  private void use(Path folder, boolean again) throws IOException, InterruptedException {
    if (again) {
      reread(folder, "a.txt");
    } else {
      read(folder);
    }
  }

  private Path write(String address, String text) throws IOException {
    Path file = root.resolve(address);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Handed read(Path folder) throws IOException, InterruptedException {
    Handed handed = new Handed();
    Sources.directory(folder).read(handed);
    return handed;
  }

  private static Map<String, Object> reread(Path folder, String address)
      throws IOException, InterruptedException {
    Handed handed = new Handed();
    Sources.directory(folder).reread(new Place(address, "", new Location(0, 1, 1, 1)), handed);
    assertThat(handed.twice).isEmpty();
    return handed.all;
  }
}
