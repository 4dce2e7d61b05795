package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.Pause;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.StoredVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key vault.
 *
 * <p>A value, its tags, its content type and when it expires are written in one request, and the tag
 * with the attempt's id is how a version is recognised after a crash: Key Vault itself would make a
 * second one. So would the client, which sends a write again whose answer was lost; one of two such
 * twins is disabled. Its {@code retryOptions} also say how long a vault that can't be reached is
 * tried. Versions are disabled one by one, and never the newest; the name in use is never deleted.
 * Tags can be read by whoever may list, so they hold ids and fingerprints only. The secret of a
 * certificate is left alone: it is neither read nor written.
 *
 * <p>A vault takes 300 new versions in ten seconds: the store makes its own in their turn, and where
 * the vault is too busy all the same, it waits as long as the vault asks, up to a minute at a time.
 * Failures are {@link VaultException}s.
 *
 * <p>Thread-safe.
 */
public final class KeyVaultStore implements SecretStore {
  private static final Logger LOG = LoggerFactory.getLogger(KeyVaultStore.class);
  /** The tag that says which attempt put a version. */
  static final String ATTEMPT = "rekey-attempt";

  static final String READ_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action";
  static final String GET_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
  static final String SET_SECRET = "Microsoft.KeyVault/vaults/secrets/setSecret/action";
  private static final String UPDATE = "Microsoft.KeyVault/vaults/secrets/update/action";

  private static final String FINGERPRINT = "rekey-fingerprint";
  private static final String ISSUER = "rekey-issuer";
  private static final String SLOT = "rekey-slot";
  private static final String SUPERSEDES = "rekey-supersedes";
  private static final String RETIRED = "rekey-retired";
  private static final int LONGEST_TAG = 256;
  private static final int MOST_TAGS = 15;
  private static final int LONGEST_NAME = 127;
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_CONTENT_TYPE = 255;

  private final VaultCalls calls;
  private final FingerprintKey fingerprints;
  private final Clock clock;
  private final Optional<String> contentType;
  private final Optional<Duration> lifetime;

  private KeyVaultStore(Builder builder) {
    this.calls = new VaultCalls(builder.client, new VaultThrottle(builder.clock, builder.pause));
    this.fingerprints = builder.fingerprints;
    this.clock = builder.clock;
    this.contentType = builder.contentType;
    this.lifetime = builder.lifetime;
  }

  /**
   * Returns the vault that a client talks to.
   *
   * @param fingerprints the key under which the rotation's fingerprints are made
   */
  public static KeyVaultStore of(SecretClient client, FingerprintKey fingerprints) {
    return builder(client, fingerprints).build();
  }

  /**
   * Begins a store over the vault that a client talks to.
   *
   * @param fingerprints the key under which the rotation's fingerprints are made
   */
  public static Builder builder(SecretClient client, FingerprintKey fingerprints) {
    return new Builder(client, fingerprints);
  }

  /** Collects what a store needs; not thread-safe. */
  public static final class Builder {
    private final SecretClient client;
    private final FingerprintKey fingerprints;
    private Clock clock = Clock.systemUTC();
    private Pause pause = Pause.SLEEP;
    private Optional<String> contentType = Optional.empty();
    private Optional<Duration> lifetime = Optional.empty();

    private Builder(SecretClient client, FingerprintKey fingerprints) {
      this.client = Objects.requireNonNull(client, "client");
      this.fingerprints = Objects.requireNonNull(fingerprints, "fingerprints");
    }

    /**
     * Sets the content type of what is put; by default it is that of the version before.
     *
     * @throws IllegalArgumentException if Key Vault does not take it: 1 to 255 characters
     */
    public Builder contentType(String type) {
      if (type.isEmpty() || type.length() > LONGEST_CONTENT_TYPE) {
        throw new IllegalArgumentException(
            "a content type has 1 to " + LONGEST_CONTENT_TYPE + " characters");
      }
      contentType = Optional.of(type);
      return this;
    }

