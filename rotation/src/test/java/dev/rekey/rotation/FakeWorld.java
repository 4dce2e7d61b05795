package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An issuer, a store and dependents in memory, strict, with faults at chosen calls; after each call
 * it is checked that nobody is without a working credential.
 */
final class FakeWorld {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  static final String CONNECTION = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=";
  static final ProofPolicy QUICK =
      new ProofPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(20));

  /** What can go wrong at a call. */
  enum Fault {
    THROW_BEFORE,
    APPLIED_THEN_THROW,
    BREAK_CONTRACT,
    STALE,
    CUT_SHORT,
    FROZEN,
    CANCELLED,
    DIE_BEFORE,
    DIE_AFTER
  }

  /** The end of the process: nobody may catch it. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("the process died");
    }
  }

  record Value(String text, Instant issuedAt) {}

  record Version(String name, String id, String value, boolean enabled, String attempt) {}

  /** All there is, immutable: what a stale read shows is an earlier one. */
  record State(
      TreeMap<String, Value> slots,
      List<Version> versions,
      TreeMap<String, TreeMap<String, String>> apps) {
    State copy() {
      TreeMap<String, TreeMap<String, String>> copies = new TreeMap<>();
      apps.forEach((id, settings) -> copies.put(id, new TreeMap<>(settings)));
      return new State(new TreeMap<>(slots), new ArrayList<>(versions), copies);
    }

    /** Returns the newest version of a name. */
    Optional<Version> newest(String name) {
      return versions.stream().filter(v -> v.name().equals(name)).reduce((a, b) -> b);
    }
  }

  /** A body of a call, over what it sees. */
  interface Body<T> {
    T over(State seen) throws RotationException;
  }

  final long seed;
  final Random random;
  final FingerprintKey key;
  final Rewriter rewriter;
  final Detector detector;
  final Instant[] now = {START};
  final List<String> calls = new ArrayList<>();
  final List<String> changes = new ArrayList<>();
  final Map<Integer, Fault> faults = new HashMap<>();
  /** What goes wrong at the next call of a name. */
  final Map<String, Fault> first = new HashMap<>();

  final List<String> everIssued = new ArrayList<>();
  /** For how many probes an endpoint still honours a value that is in no slot any more. */
  final Map<String, Integer> lingering = new HashMap<>();
  /** For how many probes an endpoint does not know a new value yet. */
  final Map<String, Integer> young = new HashMap<>();

  final FakeIssuer issuer = new FakeIssuer(this);
  /** The issuer of a world in which each value has a slot of its own. */
  Optional<FakeOneShotIssuer> oneShot = Optional.empty();

  final FakeStore store = new FakeStore(this);
  /** How somebody stops all runs, or this one, while a call is under way. */
  Runnable freeze = () -> {};

  Runnable cancel = () -> {};
  /** What other people do, right after a call of this name was made for the first time. */
  final Map<String, Runnable> after = new HashMap<>();
  /** Dependents whose health check fails when they hold the value of this slot's first successor. */
  final List<String> unhealthyWithNew = new ArrayList<>();

  /** Dependents whose health check fails when they hold the value of key1 at first. */
  final List<String> unhealthyWithExposed = new ArrayList<>();

  /** Dependents that could have an identity of their own. */
  final List<String> withIdentity = new ArrayList<>();

  /** Whether the issuer has a kill switch, whether that is on, and whether it can't be undone. */
  boolean hasSwitch;

  boolean keysOff;

  boolean switchIsFinal;

  /** Whether endpoints have not heard of the switch. */
  boolean switchIsDeaf;

  /** What stands in the way of the issuer, of the store, and of each dependent by its id. */
  final Map<String, Obstacles> obstacles = new HashMap<>();

  /** How long threads have waited. */
  Duration slept = Duration.ZERO;

  /** What changes beside a value from one slot to the other. */
  final Map<String, String> beside = new TreeMap<>();

  /** Dependents that take their value from the store. */
  final List<String> followers = new ArrayList<>();

  /** Of each into whom nobody can look, the value it has: only a person changes that. */
  final Map<String, String> opaque = new TreeMap<>();

  int staleSnapshots;
  int probesUntilOldDies;
  int probesUntilNewLives;
  ProofPolicy proof = QUICK;
  Duration grace = Use.LOOK_BACK;
  boolean guard = true;
  /** Whether planner and rotator may read the exposed value where it was found. */
  boolean readable;

  boolean endpointsUnclear;
  UsageSource usage = (source, slot, value, since) ->
      call("usage.usesOf", seen -> new UsageSource.Usage.Counted(0, List.of()));
  State state = new State(new TreeMap<>(), new ArrayList<>(), new TreeMap<>());
  State before = state;

  FakeWorld(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.key = FingerprintKey.of(bytes);
    this.detector = Detector.builder(RuleSet.empty()).fingerprintKey(key).build();
    this.rewriter = new Rewriter(detector);
    state.slots.put("key1", new Value(newValue(), START.minus(Duration.ofDays(90))));
    state.slots.put("key2", new Value(newValue(), START.minus(Duration.ofDays(80))));
    state.versions.add(new Version("acme-key", "v1", exposed(), true, "by hand"));
    addApp("shop", exposed());
    addApp("till", exposed());
    before = state.copy();
  }

  void addApp(String name, String value) {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("STORAGE", CONNECTION + value + ";EndpointSuffix=core.windows.net");
    settings.put("KEY", value);
    settings.put("COLOUR", "blue; $1 \\ % \"quoted\"");
    state.apps.put(name, settings);
  }

  String newValue() {
    byte[] bytes = new byte[64];
    random.nextBytes(bytes);
    String value = Base64.getEncoder().encodeToString(bytes);
    everIssued.add(value);
    return value;
  }

  /** The value that key1 held at first. */
  String exposed() {
    return everIssued.get(0);
  }

  String value(String slot) {
    return state.slots.get(slot).text();
  }

  Fingerprint fingerprint(String value) {
    try (Secret secret = Secret.of(value)) {
      return key.fingerprint(secret);
    }
  }

  Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now[0];
      }
    };
  }

  // Calls.

  <T> T call(String site, Body<T> body) throws RotationException {
    calls.add(site);
    now[0] = now[0].plusMillis(10);
    Fault named = first.remove(site);
    Fault fault = named == null ? faults.get(calls.size()) : named;
    if (fault == Fault.DIE_BEFORE) {
      throw new Died();
    }
    if (fault == Fault.THROW_BEFORE) {
      throw new RotationException(site + " could not be called");
    }
    if (fault == Fault.BREAK_CONTRACT) {
      throw new IllegalStateException("broken: " + exposed());
    }
    T result = body.over(fault == Fault.STALE ? before : state);
    Runnable others = after.remove(site);
    if (others != null) {
      others.run();
    }
    check(site);
    if (fault == Fault.DIE_AFTER) {
      throw new Died();
    }
    if (fault == Fault.FROZEN) {
      freeze.run();
    }
    if (fault == Fault.CANCELLED) {
      cancel.run();
    }
    if (fault == Fault.CUT_SHORT) {
      Thread.currentThread().interrupt();
      throw new RotationException(site + " was cut short");
    }
    if (fault == Fault.APPLIED_THEN_THROW) {
      throw new RotationException(site + " did not answer");
    }
    return result;
  }

  /** A change: a stale read can't be its base, and what was there before is what a stale read shows. */
  void change(String what, Runnable how) {
    before = state.copy();
    changes.add(what);
    how.run();
  }

  /** I1, I3: after every call each dependent and each follower of the store can work. */
  private void check(String site) {
    if (!guard) {
      return;
    }
    state.apps.forEach((id, settings) -> {
      for (String name : List.of("STORAGE", "KEY")) {
        assertThat(isIssued(settings.get(name)))
            .as("seed %d: after %s, %s of %s holds a value of a slot", seed, site, name, id)
            .isTrue();
      }
    });
    opaque.forEach((id, value) -> assertThat(isIssued(value))
        .as("seed %d: after %s, %s has a value that works", seed, site, id)
        .isTrue());
    state.versions.stream().map(Version::name).distinct().forEach(name -> {
      Version newest = state.newest(name).orElseThrow();
      assertThat(newest.enabled() && isIssued(newest.value()))
          .as("seed %d: after %s, the newest version of %s works", seed, site, name)
          .isTrue();
    });
  }

  boolean isIssued(String text) {
    return state.slots.values().stream().anyMatch(value -> text.contains(value.text()));
  }

  /** What an endpoint that honours values of slots answers. */
  ProbeAnswer answer(String endpoint, State seen, String text) {
    if (endpointsUnclear) {
      return new ProbeAnswer.Unclear(endpoint, "403 AuthorizationFailure");
    }
    if (keysOff && !switchIsDeaf) {
      return new ProbeAnswer.Unclear(endpoint, "403 KeyBasedAuthenticationNotPermitted");
    }
    boolean held = seen.slots().values().stream().anyMatch(v -> v.text().equals(text));
    Map<String, Integer> delays = held ? young : lingering;
    int left = delays.getOrDefault(text, 0);
    delays.put(text, Math.max(0, left - 1));
    return held == (left <= 0)
        ? new ProbeAnswer.Accepted(endpoint, "200")
        : new ProbeAnswer.Refused(endpoint, "403 AuthenticationFailed");
  }

  // Dependents.

  DependentFinder dependents() {
    return new DependentFinder() {
      @Override
      public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
        return call("dependents.findUsing", seen -> {
          List<Dependent> users = new ArrayList<>();
          seen.apps.forEach((id, settings) -> {
            if (held(settings).contains(fingerprint)) {
              users.add(new App(id));
            }
          });
          return users;
        });
      }

      @Override
      public Dependent dependent(String id) throws RotationException {
        return call("dependents.dependent", seen -> {
          if (!seen.apps.containsKey(id)) {
            throw new RotationException("there is no app " + id);
          }
          return new App(id);
        });
      }

      @Override
      public List<OpaqueDependent> findOpaque(SecretIssuer source) throws RotationException {
        return opaque.isEmpty()
            ? List.of()
            : call(
                "dependents.findOpaque",
                seen -> opaque.keySet().stream()
                    .map(id -> new OpaqueDependent(
                        id,
                        "service " + id,
                        Link.REFERENCED,
                        "Set it in the console of " + id + "."))
                    .toList());
      }
    };
  }

  /** A person gives the value of a slot to everybody into whom nobody can look. */
  void moveByHand(String slot) {
    opaque.replaceAll((id, value) -> value(slot));
  }

  /** What a person says who has moved somebody. */
  Attestation moved(String id) {
    return new Attestation("Olga", id, "It has the new key.", now[0]);
  }

  Set<Fingerprint> held(Map<String, String> settings) {
    Set<Fingerprint> held = new java.util.HashSet<>();
    settings.values().forEach(text -> held.addAll(rewriter.fingerprints(text)));
    return held;
  }

  private final class App implements Dependent {
    private final String id;

    App(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String label() {
      return "app " + id;
    }

    @Override
    public Set<Fingerprint> observe() throws RotationException {
      return call("dependent.observe", seen -> held(seen.apps.get(id)));
    }

    @Override
    public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
      call("dependent.adopt", seen -> {
        TreeMap<String, String> merged = new TreeMap<>(seen.apps.get(id));
        for (Map.Entry<String, String> setting : merged.entrySet()) {
          Optional<String> replaced = rewriter.replace(setting.getValue(), replacement);
          replaced.ifPresent(setting::setValue);
        }
        // It reads again before it writes, as there is no precondition on the write.
        if (seen.apps.get(id).equals(state.apps.get(id)) && !merged.equals(state.apps.get(id))) {
          change("adopt " + id, () -> state.apps.put(id, merged));
        }
        return "";
      });
    }

    @Override
    public void verify(Fingerprint expected) throws RotationException {
      call("dependent.verify", seen -> {
        if (!held(seen.apps.get(id)).contains(expected)) {
          throw new RotationException(label() + " is not configured with the expected value");
        }
        if (unhealthyWithExposed.contains(id) && seen.apps.get(id).get("KEY").equals(exposed())) {
          throw new RotationException(label() + " does not run");
        }
        if (unhealthyWithNew.contains(id) && !seen.apps.get(id).get("KEY").equals(exposed())) {
          throw new RotationException(label() + " does not run");
        }
        return "";
      });
    }

    @Override
    public boolean canHaveIdentity() {
      return withIdentity.contains(id);
    }

    @Override
    public Obstacles obstacles(SecretStore store) {
      return obstacles.getOrDefault(id, Obstacles.NONE);
    }

    @Override
    public boolean followsStore() {
      return followers.contains(id);
    }

    @Override
    public PlannedCall describeAdopt() {
      return PlannedCall.of("PUT " + id + "/appsettings");
    }
  }

  IssuerFinder issuers() {
    return oneShot.isPresent() ? oneShot.get().finder() : slotIssuers();
  }

  private IssuerFinder slotIssuers() {
    return new IssuerFinder() {
      @Override
      public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
          throws RotationException {
        return call(
            "issuers.findIssuing",
            seen -> issuer
                .held(seen)
                .holding(credential.fingerprint())
                .map(slot -> new Holding(issuer, slot)));
      }

      @Override
      public SecretIssuer issuer(String id) throws RotationException {
        return call("issuers.issuer", seen -> issuer);
      }
    };
  }

  // Where the exposed value was found.

  /** A detector of the exposed value, and the repository in which it stands. */
  Rotator.Builder reading(Rotator.Builder builder) {
    return builder.sources(finding(), List.of(new Repository(exposed())));
  }

  Planner.Builder reading(Planner.Builder builder) {
    return builder.sources(finding(), List.of(new Repository(exposed())));
  }

  Detector finding() {
    Rule rule = Rule.named("acme.key")
        .label("an Acme key")
        .keyword("AccountKey=")
        .regex("AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)")
        .example("AccountKey=" + new FakeWorld(98).newValue())
        .counterexample("AccountKey=short")
        .build();
    return Detector.builder(RuleSet.empty().plus(rule)).fingerprintKey(key).build();
  }

  /** A repository with the value in its only file, and another value before it. */
  private record Repository(String value) implements ContentSource {
    @Override
    public void read(Sink sink) {
      throw new AssertionError("only the place is read again");
    }

    @Override
    public void reread(Place place, Sink sink) throws InterruptedException {
      String text = "AccountKey=" + new FakeWorld(99).newValue() + "\nAccountKey=" + value + "\n";
      sink.accept(Content.of(
          place.address(),
          AssetContext.unknown("a test"),
          () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }
  }

  // Plans and rotators.

  Exposure exposure(String... resources) {
    return exposure(Signal.unknown("a test"), resources);
  }

  Exposure exposure(Signal production, String... resources) {
    return exposureOf(exposed(), production, resources);
  }

  Exposure exposureOf(String value, Signal production, String... resources) {
    List<Sighting> sightings = new ArrayList<>();
    for (String resource : resources.length == 0 ? new String[] {"repo"} : resources) {
      AssetContext unknown = AssetContext.unknown("a test");
      sightings.add(new Sighting(
          new Finding(
              "azure.storage",
              "an Azure storage account key",
              Severity.HIGH,
              Remedy.ROTATE,
              new Place(resource + "/file", "", new Location(3, 91, 1, 4)),
              "***",
              1,
              Checksum.NONE,
              fingerprint(value),
              Map.of()),
          new AssetContext(
              "t", resource, production, unknown.publiclyReachable(), unknown.widelyReadable())));
    }
    return Exposure.of(sightings);
  }

  Planner planner() {
    return planner(builder -> builder.waves(user -> Optional.of(Wave.PRODUCTION)));
  }

  Planner planner(Function<Planner.Builder, Planner.Builder> more) {
    Planner.Builder builder = Planner.builder()
        .issuers(issuers())
        .store(store)
        .dependents(dependents())
        .usage((a, b, c, d) -> usage.usesOf(a, b, c, d))
        .clock(clock());
    return more.apply(readable ? reading(builder) : builder).build();
  }

  RotationPlan plan() {
    return planner().plan(exposure());
  }

  Approval approve(RotationPlan plan, Risk... risks) {
    return approving(plan, risks).build();
  }

  /** As the default policy wants it for a plan of which nobody knows whether it is production. */
  Approval.Builder approving(RotationPlan plan, Risk... risks) {
    return Approval.of(plan)
        .requester("Asker")
        .approver("Ann", now[0], "CHANGE-1")
        .approver("Bob", now[0], "CHANGE-1, second")
        .expires(START.plus(Duration.ofHours(8)))
        .accept(risks);
  }

  private void pause(Duration duration) {
    now[0] = now[0].plus(duration);
    slept = slept.plus(duration);
  }

  Rotator rotator(RotationJournal journal) {
    return rotator(journal, Function.identity());
  }

  Rotator rotator(RotationJournal journal, Function<Rotator.Builder, Rotator.Builder> more) {
    Rotator.Builder builder = more.apply(Rotator.builder(journal)
        .issuers(issuers())
        .store(store)
        .dependents(dependents())
        .usage((a, b, c, d) -> usage.usesOf(a, b, c, d))
        .proof(proof)
        .grace(grace)
        .clock(clock())
        .pause(this::pause)
        .fingerprintKey(key));
    return (readable ? reading(builder) : builder).build();
  }
}
