package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.Subscriptions.Subscription;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The app settings and connection strings of App Service: web apps, function apps and their slots.
 *
 * <p>Resource Graph says which apps there are (role Reader, its view is seconds to minutes old);
 * each app's settings are read by POST {@code config/appsettings/list} and {@code
 * config/connectionstrings/list}, for which a role needs {@code
 * Microsoft.Web/sites/config/list/action}, for slots {@code
 * Microsoft.Web/sites/slots/config/list/action}. What is refused, gone or malformed is a gap.
 *
 * <p>Each app gives two contents. The address of its app settings is its resource id, so that a place
 * reads {@code …/sites/app1 › NAME}; that of its connection strings is the id with {@code
 * /config/connectionstrings}. A content has one line {@code NAME=VALUE} for each setting, in the
 * order of the names; in a value a line feed is written {@code \n} and a carriage return {@code \r},
 * and backslashes that stand before one of these, or before the letter n or r, are doubled.
 * References such as {@code @Microsoft.KeyVault(…)} stand as they are. Values are in memory only while
 * their content is scanned: a content can't be opened later.
 *
 * <p>Immutable and thread-safe. Apps come by subscription and id. It reads one after another.
 */
public final class WebAppSettings implements ContentSource {
  private static final String API_VERSION = "2024-04-01";
  private static final String QUERY = "Resources"
      + " | where type in~ ('microsoft.web/sites', 'microsoft.web/sites/slots')"
      + " | project id, name, type, kind, location, resourceGroup, subscriptionId, tenantId, tags,"
      + " properties"
      + " | order by id asc";
  private static final String SITES = "Microsoft.Web/sites";
  private static final String SLOTS = "Microsoft.Web/sites/slots";
  private static final String CONNECTION_STRINGS = "connectionstrings";

  private final ArmClient arm;
  private final ResourceGraph graph;
  private final Optional<List<String>> subscriptions;

  private WebAppSettings(ArmClient arm, ResourceGraph graph, Optional<List<String>> subscriptions) {
    this.arm = Objects.requireNonNull(arm, "arm");
    this.graph = graph;
    this.subscriptions = subscriptions;
  }

  /**
   * Returns the settings in all subscriptions that the caller of a client sees. One that is disabled
   * is a gap.
   */
  public static WebAppSettings in(ArmClient arm) {
    return new WebAppSettings(arm, ResourceGraph.in(arm), Optional.empty());
  }

  /**
   * Returns the same in these subscriptions only. One that the caller does not see is a gap.
   *
   * @throws IllegalArgumentException if one is no GUID
   */
  public WebAppSettings subscriptions(Collection<String> ids) {
    TreeSet<String> wanted = new TreeSet<>();
    for (String id : ids) {
      wanted.add(ResourceGraph.requireGuid(id).toLowerCase(Locale.ROOT));
    }
    return new WebAppSettings(arm, graph, Optional.of(List.copyOf(wanted)));
  }

  /**
   * Returns the same, asking Resource Graph for so many apps at a time; 1000 if not set.
   *
   * @throws IllegalArgumentException if it is not between 1 and 1000
   */
  public WebAppSettings pageSize(int apps) {
    return new WebAppSettings(arm, graph.pageSize(apps), subscriptions);
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    Map<String, Subscription> usable = usable(sink);
    Iterator<JsonNode> rows = graph.query(QUERY, usable.keySet()).iterator();
    while (whole(rows::hasNext)) {
      JsonNode row = whole(rows::next);
      AzureResource app;
      try {
        app = AzureResource.of(row);
      } catch (IllegalArgumentException malformed) {
        sink.gap(
            PlainText.of(row.path("id").asText(), 200),
            new Outcome.Failed("Resource Graph lists it with an id that is none"));
        continue;
      }
      if (!isApp(app.id())) {
        sink.gap(
            app.id().toString(), new Outcome.Failed("Resource Graph lists it, but it is no app"));
        continue;
      }
      Subscription one = usable.get(app.id().subscription().toLowerCase(Locale.ROOT));
      visit(app.tenant().isEmpty() && one != null ? app.in(one.tenant()) : app, sink);
    }
  }

  /** The subscriptions that can be read, by id in lower case; a gap for each that can't. */
  private Map<String, Subscription> usable(Sink sink) throws IOException, InterruptedException {
    Map<String, Subscription> seen = new TreeMap<>();
    for (Subscription one : whole(Subscriptions.in(arm)::all)) {
      seen.put(one.id().toLowerCase(Locale.ROOT), one);
    }
    // Resource Graph leaves out silently what the caller may not see.
    for (String wanted : subscriptions.orElse(List.of())) {
      if (!seen.containsKey(wanted)) {
        sink.gap(
            "/subscriptions/" + wanted,
            new Outcome.Refused("Microsoft.Resources/subscriptions/read"));
      }
    }
    subscriptions.ifPresent(seen.keySet()::retainAll);
    seen.values().removeIf(one -> {
      if (!one.usable()) {
        sink.gap(
            "/subscriptions/" + one.id(),
            new Outcome.Skipped("the subscription is " + one.state()));
      }
      return !one.usable();
    });
    return seen;
  }

