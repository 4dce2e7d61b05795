package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Link;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProofOfUse;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One web app or function app with all of its slots, and what is configured in them.
 *
 * <p>The slots are one dependent because a swap moves settings between them at any time: a slot that
 * was left with the old value would bring it back into production. So all are changed, production
 * last, and looked through until none holds the old value any more. Names that stick to a slot stay
 * as they are.
 */
final class WebApp implements Dependent {
  static final String API_VERSION = "2024-04-01";
  static final String SITES = "Microsoft.Web/sites";

  /** How often the slots are looked through while they are swapped under our hands. */
  private static final int ROUNDS = 4;

  private final AppService service;
  private final ResourceId id;
  private final AppKind kind;
  private final Found found;

  /**
   * What is known of the use for which an app was found.
   *
   * @param uses which of its slots use the value, and how
   */
  private record Found(Map<ResourceId, List<AppSlot.Holding>> uses) {
    static final Found NOTHING = new Found(Map.of());

    Found {
      uses = Collections.unmodifiableMap(new LinkedHashMap<>(uses));
    }

    private boolean any(Predicate<AppSlot.Holding> which) {
      return uses.values().stream().flatMap(List::stream).anyMatch(which);
    }

    boolean ofRuntime() {
      return any(AppSlot.Holding::isOfRuntime);
    }

    Link link() {
      boolean byReference = any(holding -> holding.reference().isPresent());
      return byReference && !any(holding -> holding.reference().isEmpty())
          ? Link.REFERENCED
          : Link.CONFIGURED;
    }
  }

  /** Takes the id of the app itself, which is that of its production slot. */
  WebApp(AppService service, ResourceId id, AppKind kind) {
    this(service, id, kind, Found.NOTHING);
  }

  private WebApp(AppService service, ResourceId id, AppKind kind, Found found) {
    this.service = service;
    this.id = id;
    this.kind = kind;
    this.found = found;
  }

  /** Returns the app with what is known now of its use of a value, if it uses it. */
  Optional<WebApp> using(Fingerprint fingerprint) throws RotationException {
    Map<ResourceId, List<AppSlot.Holding>> uses = new LinkedHashMap<>();
    AppKind known = kind;
    for (AppSlot slot : slots()) {
      known = slot.kind();
      List<AppSlot.Holding> holdings = slot.holdings().stream()
          .filter(holding -> holding.fingerprints().contains(fingerprint))
          .toList();
      if (!holdings.isEmpty()) {
        uses.put(slot.id(), holdings);
      }
    }
    return uses.isEmpty()
        ? Optional.empty()
        : Optional.of(new WebApp(service, id, known, new Found(uses)));
  }

  @Override
  public String id() {
    return id.toString();
  }

  @Override
  public String label() {
    return name()
        + (kind == AppKind.FUNCTION_APP && found.ofRuntime()
            ? ", as the storage of its runtime"
            : "");
  }

  @Override
  public Link link() {
    return found.link();
  }

  private String name() {
    return AppSlot.label(id, kind);
  }

  /** Returns the slots that there are now: production last, the others by their names. */
  private List<AppSlot> slots() throws RotationException {
    List<AppSlot> slots = new ArrayList<>();
    try {
      service
          .arm()
          .list(id + "/slots", API_VERSION)
          .map(shown -> AppSlot.of(service, slotId(shown), shown))
          .forEach(slots::add);
      slots.add(AppSlot.of(service, id, service.arm().get(id.toString(), API_VERSION)));
      return slots;
    } catch (ArmException failed) {
      throw Failures.of("reading the slots of " + name(), failed);
    } catch (IllegalArgumentException malformed) {
      throw new RotationException(
          "the slots of " + name() + " were listed with an id that is none", malformed);
    }
  }

  /** Made from our own id, so that no answer leads elsewhere. */
  private ResourceId slotId(JsonNode shown) {
    return id.child("slots", ResourceId.parse(shown.path("id").asText()).name());
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> fingerprints = new HashSet<>();
    for (AppSlot slot : slots()) {
      fingerprints.addAll(slot.observe());
    }
    return fingerprints;
  }

