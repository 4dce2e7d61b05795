package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.DataPlane;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.Outcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the secrets of key vaults, as far as they are wanted. Thread-safe if its listener is. */
final class VaultWalk implements Walker {
  static final String TYPE = "Microsoft.KeyVault/vaults";
  static final String LIST = TYPE + "/secrets/readMetadata/action";
  static final String GET = TYPE + "/secrets/getSecret/action";

  private static final String VERSION = "7.4";
  private static final Map<String, String> PAGE = Map.of("maxresults", "25");
  private static final Pattern ID =
      Pattern.compile("https://[^/]+/secrets/([0-9a-zA-Z-]{1,127})(?:/([0-9a-zA-Z]{1,64}))?/?");
  private static final Pattern ADDRESS = Pattern.compile(
      ".*/vaults/[^/]+/secrets/([0-9a-zA-Z-]{1,127})(?:/versions/([0-9a-zA-Z]{1,64}))?(/value)?",
      Pattern.CASE_INSENSITIVE);

  private final Clock clock;
  private final boolean versions;
  private final boolean values;
  private final Listener listener;

  VaultWalk(Clock clock, boolean versions, boolean values, Listener listener) {
    this.clock = clock;
    this.versions = versions;
    this.values = values;
    this.listener = listener;
  }

  /** Is told what there is. */
  interface Listener {
    Listener NONE = new Listener() {
      @Override
      public void vault(VaultEntry entry) {}

      @Override
      public void secret(VaultSecretEntry entry) {}
    };

    void vault(VaultEntry entry);

    void secret(VaultSecretEntry entry);
  }

