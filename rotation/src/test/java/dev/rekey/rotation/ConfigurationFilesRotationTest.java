package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole rotation whose dependents are files, killed at every call and in between, and resumed. */
class ConfigurationFilesRotationTest {
  private static final String ENV =
      "# storage\r\nexport KEY='%s' # keep\r\nCS=\"AccountName=acme;AccountKey=%s\"";

  private static final String YAML =
      "# storage\nstorage: &s\n  key: %s   # keep\nblock: |\n  one\n  %s\nother: *s\n";

  @TempDir
  Path base;

  private int worlds;
  private Logs logs = new Logs();

  @BeforeEach
  void catch_the_logs() {
    logs.close();
    logs = new Logs();
  }

  @AfterEach
  void show_the_logs_again() {
    logs.close();
  }

  /** A world whose only dependents are two files, with a death on the disk at one step. */
  private final class FileWorld {
    final FakeWorld world = new FakeWorld(75);
    final Path folder = Files.createDirectories(base.resolve("w" + worlds++).resolve("config"));
    final List<String> onDisk = new ArrayList<>();
    int dieAt = -1;

    FileWorld() throws IOException {
      world.state.apps().clear();
      Files.writeString(folder.resolve(".env"), ENV.replace("%s", world.exposed()));
      Files.createDirectory(folder.resolve("app"));
      Files.writeString(folder.resolve("app/app.yaml"), YAML.replace("%s", world.exposed()));
    }

    private void step(String what) {
      onDisk.add(what);
      if (onDisk.size() == dieAt) {
        throw new FakeWorld.Died();
      }
    }

    DependentFinder files() {
      ConfigurationFiles files = ConfigurationFiles.on(
          new Disk(folder) {
            @Override
            void write(Path temporary, byte[] bytes) throws IOException {
              step("before write");
              super.write(temporary, bytes);
              step("written");
            }

            @Override
            void move(Path temporary, Path path) throws IOException {
              step("before move");
              super.move(temporary, path);
              step("moved");
            }
          },
          world.detector);
      return new DependentFinder() {
        @Override
        public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
          List<Dependent> found = files.findUsing(fingerprint);
          return world.call("files.findUsing", seen -> found);
        }

        @Override
        public Dependent dependent(String id) throws RotationException {
          Dependent file = files.dependent(id);
          return world.call("files.dependent", seen -> new Watched(file));
        }
      };
    }

    /** A file each of whose calls may fail or die before or after it. */
    private final class Watched implements Dependent {
      private final Dependent file;

      Watched(Dependent file) {
        this.file = file;
      }

      @Override
      public String id() {
        return file.id();
      }

      @Override
      public String label() {
        return file.label();
      }

      @Override
      public Set<Fingerprint> observe() throws RotationException {
        // A file is never out of date: what it held before is read for a stale read too.
        return world.call("file.observe", seen -> file.observe());
      }

      @Override
      public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
        world.call("file.adopt", seen -> {
          file.adopt(replacement, attempt);
          return "";
        });
      }

