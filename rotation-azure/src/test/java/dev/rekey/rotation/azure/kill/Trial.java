package dev.rekey.rotation.azure.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.canary.Canary;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.JournalCheck;
import dev.rekey.rotation.JournalEntry;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An estate at work, whose exposed key is rotated again and again by processes that are killed. */
final class Trial implements AutoCloseable {
  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-Xmx256m");
  private static final String REGENERATED = ".+/regenerateKeys?\\?.*";

  private final Estate estate;
  private final Path folder;
  private final String title;
  private final Cloud cloud;
  private final Traffic traffic;
  private final Clients clients;
  private final long began = System.nanoTime();

  private final List<String> secrets = new ArrayList<>();
  private final Set<String> storedVersions = new HashSet<>();
  private final Map<String, Integer> killedAt = new TreeMap<>();
  private final List<String> lines = new ArrayList<>();
  private int processes;
  private int runs;

  private Trial(Estate estate, Path folder, String title, Cloud cloud) throws Exception {
    this.estate = estate;
    this.folder = folder;
    this.title = title;
    this.cloud = cloud;
    this.clients = new Clients(
        Cloud.url(folder),
        cloud.vaultUrl(),
        Cloud.trust(folder),
        cloud.clientSecret(),
        FingerprintKey.file(folder.resolve("fingerprint.key")));
    this.secrets.add(cloud.clientSecret());
    this.storedVersions.addAll(versions(Estate.KEY_SECRET).keySet());
    this.traffic = Traffic.begin(cloud, estate);
  }