  private void visit(AzureResource app, Sink sink) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Optional<JsonNode> settings = list(app.id(), "appsettings", app.id().toString(), sink);
    AssetContext context =
        Surroundings.of(app, settings.map(WebAppSettings::texts).orElse(Map.of()));
    hand(settings, SettingsDocument::appSettings, app.id().toString(), context, sink);
    String address = connectionStrings(app.id());
    Optional<JsonNode> strings = list(app.id(), CONNECTION_STRINGS, address, sink);
    hand(strings, SettingsDocument::connectionStrings, address, context, sink);
  }

  /**
   * Hands out the settings of a place's app again. The context is that of the app as ARM shows it now,
   * or unknown where ARM does not show it.
   */
  @Override
  public void reread(Place place, Sink sink) throws IOException, InterruptedException {
    String address = place.address();
    ResourceId id;
    boolean strings;
    try {
      ResourceId named = ResourceId.parse(address);
      strings = named.type().toLowerCase(Locale.ROOT).endsWith("/config")
          && named.name().equalsIgnoreCase(CONNECTION_STRINGS);
      id = strings ? named.parent() : named;
    } catch (IllegalArgumentException malformed) {
      sink.gap(
          PlainText.of(address, 200), new Outcome.Failed("its address is not the id of an app"));
      return;
    }
    if (!isApp(id)) {
      sink.gap(address, new Outcome.Failed("its address is not the id of an app"));
      return;
    }
    Optional<JsonNode> settings =
        list(id, strings ? CONNECTION_STRINGS : "appsettings", address, sink);
    if (settings.isPresent()) {
      hand(
          settings,
          strings ? SettingsDocument::connectionStrings : SettingsDocument::appSettings,
          address,
          context(id, strings ? Map.of() : texts(settings.get())),
          sink);
    }
  }

  private AssetContext context(ResourceId id, Map<String, String> settings)
      throws IOException, InterruptedException {
    try {
      String tenant = Subscriptions.in(arm).one(id.subscription()).tenant();
      AzureResource app = AzureResource.of(arm.get(id.toString(), API_VERSION)).in(tenant);
      return Surroundings.of(app, settings);
    } catch (ArmException refused) {
      requireCalm(refused);
      return AssetContext.unknown("ARM does not show the app: " + refused.getMessage());
    } catch (IllegalArgumentException malformed) {
      return AssetContext.unknown("ARM shows the app with an id that is none");
    }
  }

  /** Reads one list of settings; what can't be read is a gap. */
  private Optional<JsonNode> list(ResourceId app, String which, String address, Sink sink)
      throws IOException, InterruptedException {
    JsonNode answer;
    try {
      answer = arm.postRead(app + "/config/" + which + "/list", API_VERSION);
    } catch (ArmException refused) {
      requireCalm(refused);
      sink.gap(address, outcome(refused, app));
      return Optional.empty();
    }
    JsonNode properties = answer.path("properties");
    if (!properties.isObject() && !properties.isNull()) {
      sink.gap(address, new Outcome.Failed("ARM's answer has no properties that hold settings"));
      return Optional.empty();
    }
    return Optional.of(properties);
  }

  private static void hand(
      Optional<JsonNode> properties,
      Function<JsonNode, SettingsDocument> reading,
      String address,
      AssetContext context,
      Sink sink)
      throws InterruptedException {
    if (properties.isEmpty()) {
      return;
    }
    SettingsDocument document = reading.apply(properties.get());
    try {
      sink.accept(Content.of(address, context, document::open).withLineNames(document.names()));
    } finally {
      document.wipe();
    }
  }

  private static Outcome outcome(ArmException refused, ResourceId app) {
    if (refused.isForbidden()) {
      boolean role = refused.code().isEmpty() || refused.code().contains("Authorization");
      String action = Surroundings.action(app);
      return role
          ? new Outcome.Refused(refused
              .missingAction()
              .filter(missing -> !missing.equalsIgnoreCase(action))
              .orElse(action))
          : new Outcome.Failed(message(refused));
    }
    return refused.isNotFound()
        ? new Outcome.Failed("it is gone; Resource Graph may list it for some minutes more")
        : new Outcome.Failed(message(refused));
  }

  private static Map<String, String> texts(JsonNode properties) {
    Map<String, String> texts = new HashMap<>();
    properties.fields().forEachRemaining(field -> {
      if (field.getValue().isTextual()) {
        texts.put(field.getKey(), field.getValue().asText());
      }
    });
    return texts;
  }

  private static boolean isApp(ResourceId id) {
    return id.isOf(SITES) || id.isOf(SLOTS);
  }

  private static String connectionStrings(ResourceId app) {
    return app + "/config/" + CONNECTION_STRINGS;
  }

  /** Asks for something without which there is nothing to scan. */
  private static <T> T whole(Supplier<T> question) throws IOException, InterruptedException {
    try {
      return question.get();
    } catch (ArmException refused) {
      requireUninterrupted(refused);
      throw new IOException(message(refused), refused);
    }
  }

  /** Lets through what concerns one content, and ends the scan for what concerns all. */
  private static void requireCalm(ArmException refused) throws IOException, InterruptedException {
    requireUninterrupted(refused);
    if (refused.isUnauthenticated()) {
      throw new IOException(message(refused), refused);
    }
  }

  private static void requireUninterrupted(ArmException refused) throws InterruptedException {
    if (refused.reason() == ArmException.Reason.INTERRUPTED) {
      Thread.interrupted(); // The exception stands for the flag from here on.
      throw new InterruptedException();
    }
  }

  private static String message(ArmException refused) {
    return String.valueOf(refused.getMessage());
  }
}
