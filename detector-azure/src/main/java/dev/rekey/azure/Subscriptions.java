package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.text.PlainText;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** The subscriptions that a caller sees. Immutable and thread-safe. */
public final class Subscriptions {
  private static final String API_VERSION = "2022-12-01";
  private static final Set<String> USABLE = Set.of("enabled", "warned", "pastdue");

  private final ArmClient arm;

  private Subscriptions(ArmClient arm) {
    this.arm = Objects.requireNonNull(arm, "arm");
  }

  /** Returns the subscriptions that the caller of a client sees. */
  public static Subscriptions in(ArmClient arm) {
    return new Subscriptions(arm);
  }

  /**
   * A subscription.
   *
   * @param id its id, a GUID
   * @param tenant the id of the tenant that it trusts, or empty where ARM does not say
   * @param name what people call it, on one line
   * @param state ARM's word for whether it works, for example {@code Enabled} or {@code Disabled}
   */
  public record Subscription(String id, String tenant, String name, String state) {
    /** Checks that nothing is null. */
    public Subscription {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(tenant, "tenant");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(state, "state");
    }

    /** Returns whether it can be read and changed: its state is Enabled, Warned or PastDue. */
    public boolean usable() {
      return USABLE.contains(state.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Returns all of them, whatever their state, in the order of their ids.
   *
   * @throws ArmException if ARM does not answer with them
   */
  public List<Subscription> all() {
    return arm.list("/subscriptions", API_VERSION)
        .map(Subscriptions::read)
        .sorted(Comparator.comparing(Subscription::id))
        .toList();
  }

  /**
   * Returns those that can be read and changed, in the order of their ids.
   *
   * @throws ArmException if ARM does not answer with them
   */
  public List<Subscription> enabled() {
    return all().stream().filter(Subscription::usable).toList();
  }

  /**
   * Returns one of them.
   *
   * @throws ArmException if ARM does not answer with it
   */
  public Subscription one(String id) {
    return read(arm.get("/subscriptions/" + id, API_VERSION));
  }

  private static Subscription read(JsonNode item) {
    String id = text(item, "subscriptionId");
    if (!ResourceGraph.isGuid(id)) {
      throw Problem.withoutAnswer(
          ArmException.Reason.UNREADABLE,
          "GET /subscriptions",
          "ARM lists a subscription whose subscriptionId is no GUID",
          null);
    }
    return new Subscription(
        id,
        PlainText.of(text(item, "tenantId"), 100),
        PlainText.of(text(item, "displayName"), 200),
        PlainText.of(text(item, "state"), 40));
  }

  private static String text(JsonNode item, String field) {
    return item.path(field).isTextual() ? item.path(field).asText() : "";
  }
}
