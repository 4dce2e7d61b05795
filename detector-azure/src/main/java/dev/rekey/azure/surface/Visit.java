package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureResource;
import dev.rekey.azure.AzureTenant;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads one resource as its kind says, and hands out what can be scanned. Not thread-safe: each
 * resource has a visit of its own.
 */
final class Visit {
  /** ARM keeps the tags of a resource under this id too. */
  static final String TAGS = "providers/Microsoft.Resources/tags/default";

  /** The type of a tenant, whose path in ARM is empty. */
  static final String TENANTS = "Microsoft.Resources/tenants";

  private final AzureTenant tenant;
  private final ArmClient arm;
  private final AzureResource resource;
  private final JsonNode shown;
  private final Containers.Around around;
  private final Predicate<String> wanted;
  private final Hand hand;

  /** Settings that tell the environment, of all that was read of the resource so far. */
  private final Map<String, String> telling = new HashMap<>();

  /**
   * @param shown the resource as the list showed it; a missing node if nothing did
   * @param wanted which addresses are handed out
   */
  Visit(
      AzureTenant tenant,
      AzureResource resource,
      JsonNode shown,
      Containers.Around around,
      Predicate<String> wanted,
      Hand hand) {
    this.tenant = tenant;
    this.arm = tenant.arm();
    this.resource = resource;
    this.shown = shown;
    this.around = around;
    this.wanted = wanted;
    this.hand = hand;
  }

  /** Reads its tags, which anybody sees who sees the resource. */
  void tags(ResourceKind kind) throws InterruptedException {
    Lines.Writer writer = new Lines.Writer();
    String address = resource.id() + "/" + TAGS;
    if (!wanted.test(address)) {
      return;
    }
    for (Map.Entry<String, String> tag : resource.tags().entrySet()) {
      line(writer, address, tag.getKey(), tag.getValue());
    }
    if (!writer.isEmpty()) {
      hand.take(
          address,
          context(
              kind,
              resource.id().toString(),
              Signal.yes("whoever sees the resource sees its tags")),
          writer.lines());
    }
  }

  /** Makes all reads of its kind. */
  void read(ResourceKind kind) throws InterruptedException, IOException {
    String base = resource.id().isOf(TENANTS) ? "" : resource.id().toString();
    for (Reading reading : kind.readings()) {
      run(kind, reading, kind.type(), base, shown);
    }
  }

  /** Reads again what has an address, if a way of its own is how that is read. */
  boolean again(ResourceKind kind, String address) throws InterruptedException {
    for (Reading reading : kind.readings()) {
      if (reading.walker().filter(walker -> walker.owns(address)).isPresent()) {
        reading.walker().get().again(stop(kind), address);
        return true;
      }
    }
    return false;
  }

  private Walker.Stop stop(ResourceKind kind) {
    return new Walker.Stop(
        tenant,
        resource,
        shown,
        hand,
        readable -> context(kind, resource.id().toString(), readable));
  }

  private void run(
      ResourceKind kind, Reading reading, String type, String base, JsonNode shownThere)
      throws InterruptedException, IOException {
    hand.check();
    if (reading.condition().isPresent() && !reading.condition().get().isIn(shownThere)) {
      return;
    }
    String path = reading.path().isEmpty() ? base : base + "/" + reading.path();
    String address = reading.address().isEmpty() ? base : base + "/" + reading.address();
    Source source = new Source(kind, reading, type, path, address);
    try {
      switch (reading.shape()) {
        case OBJECT -> {
          JsonNode answer = object(source, shownThere);
          if (isShapeless(reading, answer)) {
            hand.gap(address, new Outcome.Failed("the answer has none of what should be in it"));
          } else {
            object(source, address, answer, base);
          }
        }
        case BYTES -> bytes(source);
        case ITEMS -> items(source);
        case ITEMS_TOGETHER -> together(source, base);
        case OWN -> {
          if (wanted.test(address)) {
            reading.walker().orElseThrow().walk(stop(kind));
          }
        }
      }
    } catch (ArmException refused) {
      refuse(source, address, refused);
    } catch (IllegalArgumentException malformed) {
      hand.gap(address, new Outcome.Failed(String.valueOf(malformed.getMessage())));
    }
  }

