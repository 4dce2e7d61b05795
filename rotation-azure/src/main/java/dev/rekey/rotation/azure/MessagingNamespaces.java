package dev.rekey.rotation.azure;

import com.azure.core.http.HttpClient;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The namespaces of Service Bus and Event Hubs that a caller sees, whose authorization rules are the
 * issuers of their keys.
 *
 * <p>Which rule a key belongs to is found out by listing the live keys of the rules, of namespaces and
 * of the queues, topics and event hubs in them, and comparing fingerprints. Namespace, entity and rule
 * that are named beside the key are asked first. Where a key was given to several rules, the first one
 * found is the issuer.
 *
 * <p>Needs the role Reader and, for each kind of rule, {@code authorizationRules/listkeys/action}; to
 * rotate, also {@code authorizationRules/regenerateKeys/action}: of {@code
 * Microsoft.ServiceBus/namespaces}, its {@code queues} and {@code topics}, {@code
 * Microsoft.EventHub/namespaces} and its {@code eventhubs}. A rule of an entity that lacks the right
 * Manage can't be tried without touching messages, so that its key's death is shown by the issuer only.
 * Aliases of Geo-disaster recovery are not asked. Links that are open outlive the key with which they
 * were opened, so that its death is {@code DEAD_FOR_NEW} at best.
 *
 * <p>Immutable and thread-safe.
 */
public final class MessagingNamespaces implements IssuerFinder {
  private static final String SERVICE_BUS = "Microsoft.ServiceBus/namespaces";
  private static final String EVENT_HUBS = "Microsoft.EventHub/namespaces";
  private static final String RULES = "authorizationRules";

  private final ArmClient arm;
  private final FingerprintKey fingerprints;
  private final SharedAccessProbe probe;
  private final SecureRandom random;
  private final Resources namespaces;
  private final Resources rules;

  private MessagingNamespaces(
      ArmClient arm, FingerprintKey fingerprints, SharedAccessProbe probe, SecureRandom random) {
    this.arm = arm;
    this.fingerprints = fingerprints;
    this.probe = probe;
    this.random = random;
    this.namespaces = new Resources(arm, "messaging namespace", SERVICE_BUS, EVENT_HUBS);
    this.rules = new Resources(
        arm,
        "messaging authorization rule",
        SERVICE_BUS + "/" + RULES,
        SERVICE_BUS + "/queues/" + RULES,
        SERVICE_BUS + "/topics/" + RULES,
        EVENT_HUBS + "/" + RULES,
        EVENT_HUBS + "/eventhubs/" + RULES);
  }

  /**
   * Returns the namespaces that the caller of a client sees.
   *
   * @param fingerprints the key under which the findings were fingerprinted
   * @param dataPlane carries the probes; it must not send a request again by itself
   * @param clock dates the probes; one that is late by more than five minutes makes them unclear
   * @param random makes the new keys
   */
  public static MessagingNamespaces in(
      ArmClient arm,
      FingerprintKey fingerprints,
      HttpClient dataPlane,
      Clock clock,
      SecureRandom random) {
    return new MessagingNamespaces(
        arm, fingerprints, new SharedAccessProbe(dataPlane, clock), random);
  }

  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException {
    List<ResourceId> candidates = new ArrayList<>(namespaces.all());
    String host = named(credential, "host").toLowerCase(Locale.ROOT);
    candidates.sort(Comparator.comparing(
        namespace -> !host.startsWith(namespace.name().toLowerCase(Locale.ROOT) + ".")));
    List<RotationException> refused = new ArrayList<>();
    for (ResourceId namespace : candidates) {
      try {
        for (ResourceId scope : scopes(namespace, named(credential, "entity"))) {
          for (ResourceId rule : rulesOf(scope, named(credential, "policy"))) {
            SlotIssuer issuer = keysOf(rule);
            Optional<String> slot = slotOf(issuer, rule, credential, refused);
            if (slot.isPresent()) {
              return Optional.of(new Holding(issuer, slot.get()));
            }
          }
        }
      } catch (RotationException unreadable) {
        if (!namespaces.isGone(namespace, AuthorizationRuleKeys.API_VERSION)) {
          refused.add(unreadable);
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new RotationException(
          "not every authorization rule could be asked whether the key is its own; "
              + refused.size()
              + " failed, the first: "
              + refused.get(0).problem(),
          refused.get(0));
    }
    return Optional.empty();
  }

  private static String named(Credential credential, String attribute) {
    return credential.attributes().getOrDefault(attribute, "");
  }

  /** One rule that can't be asked hides no other. */
  private Optional<String> slotOf(
      SlotIssuer issuer, ResourceId rule, Credential credential, List<RotationException> refused) {
    try {
      return issuer.snapshot().holding(credential.fingerprint());
    } catch (RotationException unreadable) {
      if (!rules.isGone(rule, AuthorizationRuleKeys.API_VERSION)) {
        refused.add(unreadable);
      }
      return Optional.empty();
    }
  }

  /** The namespace, and the queues, topics or event hubs in it; the named one first. */
  private List<ResourceId> scopes(ResourceId namespace, String entity) throws RotationException {
    List<ResourceId> scopes = new ArrayList<>();
    scopes.add(namespace);
    List<String> types =
        namespace.isOf(SERVICE_BUS) ? List.of("queues", "topics") : List.of("eventhubs");
    for (String type : types) {
      scopes.addAll(children(namespace, type));
    }
    scopes.sort(Comparator.comparing(scope -> !scope.name().equalsIgnoreCase(entity)));
    return scopes;
  }

  private List<ResourceId> rulesOf(ResourceId scope, String policy) throws RotationException {
    List<ResourceId> all = new ArrayList<>(children(scope, RULES));
    all.sort(Comparator.comparing(rule -> !rule.name().equalsIgnoreCase(policy)));
    return all;
  }

  private List<ResourceId> children(ResourceId parent, String type) throws RotationException {
    try {
      List<ResourceId> children = new ArrayList<>();
      for (JsonNode child :
          arm.list(parent + "/" + type, AuthorizationRuleKeys.API_VERSION).toList()) {
        children.add(parent.child(type, child.path("name").asText()));
      }
      return children;
    } catch (ArmException failed) {
      throw Failures.of("listing the " + type + " of " + parent.name(), failed);
    } catch (IllegalArgumentException malformed) {
      throw new RotationException(
          "the " + type + " of " + parent.name() + " were listed with a name that is none",
          malformed);
    }
  }

  @Override
  public SlotIssuer issuer(String id) throws RotationException {
    return keysOf(rules.existing(id, AuthorizationRuleKeys.API_VERSION));
  }

  private SlotIssuer keysOf(ResourceId rule) {
    return new AuthorizationRuleKeys(arm, fingerprints, probe, random, rule);
  }
}