  static Trial open(Estate estate, Path folder, String title) throws Exception {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.list(folder)) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
    Cloud cloud = Cloud.start(folder, estate.scenario());
    try {
      return new Trial(estate, folder, title, cloud);
    } catch (Exception | Error failed) {
      cloud.close();
      throw failed;
    }
  }

  Traffic traffic() {
    return traffic;
  }

  /** Which slot everybody uses, and which is the other one. */
  private record Slots(String exposed, String standby) {}

  private Slots slots(Map<String, String> keys) throws Exception {
    String used = Estate.keyIn(cloud.settings("shop-web", "appsettings").path("KEY").asText());
    List<String> names = new ArrayList<>(keys.keySet());
    names.sort(Comparator.comparing(name -> !used.equals(keys.get(name))));
    return new Slots(names.get(0), names.get(1));
  }

  /**
   * Rotates the key that everybody uses, with so many kills or, where the rotation ends before, fewer;
   * then all must be as if there had been none. Returns how many.
   */
  int rotate(Random random, int kills) throws Exception {
    runs++;
    Map<String, String> before = keys();
    Slots slots = slots(before);
    cloud.set("nightly", "KEY", before.get(slots.standby()));
    JsonNode settings = settings();
    int texts = versions(Estate.TEXT_SECRET).size();
    int regenerated = cloud.done("POST", REGENERATED).size();
    Instant start = Instant.now();
    String exposed = before.get(slots.exposed());
    RotationPlan plan = plan(exposed);
    assertThat(plan.blockers()).as(what()).isEmpty();
    assertThat(plan.standbyUsers()).extracting(RotationPlan.User::label).containsExactly("web app nightly");
    assertThat(plan.dependents()).hasSize(3);

    int made = 0;
    List<Child> children = new ArrayList<>();
    String said;
    while (true) {
      Child child = startRotator();
      children.add(child);
      if (made < kills && kill(child, Kill.random(random))) {
        made++;
        continue;
      }
      int code = child.await();
      said = child.out();
      assertThat(code).as(() -> what() + ": " + shown(child)).isZero();
      break;
    }

    Map<String, String> after = keys();
    assertThat(said).as(what()).contains("Completed: ").contains("DEAD");
    assertRegeneratedOnce(slots, before, after, regenerated);
    assertDead(exposed);
    assertMoved(settings, slots, before, after);
    assertStored(after.get(slots.standby()), texts);
    assertWhole();
    assertNothingShown(children);
    assertThat(traffic.refusals()).as(what()).isEmpty();
    lines.add(String.format(
        "run %d: %d kills, %d processes, %d ms",
        runs, made, children.size(), Duration.between(start, Instant.now()).toMillis()));
    return made;
  }

  private RotationPlan plan(String exposed) throws IOException {
    AssetContext context = AssetContext.unknown("a test");
    Exposure exposure = Exposure.of(clients.detector.detect("key = " + exposed).stream()
        .map(finding -> new Sighting(finding, context))
        .toList());
    RotationPlan plan = Planner.builder()
        .issuers(estate.issuers(clients))
        .store(clients.store())
        .dependents(clients.dependents())
        .build()
        .plan(exposure);
    Approval approval = Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(Risk.USE_UNKNOWN)
        .build();
    Files.writeString(folder.resolve("plan.json"), plan.toJson());
    Files.writeString(folder.resolve("approval.json"), approval.toJson());
    return plan;
  }

  private Child startRotator() throws Exception {
    processes++;
    return Child.start(
        folder,
        "rotator-" + processes,
        RotatorProcess.class,
        // Everything that the Azure clients log, to where it is looked at.
        Stream.concat(
                QUICK_START.stream(), Stream.of("-Dorg.slf4j.simpleLogger.logFile=System.err"))
            .toList(),
        List.of(folder.toString(), estate.name(), cloud.vaultUrl().toString()),
        cloud.clientSecret());
  }

  /** Kills a rotator at a point, if it gets there; returns whether it did. */
  private boolean kill(Child rotator, Kill at) throws Exception {
    if (at instanceof Kill.AtRequest request) {
      cloud.strike(request.fault());
      while (rotator.isAlive() && !cloud.holds(request.fault())) {
        // It looks again: "holds" waits a moment.
      }
    } else if (at instanceof Kill.AtMoment moment) {
      while (rotator.isAlive() && !rotator.out().contains(RotatorProcess.BEGINS)) {
        Thread.sleep(1);
      }
      long end = System.nanoTime() + moment.after().toNanos();
      while (rotator.isAlive() && System.nanoTime() < end) {
        Thread.sleep(1);
      }
    }
    boolean killed = rotator.isAlive() && rotator.kill() == Child.KILLED;
    cloud.heal();
    if (killed) {
      JournalCheck check = Files.exists(journal())
          ? RotationJournal.verify(journal())
          : new JournalCheck.Whole(0, "");
      assertThat(check).as(what()).isNotInstanceOf(JournalCheck.Broken.class);
      String last = lastEntry();
      killedAt.merge(last, 1, Integer::sum);
      lines.add("run " + runs + ": killed " + at + "; the journal ended with " + last
          + (check instanceof JournalCheck.Torn ? ", and a torn line" : ""));
    }
    return killed;
  }

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  private List<JournalEntry> entries() {
    RotationJournal journal = RotationJournal.file(journal());
    List<JournalEntry> entries = new ArrayList<>();
    for (String runId : runIds()) {
      entries.addAll(journal.entries(runId));
    }
    return entries;
  }

  private Set<String> runIds() {
    Set<String> ids = new LinkedHashSet<>();
    try {
      if (Files.exists(journal())) {
        for (String line : Files.readAllLines(journal())) {
          JsonNode entry;
          try {
            entry = Cloud.JSON.readTree(line);
          } catch (IOException torn) {
            continue;
          }
          ids.add(entry.path("runId").asText());
        }
      }
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
    return ids;
  }

  private String lastEntry() {
    List<JournalEntry> entries = entries();
    if (entries.isEmpty()) {
      return "nothing";
    }
    JournalEntry last = entries.get(entries.size() - 1);
    return last.step().replaceFirst("\\.\\d+$", "") + " " + last.phase();
  }

  // What must be true when a run has ended, however often it was killed.

  private void assertRegeneratedOnce(
      Slots slots, Map<String, String> before, Map<String, String> after, int regenerated)
      throws Exception {
    // Both have changed, and there were two changes: each was changed once.
    assertThat(after.get(slots.exposed())).as(what()).isNotEqualTo(before.get(slots.exposed()));
    assertThat(after.get(slots.standby())).as(what()).isNotEqualTo(before.get(slots.standby()));
    assertThat(cloud.done("POST", REGENERATED)).as(what()).hasSize(regenerated + 2);
  }

  private void assertDead(String exposed) throws Exception {
    HttpResponse<String> answer = cloud.send(estate.use(estate.endpoint(cloud), exposed));
    assertThat(estate.isDeath(answer.statusCode(), answer.body())).as(what()).isTrue();
  }

  private void assertMoved(
      JsonNode settings, Slots slots, Map<String, String> before, Map<String, String> after)
      throws Exception {
    String fresh = after.get(slots.standby());
    String expected = settings
        .toString()
        .replace(before.get(slots.exposed()), fresh)
        .replace(before.get(slots.standby()), fresh);
    assertThat(settings().toString().equals(expected)).as(what() + ": settings").isTrue();
  }

  private void assertStored(String fresh, int texts) throws Exception {
    JsonNode key = cloud.vault(Estate.KEY_SECRET);
    assertThat(key.path("value").asText().equals(fresh)).as(what()).isTrue();
    for (JournalEntry entry : entries()) {
      if (entry.step().equals("store") && entry.phase() == JournalEntry.Phase.OUTCOME) {
        storedVersions.add(entry.fact("version"));
      }
    }
    Map<String, Boolean> versions = versions(Estate.KEY_SECRET);
    assertThat(versions.keySet()).as(what() + ": no orphan").isEqualTo(storedVersions);
    String newest = key.path("id").asText().replaceFirst(".*/", "");
    assertThat(versions).as(what()).allSatisfy((version, enabled) ->
        assertThat(enabled).isEqualTo(version.equals(newest)));

    assertThat(Estate.keyIn(cloud.vault(Estate.TEXT_SECRET).path("value").asText()).equals(fresh))
        .as(what())
        .isTrue();
    assertThat(versions(Estate.TEXT_SECRET)).as(what() + ": no orphan").hasSize(texts + 1);
    assertThat(cloud.vault("other").path("value").asText()).isEqualTo("x");
    HttpResponse<String> answer =
        cloud.send(estate.use(estate.endpoint(cloud), key.path("value").asText()));
    assertThat(answer.statusCode()).as(what()).isEqualTo(200);
  }

  private void assertWhole() {
    assertThat(RotationJournal.verify(journal())).as(what()).isInstanceOf(JournalCheck.Whole.class);
    assertThat(RotationJournal.file(journal()).unfinished()).as(what()).isEmpty();
    assertThat(runIds()).as(what()).hasSize(runs);
  }

  private void assertNothingShown(List<Child> children) throws Exception {
    String journal = Files.readString(journal());
    String plan = Files.readString(folder.resolve("plan.json"));
    for (int i = 0; i < secrets.size(); i++) {
      Canary.assertAbsent(journal, secrets.get(i), what() + ": the journal, secret " + i);
      Canary.assertAbsent(plan, secrets.get(i), what() + ": the plan, secret " + i);
      for (Child child : children) {
        Canary.assertAbsent(child.shown(), secrets.get(i), what() + ": a process, secret " + i);
      }
    }
  }

  /** That nobody is refused says something only if a refusal is seen. */
  void assertThatRefusalsAreSeen() throws Exception {
    cloud.set("nightly", "KEY", secrets.get(1));
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (traffic.refusals().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertThat(traffic.refusals())
        .isNotEmpty()
        .allSatisfy(refusal -> {
          assertThat(refusal.user()).isEqualTo("web app nightly");
          assertThat(refusal.evidence()).endsWith("wrong key");
        });
  }

  // What is looked at.

  private Map<String, String> keys() throws Exception {
    Map<String, String> keys = estate.keys(cloud);
    keys.values().stream().filter(key -> !secrets.contains(key)).forEach(secrets::add);
    return keys;
  }

  private JsonNode settings() throws Exception {
    var all = Cloud.JSON.createObjectNode();
    for (String app : Estate.APPS) {
      for (String group : List.of("appsettings", "connectionstrings")) {
        all.set(app + " " + group, cloud.settings(app, group));
      }
    }
    return all;
  }

  /** The versions of a secret, and whether they are enabled. */
  private Map<String, Boolean> versions(String name) throws Exception {
    Map<String, Boolean> versions = new TreeMap<>();
    JsonNode page = cloud.vault(name + "/versions");
    for (JsonNode version : page.path("value")) {
      versions.put(
          version.path("id").asText().replaceFirst(".*/", ""),
          version.at("/attributes/enabled").asBoolean());
    }
    assertThat(page.path("nextLink").isTextual()).as("one page").isFalse();
    return versions;
  }

  private String what() {
    return title + ", " + estate + ", run " + runs + " (" + folder + ")\n" + String.join("\n", lines) + "\n";
  }

  private static String shown(Child child) {
    try {
      return child.out();
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** Writes what happened beside the journal, and the figures for who runs the test. */
  void report() throws IOException {
    lines.add(toString());
    killedAt.forEach((entry, times) -> lines.add(times + " × after " + entry));
    Files.write(folder.resolve("report.txt"), lines);
    System.out.println(this);
  }

  @Override
  public String toString() {
    return String.format(
        "%s, %s: %d kills in %d runs by %d processes, %.0f s; %d users, %d uses (the slowest %.0f a"
            + " second, the longest gap %d ms), %d overtaken, %d refused",
        title,
        estate,
        killedAt.values().stream().mapToInt(times -> times).sum(),
        runs,
        processes,
        (System.nanoTime() - began) / 1e9,
        traffic.users(),
        traffic.uses(),
        traffic.slowest(),
        traffic.longestGap().toMillis(),
        traffic.overtaken(),
        traffic.refusals().size());
  }

  @Override
  public void close() {
    traffic.close();
    cloud.close();
  }
}
