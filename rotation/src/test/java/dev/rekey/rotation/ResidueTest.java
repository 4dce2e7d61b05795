package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rotation does not rewrite stays written: it is looked up at the end, not believed. */
class ResidueTest {
  @TempDir
  Path folder;

  private final FakeWorld world = new FakeWorld(41);
  private final Detector detector = world.finding();

  @BeforeEach
  void write_the_value_in_a_setting_a_comment_and_a_page() throws IOException {
    String key = "AccountKey=" + world.exposed();
    Files.writeString(
        folder.resolve(".env"), "# was " + key + "\nCS=\"AccountName=a;" + key + "\"\n");
    Files.writeString(folder.resolve("wiki.md"), "one\ntwo\n" + key + "\n");
  }

  private Exposure exposure() throws Exception {
    Inventory inventory = new Inventory();
    SecretScanner.using(detector).build().scan(Sources.directory(folder), inventory);
    return inventory.ranked().get(0);
  }

  private DependentFinder files() {
    return DependentFinder.of(world.dependents(), ConfigurationFiles.in(folder, detector));
  }

  private RotationResult.Completed rotate(List<ContentSource> sources) throws Exception {
    RotationPlan plan = Planner.builder()
        .issuers(world.issuers())
        .store(world.store)
        .dependents(files())
        .usage(world.usage)
        .clock(world.clock())
        .build()
        .plan(exposure());
    assertThat(plan.found()).hasSize(3);
    RotationResult result = world
        .rotator(new MemoryJournal(), builder -> {
          builder.dependents(files());
          return sources.isEmpty() ? builder : builder.sources(detector, sources);
        })
        .execute(plan, world.approve(plan));
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    return (RotationResult.Completed) result;
  }

  @Test
  void what_was_rewritten_is_none_and_what_stands_beside_it_is() throws Exception {
    RotationResult.Completed done = rotate(List.of(Sources.directory(folder)));
    assertThat(done.residue())
        .extracting(Place::toString)
        .containsExactlyInAnyOrder(".env:1:18", "wiki.md:3:12");
    assertThat(Files.readString(folder.resolve(".env"))).contains(world.value("key2"));
  }

  @Test
  void what_somebody_has_cleaned_up_meanwhile_is_none() throws Exception {
    world.after.put("store.put", () -> {
      try {
        Files.writeString(folder.resolve("wiki.md"), "ask Olga\n");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    });
    assertThat(rotate(List.of(Sources.directory(folder))).residue())
        .extracting(Place::toString)
        .containsExactly(".env:1:18");
  }

  @Test
  void what_can_not_be_read_again_is_told_as_planned() throws Exception {
    ContentSource broken = new ContentSource() {
      @Override
      public void read(Sink sink) {}

      @Override
      public void reread(Place place, Sink sink) throws IOException {
        if (place.address().equals("wiki.md")) {
          throw new IOException("gone");
        }
        throw new IllegalStateException("broken");
      }
    };
    assertThat(rotate(List.of(broken)).residue()).hasSize(3);
  }

  @Test
  void without_a_way_to_read_it_is_what_the_plan_says() throws Exception {
    assertThat(rotate(List.of()).residue()).hasSize(3);
  }
}
