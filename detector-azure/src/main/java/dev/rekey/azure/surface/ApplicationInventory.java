package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.GraphClient;
import dev.rekey.azure.text.PlainText;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The applications and service principals of a tenant, with their client secrets: ids, hints and dates;
 * Entra shows nobody a value.
 *
 * <p>Microsoft Graph lists them; it needs the application permission Application.Read.All. What owners
 * write about them is contents to scan. Immutable and thread-safe.
 */
public final class ApplicationInventory {
  private static final String PERMISSION = "Application.Read.All";
  private static final String GUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
  private static final String PAGE = "999";
  private static final Pattern ADDRESS =
      Pattern.compile("/tenants/([^/]+)/(applications|servicePrincipals)/(" + GUID + ")");
  private static final Map<ApplicationEntry.Kind, String> FIELDS = Map.of(
      ApplicationEntry.Kind.APPLICATION,
      "id,appId,displayName,passwordCredentials,notes,description,identifierUris,web,spa,"
          + "publicClient,tags",
      ApplicationEntry.Kind.SERVICE_PRINCIPAL,
      "id,appId,displayName,passwordCredentials,notes,description,homepage,loginUrl,logoutUrl,"
          + "replyUrls,tags");
  private static final Reading WRITTEN = Reading.shown()
      .values(
          "/displayName",
          "/notes",
          "/description",
          "/identifierUris/*",
          "/web/**",
          "/spa/**",
          "/publicClient/**",
          "/homepage",
          "/loginUrl",
          "/logoutUrl",
          "/replyUrls/*",
          "/tags/*",
          "/passwordCredentials/*/displayName");

  private final AzureTenant tenant;
  private final Clock clock;

  private ApplicationInventory(AzureTenant tenant, Clock clock) {
    this.tenant = tenant;
    this.clock = clock;
  }

  /** Returns the applications and service principals of a tenant. */
  public static ApplicationInventory of(AzureTenant tenant) {
    return new ApplicationInventory(Objects.requireNonNull(tenant, "tenant"), Clock.systemUTC());
  }

  /** Returns it telling by a clock what has expired; that of the machine if not set. */
  public ApplicationInventory clock(Clock newClock) {
    return new ApplicationInventory(tenant, Objects.requireNonNull(newClock, "clock"));
  }

  /** Takes one after another. */
  private interface Taker {
    void take(ApplicationEntry entry, JsonNode shown) throws InterruptedException;
  }

  /**
   * Reads them all. A list that is refused is a gap.
   *
   * @throws IOException if no token can be had, or Graph does not know who is calling; the message says
   *     what to do
   * @throws InterruptedException if the thread is interrupted
   */
  public ApplicationReport read() throws IOException, InterruptedException {
    List<ApplicationEntry> entries = new ArrayList<>();
    List<Coverage.Gap> gaps = new ArrayList<>();
    walk((entry, shown) -> entries.add(entry), gaps::add);
    return new ApplicationReport(entries, gaps);
  }

  /**
   * Returns what owners wrote, as contents: notes, descriptions, redirect URIs and other addresses, tags,
   * and the names of client secrets. An address is {@link ApplicationEntry#address}.
   */
  public ContentSource contents() {
    return new ContentSource() {
      @Override
      public void read(Sink sink) throws IOException, InterruptedException {
        Hand hand = Handover.directly(sink, new Coverage());
        walk(
            (entry, shown) -> written(hand, entry, shown),
            gap -> sink.gap(gap.address(), gap.outcome()));
      }

      @Override
      public void reread(Place place, Sink sink) throws IOException, InterruptedException {
        again(place.address(), sink);
      }
    };
  }