  @Override
  public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    for (int round = 0; round < ROUNDS; round++) {
      List<AppSlot> slots = slots();
      for (AppSlot slot : slots) {
        slot.requireNoPendingSwap();
      }
      boolean changed = false;
      for (AppSlot slot : slots) {
        changed |= slot.adopt(replacement, attempt);
      }
      if (!changed) {
        return;
      }
    }
    throw new RotationException("the slots of " + name()
        + " are changed or swapped again and again; stop that, and plan again");
  }

  @Override
  public void verify(Fingerprint expected) throws RotationException {
    boolean configured = false;
    for (AppSlot slot : slots()) {
      slot.requireUpToDate(expected);
      if (slot.observe().contains(expected)) {
        configured = true;
        slot.requireNoPendingSwap();
        slot.requireWorking();
      }
    }
    if (!configured) {
      throw new RotationException(
          name() + " is not configured with the expected credential: " + id);
    }
  }

  /** Settings that refer to a vault are moved by what that holds. */
  @Override
  public boolean followsStore() {
    return service.followed().isPresent();
  }

  @Override
  public boolean canHaveIdentity() {
    return true;
  }

  /** Writing its settings starts it again, and {@link #verify} sees that it runs. */
  @Override
  public ProofOfUse proves() {
    return ProofOfUse.RESTARTED;
  }

  @Override
  public Obstacles obstacles(SecretStore store) {
    Obstacles all = Obstacles.NONE;
    for (Map.Entry<ResourceId, List<AppSlot.Holding>> use : uses().entrySet()) {
      all = all.and(ArmObstacles.of(
          service.arm(),
          AppSlot.label(use.getKey(), kind),
          use.getKey().toString(),
          new SlotCalls(use.getKey(), kind, use.getValue())
              .addTo(PlannedCall.of(""))
              .permissions()));
    }
    try {
      for (AppSlot slot : slots()) {
        if (uses().containsKey(slot.id())) {
          all = all.and(slot.reach(uses().getOrDefault(slot.id(), List.of())));
        }
      }
    } catch (RotationException unreadable) {
      all = all.and(
          Obstacles.unknown("What stands in the way of " + name() + ": " + unreadable.problem()));
    }
    return all;
  }

  /** What is known to use the value; where nothing is, production is taken to. */
  private Map<ResourceId, List<AppSlot.Holding>> uses() {
    return found.uses().isEmpty() ? Map.of(id, List.of()) : found.uses();
  }

  @Override
  public PlannedCall describeAdopt() {
    Map<ResourceId, List<AppSlot.Holding>> uses = uses();
    List<String> texts = new ArrayList<>();
    PlannedCall call = PlannedCall.of("");
    for (Map.Entry<ResourceId, List<AppSlot.Holding>> use : uses.entrySet()) {
      SlotCalls calls = new SlotCalls(use.getKey(), kind, use.getValue());
      texts.add(calls.text());
      call = calls.addTo(call);
    }
    call = call.needing(SITES + "/Read", id.toString())
        .needing(AppSlot.SLOTS + "/Read", id.toString())
        .withEffect("What somebody else writes into the settings of " + name()
            + " between our last reading and our write is lost.");
    Optional<Followed> followed = service.followed();
    if (followed.flatMap(Followed::harmless).isPresent()) {
      call = call.needing(SITES + "/config/Read", id.toString())
          .needing(AppSlot.SLOTS + "/config/Read", id.toString())
          .withEffect("Where a setting of " + name() + " is the key itself, it refers to "
              + followed.get().address() + " afterwards, once a setting "
              + ReferenceProof.SETTING + " that refers to the secret "
              + followed.get().harmless().get()
              + " there was resolved; it restarts twice for that.");
    }
    return new PlannedCall(
        String.join("; ", texts) + " (only what holds the key)",
        call.az(),
        call.permissions(),
        call.effects());
  }
}