      @Override
      public void verify(Fingerprint expected) throws RotationException {
        world.call("file.verify", seen -> {
          try {
            file.verify(expected);
          } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
          }
          return "";
        });
      }

      @Override
      public PlannedCall describeAdopt() {
        return file.describeAdopt();
      }
    }

    RotationPlan plan() {
      return Planner.builder()
          .issuers(world.issuers())
          .store(world.store)
          .dependents(files())
          .usage((a, b, c, d) -> world.usage.usesOf(a, b, c, d))
          .clock(world.clock())
          .build()
          .plan(world.exposure());
    }

    Map<String, String> texts() throws IOException {
      Map<String, String> texts = new TreeMap<>();
      try (var paths = Files.walk(folder)) {
        for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
          texts.put(folder.relativize(path).toString(), Files.readString(path));
        }
      }
      return texts;
    }

    /** Whatever was regenerated: each file holds a value that the issuer accepts, and one only. */
    private void checkUsable(String what) {
      try {
        Map<String, String> texts = withoutLeft(texts());
        assertThat(texts)
            .as(what)
            .isIn(List.of(expected(world.value("key1")), expected(world.value("key2"))));
      } catch (IOException unreadable) {
        throw new java.io.UncheckedIOException(unreadable);
      }
    }

    private Map<String, String> expected(String value) {
      return Map.of(".env", ENV.replace("%s", value), "app/app.yaml", YAML.replace("%s", value));
    }

    RotationResult run(String what) throws IOException {
      Map<Integer, FakeWorld.Fault> faults = new TreeMap<>(world.faults);
      world.faults.clear();
      RotationPlan plan = plan();
      assertThat(plan.blockers()).as(what).isEmpty();
      assertThat(plan.dependents())
          .extracting(RotationPlan.User::id)
          .containsExactly(".env", "app/app.yaml");
      Approval approval = world.approve(plan);
      int plannedAt = world.calls.size();
      faults.forEach((at, fault) -> world.faults.put(at + plannedAt, fault));
      Path file = folder.resolveSibling("journal");
      RotationResult result = null;
      for (int resumes = 0; resumes < 8; resumes++) {
        RotationJournal journal = RotationJournal.file(file);
        world.after.put("issuer.issue", () -> checkUsable(what));
        world.after.put("issuer.revoke", () -> checkUsable(what));
        Rotator rotator = world.rotator(journal, builder -> builder.dependents(files()));
        try {
          result = journal.unfinished().isEmpty()
              ? rotator.execute(plan, approval)
              : rotator.resume(journal.unfinished().get(0));
          boolean interrupted = Thread.interrupted();
          assertThat(interrupted).as(what).isEqualTo(result instanceof RotationResult.Suspended);
          if (result instanceof RotationResult.Completed
              || result instanceof RotationResult.RolledBack) {
            break;
          }
        } catch (FakeWorld.Died died) {
          result = null;
        }
        world.now[0] = world.now[0].plusSeconds(60);
      }
      checkWritten(Files.readString(file) + plan + result + logs.text(), what);
      return java.util.Objects.requireNonNull(result, what);
    }

    private void checkWritten(String written, String what) {
      for (String value : world.everIssued) {
        assertThat(Canary.of(value).leaksIn(written))
            .as(what + ": a value is told")
            .isEmpty();
      }
    }

    void checkEnding(RotationResult result, String what) throws IOException {
      if (result instanceof RotationResult.Completed completed) {
        assertThat(completed.proof().verdict()).as(what).isEqualTo(DeathProof.Verdict.DEAD);
        assertThat(world.isIssued(world.exposed())).as(what).isFalse();
        assertThat(texts()).as(what).isEqualTo(expected(world.value("key2")));
      } else {
        assertThat(result).as(what).isInstanceOf(RotationResult.RolledBack.class);
        assertThat(world.value("key1")).as(what).isEqualTo(world.exposed());
        assertThat(withoutLeft(texts())).as(what).isEqualTo(expected(world.exposed()));
      }
    }

    private Map<String, String> withoutLeft(Map<String, String> texts) {
      texts.keySet().removeIf(name -> Disk.isTemporary(name.replaceAll(".*/", "")));
      return texts;
    }
  }

  @Test
  void both_files_are_moved_and_nothing_else_in_them_changes() throws IOException {
    FileWorld files = new FileWorld();
    RotationResult result = files.run("no fault");
    assertThat(result).isInstanceOf(RotationResult.Completed.class);
    files.checkEnding(result, "no fault");
    assertThat(logs.text()).contains("revoke done");
  }

  @Test
  void a_death_at_any_step_on_the_disk_does_not_cost_the_rotation() throws IOException {
    FileWorld whole = new FileWorld();
    whole.run("no fault");
    assertThat(whole.onDisk)
        .containsExactly(
            "before write",
            "written",
            "before move",
            "moved",
            "before write",
            "written",
            "before move",
            "moved");
    for (int at = 1; at <= whole.onDisk.size(); at++) {
      FileWorld files = new FileWorld();
      files.dieAt = at;
      String what = "a death at step " + at + " on the disk";
      RotationResult result = files.run(what);
      assertThat(result).as(what).isInstanceOf(RotationResult.Completed.class);
      files.checkEnding(result, what);
    }
  }

  @Test
  void any_fault_at_any_call_ends_moved_or_as_before() throws IOException {
    FileWorld whole = new FileWorld();
    whole.plan();
    int planned = whole.world.calls.size();
    whole.run("no fault");
    int sites = whole.world.calls.size() - 2 * planned;
    assertThat(sites).isGreaterThan(30);
    int completed = 0;
    int rolledBack = 0;
    for (int at = 1; at <= sites; at++) {
      for (FakeWorld.Fault fault : FakeWorld.Fault.values()) {
        FileWorld files = new FileWorld();
        files.world.faults.put(at, fault);
        String what = fault + " at call " + at;
        RotationResult result = files.run(what);
        files.checkEnding(result, what);
        completed += result instanceof RotationResult.Completed ? 1 : 0;
        rolledBack += result instanceof RotationResult.RolledBack ? 1 : 0;
        logs.close();
        logs = new Logs();
      }
    }
    assertThat(completed).isGreaterThan(sites * 3);
    assertThat(rolledBack).isGreaterThan(10);
  }

  @Test
  void a_file_that_can_t_take_the_value_undoes_the_rotation() throws IOException {
    FileWorld files = new FileWorld();
    Path last = files.folder.resolve("z.json");
    Files.writeString(last, "{\"" + files.world.exposed() + "\":1}");
    RotationPlan plan = files.plan();
    assertThat(plan.dependents()).hasSize(3);
    RotationResult result = files
        .world
        .rotator(new MemoryJournal(), builder -> builder.dependents(files.files()))
        .execute(plan, files.world.approve(plan));
    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.toString())
        .contains("file z.json: line 1: it stands where nothing is written");
    Files.delete(last);
    files.checkEnding(result, "a name");
  }
}