  /** Whether an answer is no object, or lacks the properties in which all values should be. */
  private static boolean isShapeless(Reading reading, JsonNode answer) {
    if (reading.verb() == Reading.Verb.SHOWN) {
      return false;
    }
    JsonNode properties = answer.path("properties");
    boolean wanted = reading.selections().stream()
        .allMatch(selection -> selection.pointer().toString().startsWith("/properties/"));
    boolean nothing = reading.isOptional() && properties.isMissingNode();
    return !answer.isObject()
        || (wanted && !nothing && !properties.isObject() && !properties.isNull());
  }

  /**
   * A reading of something that is there.
   *
   * @param type the type of what it is read of
   * @param path what is asked for
   */
  private record Source(
      ResourceKind kind, Reading reading, String type, String path, String address) {
    String version() {
      return reading.apiVersionOr(kind.apiVersion());
    }

    String permission() {
      return reading.permissionOf(type);
    }
  }

  private JsonNode object(Source source, JsonNode shownThere) {
    Reading reading = source.reading();
    if (reading.plane().isPresent()) {
      return reading
          .plane()
          .get()
          .of(tenant, shown)
          .get("/" + reading.path(), source.version(), reading.parameters());
    }
    return switch (reading.verb()) {
      case SHOWN -> shownThere;
      case GET -> arm.get(source.path(), source.version(), reading.parameters());
      case POST -> arm.postRead(source.path(), source.version());
    };
  }

  private Stream<JsonNode> list(Source source) {
    Reading reading = source.reading();
    if (reading.plane().isPresent()) {
      return reading
          .plane()
          .get()
          .of(tenant, shown)
          .list("/" + reading.path(), source.version(), reading.parameters());
    }
    return arm.list(source.path(), source.version(), reading.parameters());
  }

  private void bytes(Source source) throws InterruptedException {
    if (wanted.test(source.address())) {
      byte[] text = arm.bytes(source.path(), source.version());
      hand.take(source.address(), context(source, resource.id().toString()), Lines.of(text));
    }
  }

  private void items(Source source) throws InterruptedException, IOException {
    int index = 0;
    for (Iterator<JsonNode> items = list(source).iterator(); items.hasNext(); index++) {
      JsonNode item = items.next();
      String id = id(source, item, index);
      hand(source, id, item, id);
      for (Reading nested : source.reading().nested()) {
        run(source.kind(), nested, source.reading().below(source.type()), id, item);
      }
    }
  }

  private void together(Source source, String base) throws InterruptedException, IOException {
    Lines.Writer writer = new Lines.Writer();
    int index = 0;
    try {
      for (Iterator<JsonNode> items = list(source).iterator(); items.hasNext(); index++) {
        JsonNode item = items.next();
        String id = id(source, item, index);
        write(source, source.address(), item, name(item, index), writer, base);
        for (Reading nested : source.reading().nested()) {
          run(source.kind(), nested, source.reading().below(source.type()), id, item);
        }
      }
    } finally {
      // A list that ends in the middle is a gap, and what came before is scanned.
      finish(source, source.address(), writer, base);
    }
  }

  /** The id by which the item is asked for: its own, or what it is called below its list. */
  private static String id(Source source, JsonNode item, int index) {
    String id = item.path("id").asText("");
    if (source.reading().plane().isEmpty() && id.startsWith("/")) {
      return id;
    }
    String name = name(item, index);
    // Children are often named parent/child.
    return source.address() + "/" + name.substring(name.lastIndexOf('/') + 1);
  }

  private static String name(JsonNode item, int index) {
    for (String field : new String[] {"name", "key", "id"}) {
      String name = item.path(field).asText("");
      if (!name.isEmpty() && !name.endsWith("/")) {
        return name;
      }
    }
    return Integer.toString(index);
  }

  private void hand(Source source, String address, JsonNode answer, String base)
      throws InterruptedException {
    Lines.Writer writer = new Lines.Writer();
    write(source, address, answer, "", writer, base);
    finish(source, address, writer, base);
  }

  /** Hands out an object's lines, also where it has none: that nothing is there was looked at. */
  private void object(Source source, String address, JsonNode answer, String base)
      throws InterruptedException {
    Lines.Writer writer = new Lines.Writer();
    write(source, address, answer, "", writer, base);
    boolean lines = source.reading().verb() != Reading.Verb.SHOWN
        && source.reading().selections().stream().anyMatch(selection -> !selection.whole());
    if ((lines || !writer.isEmpty()) && wanted.test(address)) {
      hand.take(address, context(source, base), writer.lines());
    }
  }

