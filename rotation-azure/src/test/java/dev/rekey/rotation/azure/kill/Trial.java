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
import dev.rekey.simulator.Fault;
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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An estate at work, whose exposed key is rotated again and again by processes that are killed. */
final class Trial implements AutoCloseable {
  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-Xmx256m");
  private static final Fault OBSTACLE = Fault.on("PUT", ".+/shop-worker/config/connectionstrings")
      .status(403, "{}")
      .times(0)
      .named("obstacle");
  private static final String REGENERATED = ".+/regenerateKeys?\\?.*";

  private final Estate estate;
  private final Path folder;
  private final String title;
  private final Cloud cloud;
  private final Traffic traffic;
  private final Clients clients;
  private final long began = System.nanoTime();

  private final Set<String> storedVersions = new HashSet<>();
  private final Map<String, Integer> killedAt = new TreeMap<>();
  private final List<String> lines = new ArrayList<>();
  private Optional<Fault> obstacle = Optional.empty();
  private Optional<Child> rotator = Optional.empty();
  private int processes;
  private int runs;
  private int rolledBack;

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
    String used =
        Estate.keyIn(cloud.settings("shop-web", "appsettings").path("KEY").asText());
    List<String> names = new ArrayList<>(keys.keySet());
    names.sort(Comparator.comparing(name -> !used.equals(keys.get(name))));
    return new Slots(names.get(0), names.get(1));
  }

  /** What is true before a run. */
  private record Before(
      Map<String, String> keys, Slots slots, JsonNode settings, int texts, int regenerated) {
    String exposed() {
      return value(keys, slots.exposed());
    }

    String standby() {
      return value(keys, slots.standby());
    }
  }

  private static String value(Map<String, String> keys, String slot) {
    return Optional.ofNullable(keys.get(slot)).orElseThrow();
  }

  /**
   * Rotates the key that everybody uses, with so many kills or, where the run ends before, fewer; then
   * all must be as if there had been none. Returns how many.
   *
   * @param obstructed whether one app can't be written, so that the run must give up and go back
   */
  int rotate(Random random, int kills, boolean obstructed) throws Exception {
    runs++;
    Map<String, String> keys = keys();
    Slots slots = slots(keys);
    cloud.set("nightly", "KEY", value(keys, slots.standby()));
    Before before = new Before(
        keys,
        slots,
        settings(),
        versions(Estate.TEXT_SECRET).size(),
        cloud.done("POST", REGENERATED).size());
    RotationPlan plan = plan(before.exposed());
    assertThat(plan.blockers()).as(what()).isEmpty();
    assertThat(plan.standbyUsers())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app nightly");
    assertThat(plan.dependents()).hasSize(3);
    obstacle = obstructed ? Optional.of(OBSTACLE) : Optional.empty();
    cloud.heal(obstacle);

    Instant start = Instant.now();
    List<Child> children = new ArrayList<>();
    Set<String> ends = new HashSet<>();
    int made = 0;
    boolean ended = false;
    while (!ended) {
      Child child = startRotator();
      children.add(child);
      boolean killed = made < kills && kill(child, Kill.random(random));
      if (!killed) {
        child.await();
      }
      ended = !killed || hasEnded();
      if (!ended) {
        made++;
        ends.add(lastEntry());
      }
    }

    obstacle = Optional.empty();
    cloud.heal(obstacle);
    String said = children
        .get(children.size() - 1)
        .out()
        .replace(RotatorProcess.BEGINS, "")
        .trim();
    lines.add(String.format(
        "run %d: %d kills, %d processes, %d ms: %s",
        runs, made, children.size(), Duration.between(start, Instant.now()).toMillis(), said));
    assertThat(traffic.refusals()).as(what()).isEmpty();
    assertThat(hasEnded()).as(what()).isTrue();
    JournalEntry end = lastOf(entries());
    // Whoever was killed just after the end says nothing.
    assertThat(said).as(what()).matches("|" + end.fact("result") + ": .+");
    boolean mayGoBack = obstructed;
    if (mayGoBack && end.fact("result").equals("RolledBack")) {
      rolledBack++;
      assertBack(before);
    } else {
      assertThat(obstructed).as(what()).isFalse();
      assertThat(end.fact("result")).as(what()).isEqualTo("Completed");
      // Links that a messaging key opened may outlive it.
      assertThat(end.fact("verdict"))
          .as(what())
          .isEqualTo(estate == Estate.SERVICE_BUS ? "DEAD_FOR_NEW" : "DEAD");
      assertRotated(before);
    }
    assertWhole();
    assertNothingShown(children, before);
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
        .accept(plan.risks().toArray(new Risk[0]))
        .build();
    Files.writeString(folder.resolve("plan.json"), plan.toJson());
    Files.writeString(folder.resolve("approval.json"), approval.toJson());
    return plan;
  }

  private Child startRotator() throws Exception {
    processes++;
    Child child = Child.start(
        folder,
        "rotator-" + processes,
        RotatorProcess.class,
        // Everything that the Azure clients log, to where it is looked at.
        Stream.concat(
                QUICK_START.stream(), Stream.of("-Dorg.slf4j.simpleLogger.logFile=System.err"))
            .toList(),
        List.of(folder.toString(), estate.name(), cloud.vaultUrl().toString()),
        cloud.clientSecret());
    rotator = Optional.of(child);
    return child;
  }

  /** Kills a rotator at a point, if it gets there; returns whether it did. */
  private boolean kill(Child rotator, Kill at) throws Exception {
    if (at instanceof Kill.AtRequest request) {
      cloud.strike(request.fault());
      while (rotator.isAlive() && !cloud.holds(request.fault())) {
        // It looks again: "holds" waits a moment.
      }
    } else if (at instanceof Kill.AtMoment moment) {
      long entries = lines() + moment.entries();
      while (rotator.isAlive()
          && (!rotator.out().contains(RotatorProcess.BEGINS) || lines() < entries)) {
        Thread.sleep(1);
      }
      long end = System.nanoTime() + moment.after().toNanos();
      while (rotator.isAlive() && System.nanoTime() < end) {
        Thread.sleep(1);
      }
    }
    boolean killed = rotator.isAlive() && rotator.kill() == Child.KILLED;
    cloud.heal(obstacle);
    if (killed && !hasEnded()) {
      JournalCheck check = Files.exists(journal())
          ? RotationJournal.verify(journal())
          : new JournalCheck.Whole(0, "");
      assertThat(check).as(what()).isNotInstanceOf(JournalCheck.Broken.class);
      killedAt.merge(lastEntry(), 1, Integer::sum);
      lines.add("run " + runs + ": killed " + at + "; the journal ended with " + lastEntry()
          + (check instanceof JournalCheck.Torn ? ", and a torn line" : ""));
    }
    return killed;
  }

  /** Whether the run of now has begun and ended. */
  private boolean hasEnded() {
    return runIds().size() == runs && lastOf(entries()).phase() == JournalEntry.Phase.ENDED;
  }

  private static JournalEntry lastOf(List<JournalEntry> entries) {
    return entries.get(entries.size() - 1);
  }

  private Path journal() {
    return folder.resolve("journal.jsonl");
  }

  private long lines() throws IOException {
    if (!Files.exists(journal())) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(journal())) {
      return lines.count();
    }
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

  /** Step and phase of what the run of now wrote last. */
  private String lastEntry() {
    if (runIds().size() < runs) {
      return "nothing";
    }
    JournalEntry last = lastOf(entries());
    return last.step().replaceFirst("\\.\\d+$", "") + " " + last.phase();
  }

  // What must be true when a run has ended, however often it was killed.

  private void assertRotated(Before before) throws Exception {
    Map<String, String> after = keys();
    String fresh = value(after, before.slots().standby());
    // Both have changed, and there were two changes: each was changed once.
    assertThat(value(after, before.slots().exposed()).equals(before.exposed()))
        .as(what())
        .isFalse();
    assertThat(fresh.equals(before.standby())).as(what()).isFalse();
    assertThat(cloud.done("POST", REGENERATED)).as(what()).hasSize(before.regenerated() + 2);
    HttpResponse<String> answer = use(before.exposed());
    assertThat(estate.isDeath(answer.statusCode(), answer.body())).as(what()).isTrue();
    assertSettings(before
        .settings()
        .toString()
        .replace(before.exposed(), fresh)
        .replace(before.standby(), fresh));
    assertStored(fresh);
    assertThat(enabled(Estate.KEY_SECRET, before.exposed())).as(what()).isEmpty();
    assertThat(versions(Estate.TEXT_SECRET)).as(what()).hasSize(before.texts() + 1);
  }

  private void assertBack(Before before) throws Exception {
    Map<String, String> after = keys();
    assertThat(value(after, before.slots().exposed()).equals(before.exposed()))
        .as(what())
        .isTrue();
    boolean issued = !value(after, before.slots().standby()).equals(before.standby());
    assertThat(cloud.done("POST", REGENERATED))
        .as(what())
        .hasSize(before.regenerated() + (issued ? 1 : 0));
    // Once the standby slot was regenerated, the exposed value is the one that works for everybody.
    String settings = before.settings().toString();
    assertSettings(issued ? settings.replace(before.standby(), before.exposed()) : settings);
    assertStored(before.exposed());
  }

  private void assertSettings(String expected) throws Exception {
    // Without the texts in the message: they hold keys.
    assertThat(settings().toString().equals(expected)).as(what() + ": settings").isTrue();
  }

  private void assertStored(String expected) throws Exception {
    for (JournalEntry entry : entries()) {
      if (entry.step().matches("(rollback\\.)?store")
          && entry.phase() == JournalEntry.Phase.OUTCOME) {
        storedVersions.add(entry.fact("version"));
      }
    }
    assertThat(versions(Estate.KEY_SECRET).keySet())
        .as(what() + ": no orphan")
        .isEqualTo(storedVersions);
    String newest = cloud.vault(Estate.KEY_SECRET).path("value").asText();
    String text = cloud.vault(Estate.TEXT_SECRET).path("value").asText();
    assertThat(newest.equals(expected)).as(what()).isTrue();
    assertThat(text.equals(estate.connectionString(expected))).as(what()).isTrue();
    assertThat(use(newest).statusCode()).as(what()).isEqualTo(200);
    assertThat(cloud.vault("other").path("value").asText()).isEqualTo("x");
  }

  /** The versions of a secret that are enabled and hold a value. */
  private List<String> enabled(String name, String value) throws Exception {
    List<String> holding = new ArrayList<>();
    for (Map.Entry<String, Boolean> version : versions(name).entrySet()) {
      if (version.getValue()
          && cloud.vault(name + "/" + version.getKey()).path("value").asText().equals(value)) {
        holding.add(version.getKey());
      }
    }
    return holding;
  }

  private HttpResponse<String> use(String key) throws Exception {
    return cloud.send(estate.use(estate.endpoint(cloud), key));
  }

  private void assertWhole() {
    assertThat(RotationJournal.verify(journal())).as(what()).isInstanceOf(JournalCheck.Whole.class);
    assertThat(RotationJournal.file(journal()).unfinished()).as(what()).isEmpty();
    assertThat(runIds()).as(what()).hasSize(runs);
  }

  private void assertNothingShown(List<Child> children, Before before) throws Exception {
    Set<String> secrets = new LinkedHashSet<>(before.keys().values());
    secrets.addAll(keys().values());
    secrets.add(cloud.clientSecret());
    List<String> shown = new ArrayList<>(
        List.of(Files.readString(journal()), Files.readString(folder.resolve("plan.json"))));
    for (Child child : children) {
      shown.add(child.shown());
    }
    for (String text : shown) {
      for (String secret : secrets) {
        Canary.assertAbsent(text, secret, what() + ": text " + shown.indexOf(text));
      }
    }
  }

  /** That nobody is refused says something only if a refusal is seen. */
  void assertThatRefusalsAreSeen() throws Exception {
    Map<String, String> keys = keys();
    String standby = value(keys, slots(keys).standby());
    // A key of the right form that nobody honours.
    cloud.set("nightly", "KEY", new StringBuilder(standby).replace(0, 2, "00").toString());
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (traffic.refusals().isEmpty() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertThat(traffic.refusals()).isNotEmpty().allSatisfy(refusal -> {
      assertThat(refusal.user()).isEqualTo("web app nightly");
      assertThat(refusal.evidence()).endsWith("wrong key");
    });
  }

  // What is looked at.

  private Map<String, String> keys() throws Exception {
    return estate.keys(cloud);
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
    for (JsonNode version : cloud.vaultVersions(name)) {
      versions.put(
          version.path("id").asText().replaceFirst(".*/", ""),
          version.at("/attributes/enabled").asBoolean());
    }
    return versions;
  }

  private String what() {
    return title + ", " + estate + ", run " + runs + " (" + folder + ")\n"
        + String.join("\n", lines) + "\n";
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
        "%s, %s: %d kills in %d runs (%d rolled back) by %d processes, %.0f s; %d users, %d uses (the slowest %.0f a"
            + " second, the longest gap %d ms), %d overtaken, %d refused",
        title,
        estate,
        killedAt.values().stream().mapToInt(times -> times).sum(),
        runs,
        rolledBack,
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
    rotator.ifPresent(Child::end);
    cloud.close();
  }
}