  private void walk(Taker taker, Consumer<Coverage.Gap> gaps)
      throws IOException, InterruptedException {
    GraphClient graph = tenant.graph();
    for (ApplicationEntry.Kind kind : ApplicationEntry.Kind.values()) {
      String address = "/tenants/" + tenant.id() + "/" + kind.list();
      Map<String, String> query =
          Map.of("$select", Objects.requireNonNull(FIELDS.get(kind)), "$top", PAGE);
      try {
        for (Iterator<JsonNode> all = graph.list("/" + kind.list(), query).iterator();
            all.hasNext(); ) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          JsonNode shown = all.next();
          Optional<ApplicationEntry> entry = entry(kind, shown);
          if (entry.isPresent()) {
            taker.take(entry.get(), shown);
          } else {
            gaps.accept(new Coverage.Gap(
                address, new Outcome.Failed("Graph lists an object whose id is none")));
          }
        }
      } catch (ArmException refused) {
        AzureSurface.requireCalm(refused);
        gaps.accept(new Coverage.Gap(address, outcome(refused)));
      }
    }
  }

  private static Outcome outcome(ArmException refused) {
    return refused.isForbidden()
        ? new Outcome.Refused(PERMISSION)
        : new Outcome.Failed(Visit.message(refused));
  }

  private Optional<ApplicationEntry> entry(ApplicationEntry.Kind kind, JsonNode shown) {
    String id = shown.path("id").asText("");
    if (!id.matches(GUID)) {
      return Optional.empty();
    }
    List<ApplicationEntry.Password> passwords = new ArrayList<>();
    for (JsonNode password : shown.path("passwordCredentials")) {
      Optional<Instant> ends = time(password.path("endDateTime"));
      passwords.add(new ApplicationEntry.Password(
          PlainText.of(text(password, "keyId"), 100),
          PlainText.of(text(password, "hint"), 10),
          PlainText.of(text(password, "displayName"), 200),
          time(password.path("startDateTime")),
          ends,
          ends.filter(end -> !end.isAfter(clock.instant())).isPresent()));
    }
    return Optional.of(new ApplicationEntry(
        kind,
        tenant.id(),
        id,
        PlainText.of(text(shown, "appId"), 100),
        PlainText.of(text(shown, "displayName"), 200),
        passwords));
  }

  private static String text(JsonNode shown, String field) {
    return shown.path(field).isTextual() ? shown.path(field).asText() : "";
  }

  private static Optional<Instant> time(JsonNode text) {
    try {
      return text.isTextual()
          ? Optional.of(OffsetDateTime.parse(text.asText()).toInstant())
          : Optional.empty();
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private void written(Hand hand, ApplicationEntry entry, JsonNode shown)
      throws InterruptedException {
    Lines.Writer lines = new Lines.Writer();
    for (Selection selection : WRITTEN.selections()) {
      selection.pointer().each(shown, (name, value) -> lines.add(name, Visit.text(value)));
    }
    if (!lines.isEmpty()) {
      hand.take(entry.address(), context(entry), lines.lines());
    }
  }

  private AssetContext context(ApplicationEntry entry) {
    return new AssetContext(
        tenant.id(),
        entry.address(),
        Signal.unknown("an application does not show whether it serves production"),
        Signal.no("nothing but Microsoft Graph shows an application"),
        Signal.yes(
            "every member of a tenant may read its applications, unless that was restricted"));
  }

  private void again(String address, ContentSource.Sink sink)
      throws IOException, InterruptedException {
    Matcher wanted = ADDRESS.matcher(address);
    if (!wanted.matches() || !wanted.group(1).equalsIgnoreCase(tenant.id())) {
      sink.gap(
          PlainText.of(address, 200),
          new Outcome.Failed("its address is not that of an application in this tenant"));
      return;
    }
    ApplicationEntry.Kind kind = wanted.group(2).equals(ApplicationEntry.Kind.APPLICATION.list())
        ? ApplicationEntry.Kind.APPLICATION
        : ApplicationEntry.Kind.SERVICE_PRINCIPAL;
    Map<String, String> query = Map.of("$select", Objects.requireNonNull(FIELDS.get(kind)));
    try {
      JsonNode shown = tenant.graph().get("/" + kind.list() + "/" + wanted.group(3), query);
      Optional<ApplicationEntry> entry = entry(kind, shown);
      if (entry.isEmpty()) {
        sink.gap(address, new Outcome.Failed("Graph shows an object whose id is none"));
        return;
      }
      written(Handover.directly(sink, new Coverage()), entry.get(), shown);
    } catch (ArmException refused) {
      AzureSurface.requireCalm(refused);
      sink.gap(
          address,
          refused.isNotFound()
              ? new Outcome.Failed("nothing is there any more")
              : outcome(refused));
    }
  }

  /** Shows the tenant. */
  @Override
  public String toString() {
    return "applications of " + tenant;
  }
}