  private void finish(Source source, String address, Lines.Writer writer, String base)
      throws InterruptedException {
    if (!writer.isEmpty() && wanted.test(address)) {
      hand.take(address, context(source, base), writer.lines());
    }
  }

  /** Writes the values of an answer as lines, and hands out those that are texts of their own. */
  private void write(
      Source source,
      String address,
      JsonNode answer,
      String prefix,
      Lines.Writer writer,
      String base)
      throws InterruptedException {
    try {
      for (Selection selection : source.reading().selections()) {
        selection.pointer().each(answer, (name, value) -> {
          String full = prefix.isEmpty() ? name : name.isEmpty() ? prefix : prefix + "/" + name;
          String text = selection.decoding().undone(text(value));
          try {
            if (selection.whole()) {
              whole(source, full.isEmpty() ? address : address + "/" + full, text, base);
            } else {
              line(writer, address, full.isEmpty() ? "value" : full, text);
            }
          } catch (InterruptedException interrupted) {
            throw new Interrupted(interrupted);
          }
        });
      }
    } catch (Interrupted interrupted) {
      throw interrupted.cause;
    }
  }

  /** Carries an interruption through a callback that may not throw one. */
  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final InterruptedException cause;

    Interrupted(InterruptedException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private void whole(Source source, String address, String text, String base)
      throws InterruptedException {
    if (!text.isBlank() && wanted.test(address)) {
      hand.take(address, context(source, base), Lines.of(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void line(Lines.Writer writer, String address, String name, String value)
      throws InterruptedException {
    if (Reference.isOne(value)) {
      hand.reference(address, name);
      writer.add(name, "");
      return;
    }
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (Environments.isSetting(last)) {
      telling.put(last, value);
    }
    writer.add(name, value);
  }

  /** What should be a text and is something else is written as JSON: a secret may be in it too. */
  static String text(JsonNode value) {
    return value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
  }

  private AssetContext context(Source source, String base) {
    Reading reading = source.reading();
    String action = source.permission();
    Signal readable = reading.isForReaders(source.type())
        ? Signal.yes("the role Reader shows it")
        : Signal.no(
            "it is shown only to who has the action " + action + ", which the role Reader lacks");
    boolean container = source.kind().type().startsWith("Microsoft.Resources/subscriptions")
        || source.kind().type().startsWith("Microsoft.Management/")
        || source.kind().type().equals(TENANTS);
    return context(source.kind(), container ? base : resource.id().toString(), readable);
  }

  private AssetContext context(ResourceKind kind, String of, Signal readable) {
    if (shown.isMissingNode()) {
      Signal unseen = Signal.unknown("ARM does not show the resource");
      return new AssetContext(tenant.id(), of, unseen, unseen, readable);
    }
    Signal reachable = kind.reachable().stream()
        .flatMap(clue -> clue.in(shown).stream())
        .findFirst()
        .orElseGet(() ->
            Signal.unknown("nothing is known that tells whether a " + kind + " is reachable"));
    return new AssetContext(
        resource.tenant().isEmpty() ? tenant.id() : resource.tenant(),
        of,
        Environments.of(resource, telling, around, sku()),
        reachable,
        readable);
  }

  private String sku() {
    String name = shown.path("sku").path("name").asText("");
    return name.isEmpty() ? shown.path("properties").path("sku").asText("") : name;
  }

  private void refuse(Source source, String address, ArmException refused)
      throws InterruptedException {
    if (refused.reason() == ArmException.Reason.INTERRUPTED) {
      Thread.interrupted(); // The exception stands for the flag from here on.
      throw new InterruptedException();
    }
    boolean all = refused.isUnauthenticated() || refused.reason() == ArmException.Reason.NO_TOKEN;
    if (all && source.reading().plane().isEmpty()) {
      // What concerns all ends the whole; a service beside ARM concerns its resources alone.
      throw new UncheckedIOException(new IOException(message(refused), refused));
    }
    if (refused.isNotFound() && source.reading().isOptional()) {
      return;
    }
    hand.gap(address, outcome(source, refused));
  }

  private static Outcome outcome(Source source, ArmException refused) {
    if (refused.isForbidden()) {
      boolean role = refused.code().isEmpty() || refused.code().contains("Authorization");
      String action = source.permission();
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

  static String message(ArmException refused) {
    return String.valueOf(refused.getMessage());
  }

  /** Shows the resource. */
  @Override
  public String toString() {
    return resource.id().toString();
  }
}