  ResourceKind kind() {
    String[] more = values ? new String[] {GET} : new String[0];
    return ResourceKind.of(TYPE, "2023-07-01")
        .group("Key Vault")
        .reads(Reading.own("secrets", this, LIST, more))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  /** A secret as its list shows it, and what is told of it. */
  private record Found(VaultSecretEntry entry, JsonNode item) {}

  @Override
  public void walk(Stop vault) throws InterruptedException {
    Signal reachable = vault.contexts().apply(Signal.unknown("")).publiclyReachable();
    listener.vault(VaultEntry.of(vault.id(), vault.shown(), reachable));
    Optional<DataPlane> plane = plane(vault, vault.id() + "/secrets");
    if (plane.isEmpty()) {
      return;
    }
    try {
      Iterator<JsonNode> items = plane.get().list("/secrets", VERSION, PAGE).iterator();
      while (items.hasNext()) {
        vault.hand().check();
        Optional<Found> found = found(vault, items.next(), true);
        if (found.isPresent() && versions) {
          versions(vault, plane.get(), found.get().entry().name());
        } else if (found.isPresent()) {
          secret(vault, plane.get(), found.get());
        }
      }
    } catch (ArmException refused) {
      vault.hand().gap(vault.id() + "/secrets", outcome(refused, LIST, "List"));
    }
  }

  private static Optional<DataPlane> plane(Stop vault, String address) throws InterruptedException {
    String uri = vault.shown().at("/properties/vaultUri").asText("");
    try {
      if (!uri.isEmpty()) {
        return Optional.of(vault.tenant().vault(URI.create(uri)));
      }
      vault.hand().gap(address, new Outcome.Failed("the vault shows no vaultUri"));
    } catch (IllegalArgumentException elsewhere) {
      vault.hand().gap(address, new Outcome.Failed(String.valueOf(elsewhere.getMessage())));
    }
    return Optional.empty();
  }

  private void versions(Stop vault, DataPlane plane, String name) throws InterruptedException {
    try {
      for (Found one : listed(vault, plane, name)) {
        secret(vault, plane, one);
      }
    } catch (ArmException refused) {
      String address = vault.id() + "/secrets/" + name + "/versions";
      vault.hand().gap(address, outcome(refused, LIST, "List"));
    }
  }

  /** All versions of a secret, the newest first. */
  private List<Found> listed(Stop vault, DataPlane plane, String name) throws InterruptedException {
    List<Found> all = new ArrayList<>();
    String path = "/secrets/" + name + "/versions";
    for (Iterator<JsonNode> items = plane.list(path, VERSION, PAGE).iterator(); items.hasNext(); ) {
      found(vault, items.next(), false).ifPresent(all::add);
    }
    // The service promises no order.
    all.sort(Comparator.comparing(
            (Found one) -> one.entry().created().orElse(Instant.MIN), Comparator.reverseOrder())
        .thenComparing(one -> one.entry().version()));
    if (!all.isEmpty()) {
      Found first = all.get(0);
      all.set(0, new Found(entry(vault.id(), first.item(), true).orElseThrow(), first.item()));
    }
    return all;
  }

  private Optional<Found> found(Stop vault, JsonNode item, boolean newest)
      throws InterruptedException {
    Optional<VaultSecretEntry> entry = entry(vault.id(), item, newest);
    if (entry.isEmpty()) {
      vault
          .hand()
          .gap(vault.id() + "/secrets", new Outcome.Failed("it lists a secret whose id is none"));
    }
    return entry.map(one -> new Found(one, item));
  }

  private Optional<VaultSecretEntry> entry(String vault, JsonNode item, boolean newest) {
    Matcher id = ID.matcher(item.path("id").asText(""));
    if (!id.matches()) {
      return Optional.empty();
    }
    JsonNode attributes = item.path("attributes");
    Optional<Instant> created = time(attributes.path("created"));
    Optional<Instant> expires = time(attributes.path("exp"));
    List<String> tags = new ArrayList<>();
    item.path("tags").fieldNames().forEachRemaining(tags::add);
    Instant now = clock.instant();
    return Optional.of(new VaultSecretEntry(
        vault,
        id.group(1),
        id.group(2) == null ? "" : id.group(2),
        newest,
        attributes.path("enabled").asBoolean(true),
        created,
        time(attributes.path("updated")),
        time(attributes.path("nbf")),
        expires,
        expires.filter(end -> !end.isAfter(now)).isPresent(),
        created
            .map(then -> OptionalLong.of(Duration.between(then, now).toDays()))
            .orElse(OptionalLong.empty()),
        item.path("managed").asBoolean(false),
        item.path("contentType").asText(""),
        tags));
  }

  private static Optional<Instant> time(JsonNode seconds) {
    try {
      return seconds.canConvertToLong() && seconds.isIntegralNumber()
          ? Optional.of(Instant.ofEpochSecond(seconds.asLong()))
          : Optional.empty();
    } catch (DateTimeException beyond) {
      return Optional.empty();
    }
  }

  private void secret(Stop vault, DataPlane plane, Found found) throws InterruptedException {
    listener.secret(found.entry());
    beside(vault, found);
    if (values) {
      value(vault, plane, found.entry());
    }
  }

  /** Hands out what its owner wrote beside it. */
  private static void beside(Stop vault, Found found) throws InterruptedException {
    Lines.Writer lines = new Lines.Writer();
    if (!found.entry().contentType().isEmpty()) {
      lines.add("contentType", found.entry().contentType());
    }
    found
        .item()
        .path("tags")
        .fields()
        .forEachRemaining(tag -> lines.add("tags/" + tag.getKey(), Visit.text(tag.getValue())));
    if (!lines.isEmpty()) {
      vault
          .hand()
          .take(
              found.entry().address(),
              vault
                  .contexts()
                  .apply(Signal.yes(
                      "the role Reader shows what is written beside the secrets of a vault")),
              lines.lines());
    }
  }

  private static void value(Stop vault, DataPlane plane, VaultSecretEntry entry)
      throws InterruptedException {
    String address = entry.address() + "/value";
    if (!entry.enabled()) {
      vault
          .hand()
          .gap(
              address,
              new Outcome.Skipped("the secret is disabled, so that nobody can read its value"));
      return;
    }
    String path =
        "/secrets/" + entry.name() + (entry.version().isEmpty() ? "" : "/" + entry.version());
    try {
      String value = plane.get(path, VERSION, Map.of()).path("value").asText("");
      vault
          .hand()
          .take(
              address,
              vault
                  .contexts()
                  .apply(Signal.no("it is shown only to who has the data action " + GET)),
              Lines.of(value.getBytes(StandardCharsets.UTF_8)));
    } catch (ArmException refused) {
      vault.hand().gap(address, outcome(refused, GET, "Get"));
    }
  }

  @Override
  public boolean owns(String address) {
    return ADDRESS.matcher(address).matches();
  }

  @Override
  public void again(Stop vault, String address) throws InterruptedException {
    Matcher wanted = ADDRESS.matcher(address);
    Optional<DataPlane> plane = plane(vault, address);
    if (plane.isEmpty() || !wanted.matches()) {
      return;
    }
    try {
      List<Found> all = listed(vault, plane.get(), wanted.group(1));
      String version = wanted.group(2) == null ? "" : wanted.group(2);
      for (Found one : all) {
        if (version.isEmpty() ? one.entry().newest() : one.entry().version().equals(version)) {
          again(
              vault,
              plane.get(),
              version.isEmpty() ? unversioned(one) : one,
              wanted.group(3) != null);
        }
      }
    } catch (ArmException refused) {
      vault.hand().gap(address, outcome(refused, LIST, "List"));
    }
  }

  private void again(Stop vault, DataPlane plane, Found found, boolean value)
      throws InterruptedException {
    if (!value) {
      beside(vault, found);
    } else if (values) {
      value(vault, plane, found.entry());
    }
  }

  private static Found unversioned(Found found) {
    VaultSecretEntry one = found.entry();
    return new Found(
        new VaultSecretEntry(
            one.vault(),
            one.name(),
            "",
            true,
            one.enabled(),
            one.created(),
            one.updated(),
            one.notBefore(),
            one.expires(),
            one.expired(),
            one.ageDays(),
            one.managed(),
            one.contentType(),
            one.tagNames()),
        found.item());
  }

  private static Outcome outcome(ArmException refused, String action, String policy)
      throws InterruptedException {
    AzureSurface.requireUninterrupted(refused);
    if (refused.isForbidden()) {
      return switch (refused.code()) {
        case "ForbiddenByRbac" -> new Outcome.Refused(action);
        // Key Vault has said either over the years.
        case "AccessDenied", "ForbiddenByPolicy" ->
          new Outcome.Refused(policy + " on secrets, by an access policy of the vault");
        default -> new Outcome.Failed(Visit.message(refused));
      };
    }
    return refused.isNotFound()
        ? new Outcome.Failed("it is gone since it was listed")
        : new Outcome.Failed(Visit.message(refused));
  }
}