    /**
     * Sets after which time what is put says that it expires; by default it does not say. Key Vault
     * hands out what is expired: the date is for people, events and policies.
     *
     * @throws IllegalArgumentException if it is less than a second
     */
    public Builder lifetime(Duration time) {
      if (time.toSeconds() < 1) {
        throw new IllegalArgumentException("a lifetime is a second or more, not " + time);
      }
      lifetime = Optional.of(time);
      return this;
    }

    /** Sets the clock for expiry and for the rate of new versions; by default the system's. */
    public Builder clock(Clock newClock) {
      clock = Objects.requireNonNull(newClock, "clock");
      return this;
    }

    /** Sets what waits for the vault; by default it sleeps on the calling thread. */
    public Builder pause(Pause newPause) {
      pause = Objects.requireNonNull(newPause, "pause");
      return this;
    }

    /** Returns the store. */
    public KeyVaultStore build() {
      return new KeyVaultStore(this);
    }
  }

  @Override
  public String id() {
    return calls.address();
  }

  @Override
  public String nameFor(SecretIssuer issuer) throws RotationException {
    String name = nameOf(issuer.label());
    for (int number = 1; number <= MOST_NAMES; number++) {
      String candidate = number == 1 ? name : numbered(name, number);
      if (isFor(candidate, issuer)) {
        return candidate;
      }
    }
    throw new RotationException(id() + " has other or deleted secrets under " + name
        + " and the names numbered like it; rename one");
  }

  /** A name that nobody uses, or under which we put this issuer's value before. */
  private boolean isFor(String name, SecretIssuer issuer) throws RotationException {
    try {
      SecretProperties present = calls.get(name).getProperties();
      return !VaultCalls.isManaged(present) && issuer.id().equals(tags(present).get(ISSUER));
    } catch (RuntimeException failed) {
      return switch (VaultRefusal.of(failed)) {
        case NOT_FOUND -> !isDeleted(name);
        case DISABLED -> false;
        default -> throw Failures.ofVault("looking for a free name like " + name, id(), failed);
      };
    }
  }

  private boolean isDeleted(String name) throws RotationException {
    try {
      return calls.isDeleted(name);
    } catch (RuntimeException failed) {
      throw VaultException.of(
          "looking whether the name " + name + " is soft-deleted",
          id(),
          failed,
          "; it takes readMetadata as a role, or get in an access policy");
    }
  }

