package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What key vaults hold, without a value of it. Immutable.
 *
 * @param vaults the vaults, in the order of their ids
 * @param secrets their secrets, vault by vault
 * @param gaps what could not be looked at, and why
 */
public record VaultReport(
    List<VaultEntry> vaults, List<VaultSecretEntry> secrets, List<Coverage.Gap> gaps) {
  /** Copies the lists. */
  public VaultReport {
    vaults = List.copyOf(vaults);
    secrets = List.copyOf(secrets);
    gaps = List.copyOf(gaps);
  }

  /** Returns it as JSON. Values of tags are left out, and so is a content type that is none. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", 1);
    json.putArray("vaults");
    for (VaultEntry vault : vaults) {
      ObjectNode one = json.withArray("vaults").addObject();
      one.put("id", vault.id());
      one.put("access", vault.access().name().toLowerCase(Locale.ROOT));
      one.put("purgeProtection", vault.purgeProtection());
      vault.softDeleteDays().ifPresent(days -> one.put("softDeleteDays", days));
      ObjectNode reachable = one.putObject("reachable");
      reachable.put("answer", vault.reachable().answer().name().toLowerCase(Locale.ROOT));
      reachable.put("reason", vault.reachable().reason());
      one.put("privateOnly", vault.privateOnly());
      one.put("deniesByDefault", vault.deniesByDefault());
      one.put("networkRules", vault.networkRules());
      one.put("trustsServices", vault.trustsServices());
    }
    json.putArray("secrets");
    for (VaultSecretEntry secret : secrets) {
      ObjectNode one = json.withArray("secrets").addObject();
      one.put("vault", secret.vault());
      one.put("name", secret.name());
      put(one, "version", secret.version());
      one.put("newest", secret.newest());
      one.put("enabled", secret.enabled());
      put(one, "created", text(secret.created()));
      put(one, "updated", text(secret.updated()));
      put(one, "notBefore", text(secret.notBefore()));
      put(one, "expires", text(secret.expires()));
      one.put("missesExpiry", secret.missesExpiry());
      one.put("expired", secret.expired());
      secret.ageDays().ifPresent(days -> one.put("ageDays", days));
      one.put("managed", secret.managed());
      put(one, "contentType", secret.shownType());
      secret.tagNames().forEach(one.putArray("tagNames")::add);
    }
    Coverage.write(json.putArray("gaps"), gaps);
    return json.toPrettyString();
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse("");
  }

  private static void put(ObjectNode into, String name, String text) {
    if (!text.isEmpty()) {
      into.put(name, text);
    }
  }

  /** Returns a page for people: a line for each vault, each secret and each gap. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (VaultEntry vault : vaults) {
      text.append(vault.id()).append(": access by ");
      text.append(vault.access() == VaultEntry.Access.ROLES ? "roles" : "access policies");
      text.append(vault.purgeProtection() ? ", purge protection" : ", no purge protection");
      text.append(
          vault.softDeleteDays().isPresent()
              ? ", soft delete for " + vault.softDeleteDays().getAsInt() + " days"
              : ", no soft delete");
      text.append(", reachable from the internet: ");
      text.append(vault.reachable().answer().name().toLowerCase(Locale.ROOT)).append('\n');
    }
    secrets.forEach(secret -> text.append(line(secret)).append('\n'));
    for (Coverage.Gap gap : gaps) {
      text.append(gap.address())
          .append(": ")
          .append(Coverage.why(gap.outcome()))
          .append('\n');
    }
    return text.toString();
  }

  private static String line(VaultSecretEntry secret) {
    StringBuilder line = new StringBuilder(secret.address());
    line.append(secret.enabled() ? ": enabled" : ": disabled");
    secret.ageDays().ifPresent(days -> line.append(", ").append(days).append(" days old"));
    secret.created().ifPresent(time -> line.append(", created ").append(time));
    secret.updated().ifPresent(time -> line.append(", updated ").append(time));
    line.append(
        secret.expires().isEmpty()
            ? ", no expiry"
            : (secret.expired() ? ", EXPIRED " : ", expires ")
                + secret.expires().get());
    line.append(secret.managed() ? ", managed by a certificate" : "");
    if (!secret.contentType().isEmpty()) {
      line.append(", type ").append(secret.shownType());
    }
    return line.toString();
  }

  /** Shows how many there are of each. */
  @Override
  public String toString() {
    return vaults.size() + " vaults, " + secrets.size() + " secrets, " + gaps.size() + " gaps";
  }
}