  private static String numbered(String name, int number) {
    String suffix = "-" + number;
    return name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length())) + suffix;
  }

  /** A name that Key Vault takes: 1 to 127 letters, digits and hyphens. */
  static String nameOf(String label) {
    String words =
        label.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-z]+", "-").replaceAll("^-|-$", "");
    String name = words.isEmpty() ? "credential" : words;
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
  }

  @Override
  public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
      throws RotationException {
    String doing = "putting secret " + metadata.name();
    Optional<SecretProperties> before = newestOf(doing, metadata.name());
    if (before.filter(VaultCalls::isManaged).isPresent()) {
      throw VaultException.of(doing, id(), VaultRefusal.CERTIFICATE);
    }
    SecretProperties properties = new SecretProperties().setTags(tags(metadata, attempt));
    contentType
        .or(() -> before.map(SecretProperties::getContentType))
        .ifPresent(properties::setContentType);
    lifetime.ifPresent(time -> properties.setExpiresOn(expiry(time)));
    StoredVersion stored = set(
        doing,
        new KeyVaultSecret(metadata.name(), value.reveal(String::new)).setProperties(properties),
        attempt);
    try {
      return settleTwins(stored, attempt);
    } catch (RotationException untidy) {
      // The value is stored; a twin holds the same one, and is retired together with it.
      LOG.warn("{}: whether {} has a twin is not known: {}", id(), stored, untidy.problem());
      return stored;
    }
  }

  /** What followers of a name get, without its value; of one that is disabled, what is listed. */
  private Optional<SecretProperties> newestOf(String doing, String name) throws RotationException {
    try {
      return Optional.of(calls.get(name).getProperties());
    } catch (RuntimeException failed) {
      return switch (VaultRefusal.of(failed)) {
        case NOT_FOUND -> Optional.empty();
        case DISABLED ->
          versions(name).stream().max(Comparator.comparing(KeyVaultStore::createdOn));
        default -> throw Failures.ofVault(doing, id(), failed);
      };
    }
  }

  private static Map<String, String> tags(SecretMetadata metadata, AttemptId attempt) {
    Map<String, String> tags = new HashMap<>();
    tags.put(ATTEMPT, attempt.toString());
    tags.put(FINGERPRINT, metadata.fingerprint().toString());
    tags.put(SUPERSEDES, metadata.supersedes().toString());
    tags.put(SLOT, metadata.slot());
    if (metadata.issuer().length() <= LONGEST_TAG) {
      tags.put(ISSUER, metadata.issuer());
    }
    return tags;
  }

  private OffsetDateTime expiry(Duration after) {
    return clock.instant().plus(after).truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
  }

  /**
   * Sends a new version. One that was refused because the vault is too busy is sent again after the
   * wait, and never blindly: the client may have sent it before, and lost that answer.
   */
  private StoredVersion set(String doing, KeyVaultSecret fresh, AttemptId attempt)
      throws RotationException {
    for (int pauses = 0; ; pauses++) {
      try {
        return new StoredVersion(fresh.getName(), calls.set(fresh).getVersion(), true, true);
      } catch (HttpResponseException failed) {
        if (VaultRefusal.of(failed) != VaultRefusal.BUSY) {
          throw Failures.ofVault(doing, id(), failed);
        }
        Optional<Duration> wait = calls.throttle().waitAfter(failed, pauses);
        wait.ifPresent(calls.throttle()::await);
        Optional<StoredVersion> applied =
            find(fresh.getName(), attempt).filter(StoredVersion::enabled);
        if (applied.isPresent()) {
          return applied.get();
        }
        if (wait.isEmpty()) {
          throw VaultException.of(
              doing,
              id(),
              failed,
              calls.throttle().askedIn(failed) + " (looked: nothing was written)");
        }
      } catch (RuntimeException failed) {
        throw Failures.ofVault(doing, id(), failed);
      }
    }
  }

  /**
   * Leaves one enabled version of an attempt that the client sent twice: the newest of all if it is
   * one of them, for the first that was sent may be the last that arrived.
   */
  private StoredVersion settleTwins(StoredVersion stored, AttemptId attempt)
      throws RotationException {
    List<SecretProperties> twins = versions(stored.name()).stream()
        .filter(version -> isOf(attempt, version) && isEnabled(version))
        .toList();
    if (twins.size() < 2) {
      return stored;
    }
    String newest = newestVersion(stored.name());
    StoredVersion kept = twins.stream()
        .filter(twin -> twin.getVersion().equals(newest))
        .findFirst()
        .map(twin -> stored(twin, newest))
        .orElse(new StoredVersion(stored.name(), stored.version(), true, false));
    for (SecretProperties twin : twins) {
      if (!twin.getVersion().equals(kept.version())) {
        LOG.warn("{}: disabling {}: the client wrote it twice", id(), stored(twin, newest));
        disable(stored(twin, newest), attempt);
      }
    }
    return kept;
  }

  @Override
  public Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException {
    try {
      String newest = newest(name);
      return calls.versions(name).stream()
          .filter(version -> isOf(attempt, version))
          .max(Comparator.<SecretProperties, Boolean>comparing(
                  version -> version.getVersion().equals(newest))
              .thenComparing(KeyVaultStore::isEnabled)
              .thenComparing(KeyVaultStore::createdOn))
          .map(version -> stored(version, newest));
    } catch (RuntimeException failed) {
      if (VaultCalls.isAbsent(failed)) {
        return Optional.empty();
      }
      throw Failures.ofVault("listing the versions of secret " + name, id(), failed);
    }
  }

  @Override
  public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
    List<StoredVersion> holding = new ArrayList<>();
    try {
      for (SecretProperties secret : calls.secrets()) {
        if (!VaultCalls.isManaged(secret)) {
          holding(secret.getName(), fingerprint, holding);
        }
      }
      return holding;
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading the secrets", id(), failed);
    }
  }

  private void holding(String name, Fingerprint fingerprint, List<StoredVersion> holding) {
    try {
      String newest = newest(name);
      for (SecretProperties version : calls.versions(name)) {
        if (isEnabled(version) && holds(version, fingerprint)) {
          holding.add(stored(version, newest));
        }
      }
    } catch (HttpResponseException failed) {
      if (!VaultCalls.isAbsent(failed)) { // Else deleted since it was listed.
        throw failed;
      }
    }
  }

  @Override
  public Secret read(StoredVersion version) throws RotationException {
    try {
      return Secret.of(text(calls.get(version.name(), version.version())));
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading version " + version, id(), failed);
    }
  }

  @Override
  public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
    String doing = "disabling version " + version;
    try {
      SecretProperties found = calls.versions(version.name()).stream()
          .filter(each -> each.getVersion().equals(version.version()))
          .findFirst()
          .orElseThrow(
              () -> new RotationException(id() + " has no version " + version + " any more"));
      if (!isEnabled(found)) {
        return;
      }
      if (VaultCalls.isManaged(found)) {
        throw VaultException.of(doing, id(), VaultRefusal.CERTIFICATE);
      }
      // Whoever puts one meanwhile makes this one older; none that is older becomes the newest.
      if (newest(version.name()).equals(version.version())) {
        throw new RotationException("version " + version + " in " + id()
            + " is the newest of its name, and whoever follows it would be refused: put a newer"
            + " one first");
      }
      Map<String, String> tags = new HashMap<>(tags(found));
      if (tags.size() < MOST_TAGS) {
        tags.put(RETIRED, attempt.toString());
      }
      calls.update(found.setEnabled(false).setTags(tags));
    } catch (RuntimeException failed) {
      throw Failures.ofVault(doing, id(), failed);
    }
  }

  @Override
  public Obstacles obstacles(String name) {
    return new Obstacles(blockers(name), unknowns(name));
  }

  private List<Blocker> blockers(String name) {
    try {
      Optional<SecretProperties> present = newestOf("looking at secret " + name, name);
      if (present.isPresent()) {
        versions(name); // To find what was put, they must be listed.
        return present
            .filter(VaultCalls::isManaged)
            .map(managed -> new Blocker(
                Blocker.Kind.NAME_MANAGED,
                "a certificate manages the secret " + name + " in " + id(),
                "Have those who follow it follow another name, and plan again."))
            .stream()
            .toList();
      }
      return isDeleted(name)
          ? List.of(new Blocker(
              Blocker.Kind.NAME_DELETED,
              "the secret " + name + " in " + id() + " is soft-deleted, and its name taken",
              "Recover it (" + Az.command("keyvault", "secret", "recover", "--id", deletedId(name))
                  + ") or purge it, and plan again."))
          : List.of();
    } catch (RotationException failed) {
      return List.of(blocker(failed));
    }
  }

  private String deletedId(String name) {
    return id() + "/deletedsecrets/" + name;
  }

  private static Blocker blocker(RotationException failed) {
    VaultRefusal refusal =
        failed instanceof VaultException vault ? vault.refusal() : VaultRefusal.OTHER;
    String fix = failed instanceof VaultException vault ? vault.fix() : "";
    Blocker.Kind kind = switch (refusal) {
      case FIREWALL, ROLE, ACCESS_POLICY, FORBIDDEN, OTHER_TENANT, NOT_SIGNED_IN ->
        Blocker.Kind.STORE_REFUSES;
      default -> Blocker.Kind.UNREADABLE;
    };
    String advice = fix.isEmpty() ? "Look into it" : sentence(fix);
    return new Blocker(kind, failed.problem(), advice + ", and plan again.");
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private List<String> unknowns(String name) {
    return List.of("Whether " + id() + " takes a new version of secret " + name
        + " is known when it is put: looking does not tell whether setting secrets is allowed,"
        + " whether an Azure Policy denies one with this content type and lifetime, nor whether a"
        + " secret of this name is being deleted right now.");
  }

  @Override
  public PlannedCall describePut(String name) {
    PlannedCall call = PlannedCall.of("PUT " + id() + "/secrets/" + name)
        .withAz(putCommand(id(), name))
        .needingData(READ_METADATA, id())
        .needingData(GET_SECRET, id())
        .needingData(SET_SECRET, id())
        .withEffect("Whoever follows the newest version of " + name + " in " + id()
            + " gets the new value.");
    return lifetime.isEmpty()
        ? call
        : call.withEffect(
            "The new version says that it expires " + lifetime.get() + " after it is put.");
  }

  /** The command that puts what a file holds; a value is nothing for a command line. */
  static String putCommand(String vault, String name) {
    return Az.command(
        "keyvault",
        "secret",
        "set",
        "--vault-name",
        vault.replaceFirst("^https://([^.:/]+).*", "$1"),
        "--name",
        name,
        "--file",
        "new-value.txt",
        "--encoding",
        "utf-8");
  }

  @Override
  public PlannedCall describeDisable(StoredVersion version) {
    String url = id() + "/secrets/" + version;
    return PlannedCall.of("PATCH " + url + " {\"attributes\":{\"enabled\":false}}")
        .withAz(
            Az.command("keyvault", "secret", "set-attributes", "--id", url, "--enabled", "false"))
        .needingData(READ_METADATA, id())
        .needingData(GET_SECRET, id())
        .needingData(UPDATE, id())
        .withEffect("Whoever asks for this version of " + version.name() + " is refused.");
  }

  private boolean holds(SecretProperties version, Fingerprint fingerprint) {
    // Not by our tag: whoever may write tags could hide a version with it.
    try (Secret value = Secret.of(text(calls.get(version.getName(), version.getVersion())))) {
      return fingerprints.fingerprint(value).equals(fingerprint);
    } catch (HttpResponseException refused) {
      if (VaultRefusal.of(refused) == VaultRefusal.DISABLED) {
        return false; // Disabled since it was listed.
      }
      throw refused;
    }
  }

  private static String text(KeyVaultSecret secret) {
    return secret.getValue() == null ? "" : secret.getValue();
  }

  private List<SecretProperties> versions(String name) throws RotationException {
    try {
      return calls.versions(name);
    } catch (RuntimeException failed) {
      throw Failures.ofVault("listing the versions of secret " + name, id(), failed);
    }
  }

  private String newestVersion(String name) throws RotationException {
    try {
      return newest(name);
    } catch (RuntimeException failed) {
      throw Failures.ofVault("looking at secret " + name, id(), failed);
    }
  }

  /** The version that whoever follows the name gets, or an empty text where that one is disabled. */
  private String newest(String name) {
    try {
      return calls.get(name).getProperties().getVersion();
    } catch (HttpResponseException refused) {
      if (VaultRefusal.of(refused) == VaultRefusal.DISABLED) {
        return "";
      }
      throw refused;
    }
  }

  private static StoredVersion stored(SecretProperties version, String newest) {
    return new StoredVersion(
        version.getName(),
        version.getVersion(),
        isEnabled(version),
        version.getVersion().equals(newest));
  }

  private static boolean isOf(AttemptId attempt, SecretProperties version) {
    return attempt.toString().equals(tags(version).get(ATTEMPT));
  }

  /** What says nothing is taken to be readable, so that nothing is overlooked. */
  private static boolean isEnabled(SecretProperties version) {
    return !Boolean.FALSE.equals(version.isEnabled());
  }

  private static OffsetDateTime createdOn(SecretProperties version) {
    return version.getCreatedOn() == null ? OffsetDateTime.MIN : version.getCreatedOn();
  }

  private static Map<String, String> tags(SecretProperties version) {
    return version.getTags() == null ? Map.of() : version.getTags();
  }
}
