package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureResource;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.ResourceGraph;
import dev.rekey.azure.ResourceId;
import dev.rekey.azure.Subscriptions;
import dev.rekey.azure.Subscriptions.Subscription;
import dev.rekey.azure.text.PlainText;
import dev.rekey.detect.Place;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Every place in a tenant where a secret can sit, as contents to scan.
 *
 * <p>Resource Graph says what resources there are (its view is seconds to minutes old), and a {@link
 * ResourceKind} for each type what of it is read. All resources are seen, and their tags are read, also
 * where no kind knows more. What is refused, gone or malformed is a gap. Values are in memory only
 * while their content is scanned: a content can't be opened later.
 *
 * <p>A content's address is the id of what was read, for example {@code …/sites/app1} for the settings
 * of an app and {@code …/sites/app1/config/connectionstrings} for its connection strings. It has one
 * line {@code NAME=VALUE} for each value; in a value a line feed is written {@code \n} and a carriage
 * return {@code \r}, and backslashes that stand before one of these, or before the letter n or r, are
 * doubled. Scripts are contents with lines of their own. A value that only refers to a secret, as
 * {@code @Microsoft.KeyVault(…)}, or is masked, is left out, and {@link Coverage} counts it. A list
 * that breaks off in the middle is a gap, and what came before is scanned.
 *
 * <p>Management groups come first, then subscriptions and resource groups, then resources, each in the
 * order of their ids. Immutable and thread-safe.
 */
public final class AzureSurface implements ContentSource {
  /** What seeing resources needs, beside what the kinds do. */
  static final Set<String> PERMISSIONS = Set.of(
      "Microsoft.Management/managementGroups/read",
      "Microsoft.ResourceGraph/resources/read",
      "Microsoft.Resources/subscriptions/read",
      "Microsoft.Resources/subscriptions/resourceGroups/read");

  private static final String COLUMNS = " | project id, name, type, kind, location, resourceGroup,"
      + " subscriptionId, tenantId, tags, sku, identity, properties | order by id asc";
  private static final String CONTAINER_COLUMNS = "ResourceContainers | project id, name, type,"
      + " location, resourceGroup, subscriptionId, tenantId, tags, properties | order by id asc";
  private static final String MANAGEMENT_GROUPS = "Microsoft.Management/managementGroups";
  private static final String MANAGEMENT_VERSION = "2020-05-01";

  /** What may wait to be scanned, in bytes. */
  private static final long WAITING = 32L << 20;

  private final AzureTenant tenant;
  private final ResourceKinds kinds;
  private final SurfaceFilter filter;
  private final Coverage coverage;
  private final Optional<Cursor> cursor;
  private final Consumer<Progress> progress;
  private final int atATime;
  private final Executor executor;

  private AzureSurface(
      AzureTenant tenant,
      ResourceKinds kinds,
      SurfaceFilter filter,
      Coverage coverage,
      Optional<Cursor> cursor,
      Consumer<Progress> progress,
      int atATime,
      Executor executor) {
    this.tenant = tenant;
    this.kinds = kinds;
    this.filter = filter;
    this.coverage = coverage;
    this.cursor = cursor;
    this.progress = progress;
    this.atATime = atATime;
    this.executor = executor;
  }

  /** Returns all that the caller of a tenant sees, with the built-in kinds. */
  public static AzureSurface of(AzureTenant tenant) {
    return new AzureSurface(
        Objects.requireNonNull(tenant, "tenant"),
        ResourceKinds.builtIn(),
        SurfaceFilter.ALL,
        new Coverage(),
        Optional.empty(),
        told -> {},
        1,
        Runnable::run);
  }

  /** Returns it with other kinds. */
  public AzureSurface kinds(ResourceKinds those) {
    return new AzureSurface(tenant, those, filter, coverage, cursor, progress, atATime, executor);
  }

  /**
   * Returns it with blobs of storage accounts; of those that are left out, each container has a gap.
   * {@link #kinds} takes them out again.
   *
   * <p>A blob is a content; its address is {@code
   * {account}/blobServices/default/containers/{container}/blobs/{name}}, where {@code %} in the name is
   * {@code %25}, and what can't stand in a line is percent-encoded too.
   */
  public AzureSurface blobs(BlobSampling sampling) {
    return kinds(kinds.withBlobs(new BlobWalk.Sampled(sampling, Optional.empty())));
  }

  /**
   * Returns it with blobs of storage accounts as far as they have changed since the scan that offsets
   * are from. Append blobs are read on from where they ended, and 4 KiB or the line before that once
   * more, so that what lies across is found: a secret there is found by both scans. Lines and columns
   * are those of the blob, but columns after a line of more than 64 KiB; {@code start} and {@code end}
   * count from where it was read on.
   */
  public AzureSurface blobs(BlobSampling sampling, BlobOffsets offsets) {
    return kinds(kinds.withBlobs(new BlobWalk.Sampled(sampling, Optional.of(offsets))));
  }

  /** Returns it for some resources only. */
  public AzureSurface only(SurfaceFilter some) {
    return new AzureSurface(tenant, kinds, some, coverage, cursor, progress, atATime, executor);
  }

  /** Returns it telling a coverage what is seen; let that listen to the scan as well. */
  public AzureSurface watchedBy(Coverage watching) {
    return new AzureSurface(tenant, kinds, filter, watching, cursor, progress, atATime, executor);
  }

  /**
   * Returns it after what a cursor has done.
   *
   * @throws IllegalArgumentException if the cursor is of another tenant or filter
   */
  public AzureSurface resumedAt(Cursor done) {
    done.require(tenant.id(), filter);
    return new AzureSurface(
        tenant, kinds, filter, coverage, Optional.of(done), progress, atATime, executor);
  }

  /** Returns it telling, on the thread that reads, each resource that is done. */
  public AzureSurface onProgress(Consumer<Progress> told) {
    return new AzureSurface(tenant, kinds, filter, coverage, cursor, told, atATime, executor);
  }

  /**
   * Returns it reading so many resources at a time, on threads of the caller's; contents are handed out
   * in the same order, on the thread that reads. What waits to be scanned is bounded in bytes.
   *
   * @param executor must run that many tasks at a time; the caller shuts it down
   * @throws IllegalArgumentException if the number is not between 1 and 256
   */
  public AzureSurface parallel(int resources, Executor executor) {
    if (resources < 1 || resources > 256) {
      throw new IllegalArgumentException("1 to 256 resources at a time, not " + resources);
    }
    return new AzureSurface(
        tenant,
        kinds,
        filter,
        coverage,
        cursor,
        progress,
        resources,
        Objects.requireNonNull(executor, "executor"));
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    try {
      new Walk(sink).walk();
    } catch (UncheckedIOException whole) {
      throw whole.getCause();
    }
  }

  /** A resource that is to be visited. */
  private record Station(AzureResource resource, JsonNode shown, Optional<ResourceKind> kind) {}

  /** A visit that goes on beside the scan. */
  private record Visiting(Station station, Handover handover) {}

  /** One reading of it all. */
  private final class Walk {
    private final Sink sink;
    private final Containers containers = new Containers();
    private final Handover.Budget budget = new Handover.Budget(WAITING);
    private final Deque<Visiting> visits = new ArrayDeque<>();
    private Cursor at;
    private int station;
    private boolean ordered = true;
    private String previous = "";
    private long done;
    private long before;
    private LongSupplier counted = () -> 0;

    Walk(Sink sink) {
      this.sink = sink;
      this.at = cursor.orElseGet(() -> Cursor.start(tenant.id(), filter));
    }

    void walk() throws IOException, InterruptedException {
      Map<String, Subscription> usable = usable();
      usable.values().forEach(one -> containers.named(one.id(), one.name()));
      List<String> all = List.copyOf(usable.keySet());
      try {
        if (at.station() == 0) {
          managementGroups();
        }
        station(1);
        containers(all);
        if (at.station() < 2) {
          at = at.at(2, "", true);
        }
        station(2);
        resources(all);
      } finally {
        visits.forEach(visiting -> visiting.handover().drop());
      }
    }

    private void station(int number) {
      before += counted.getAsLong();
      counted = () -> 0;
      station = number;
      previous = "";
      ordered = true;
    }

    /** The subscriptions that can be read, by id in lower case; a gap for each that can't. */
    private Map<String, Subscription> usable() throws IOException, InterruptedException {
      Map<String, Subscription> seen = new TreeMap<>();
      for (Subscription one : whole(Subscriptions.in(tenant.arm())::all)) {
        seen.put(one.id().toLowerCase(Locale.ROOT), one);
      }
      // Resource Graph leaves out silently what the caller may not see.
      for (String wanted : filter.subscriptions()) {
        if (!seen.containsKey(wanted)) {
          sink.gap(
              "/subscriptions/" + wanted,
              new Outcome.Refused("Microsoft.Resources/subscriptions/read"));
        }
      }
      if (!filter.subscriptions().isEmpty()) {
        seen.keySet().retainAll(filter.subscriptions());
      }
      if (!filter.managementGroups().isEmpty()) {
        seen.keySet().retainAll(below());
      }
      seen.values().removeIf(one -> {
        Optional<String> why = unusable(one);
        why.ifPresent(
            reason -> sink.gap("/subscriptions/" + one.id(), new Outcome.Skipped(reason)));
        return why.isPresent();
      });
      return seen;
    }

    /** The subscriptions below the management groups that are wanted, at any depth. */
    private Set<String> below() throws IOException, InterruptedException {
      Set<String> below = new TreeSet<>();
      for (String group : filter.managementGroups()) {
        String path = "/providers/" + MANAGEMENT_GROUPS + "/" + group + "/descendants";
        for (JsonNode one :
            whole(() -> tenant.arm().list(path, MANAGEMENT_VERSION).toList())) {
          if (one.path("id").asText().toLowerCase(Locale.ROOT).startsWith("/subscriptions/")) {
            below.add(one.path("name").asText().toLowerCase(Locale.ROOT));
          }
        }
      }
      return below;
    }

    private Optional<String> unusable(Subscription one) {
      if (!one.usable()) {
        return Optional.of("the subscription is " + one.state());
      }
      return one.tenant().isEmpty() || one.tenant().equalsIgnoreCase(tenant.id())
          ? Optional.empty()
          : Optional.of(
              "it belongs to the tenant " + one.tenant() + ": scan that with a tenant of its own");
    }

    private void managementGroups() throws IOException, InterruptedException {
      boolean wanted = kinds.of(MANAGEMENT_GROUPS).isPresent()
          && filter.wants(MANAGEMENT_GROUPS)
          && filter.managementGroups().isEmpty()
          && filter.subscriptions().isEmpty()
          && filter.resourceGroups().isEmpty()
          && filter.tags().isEmpty();
      if (!wanted) {
        return;
      }
      tenantScope();
      try {
        List<JsonNode> groups = tenant
            .arm()
            .list("/providers/" + MANAGEMENT_GROUPS, MANAGEMENT_VERSION)
            .toList();
        counted = groups::size;
        for (JsonNode group : groups) {
          visit(group);
        }
      } catch (ArmException refused) {
        requireCalm(refused);
        sink.gap(
            "/providers/" + MANAGEMENT_GROUPS,
            refused.isForbidden()
                ? new Outcome.Refused(MANAGEMENT_GROUPS + "/read")
                : new Outcome.Failed(Visit.message(refused)));
      }
      drain(0);
    }

    /** The tenant itself is in no list. */
    private void tenantScope() throws IOException, InterruptedException {
      if (kinds.of(Visit.TENANTS).isPresent()) {
        before++;
        String id = "/providers/" + Visit.TENANTS + "/" + tenant.id();
        visit(JsonNodeFactory.instance.objectNode().put("id", id));
        drain(0);
      }
    }

    private void containers(List<String> subscriptions) throws IOException, InterruptedException {
      ResourceGraph.Rows rows =
          ResourceGraph.in(tenant.arm()).rows(CONTAINER_COLUMNS, subscriptions);
      counted = rows::total;
      while (whole(rows::hasNext)) {
        JsonNode row = whole(rows::next);
        Optional<AzureResource> container = resource(row);
        container.ifPresent(containers::add);
        boolean wanted = container.isPresent()
            && at.station() < 2
            && filter.tags().isEmpty()
            && filter.wants(container.get().id().type())
            && isInGroups(container.get().id());
        if (wanted) {
          visit(row);
        } else {
          done++;
        }
      }
      drain(0);
    }

    private boolean isInGroups(ResourceId id) {
      return filter.resourceGroups().isEmpty()
          || filter.resourceGroups().contains(id.resourceGroup().toLowerCase(Locale.ROOT));
    }

    private void resources(List<String> all) throws IOException, InterruptedException {
      List<String> left = all.stream().filter(id -> !at.isPastSubscription(id)).toList();
      ResourceGraph.Rows rows =
          ResourceGraph.in(tenant.arm()).rows("Resources" + filter.kusto() + COLUMNS, left);
      counted = rows::total;
      while (whole(rows::hasNext)) {
        visit(whole(rows::next));
      }
      drain(0);
    }

    private Optional<AzureResource> resource(JsonNode row) {
      try {
        return Optional.of(AzureResource.of(row));
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }

    private void visit(JsonNode row) throws IOException, InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Optional<AzureResource> found = resource(row);
      if (found.isEmpty()) {
        sink.gap(
            PlainText.of(row.path("id").asText(), 200),
            new Outcome.Failed("Resource Graph lists it with an id that is none"));
        return;
      }
      AzureResource resource = found.get();
      if (at.station() == station && at.isPast(resource.id().toString())) {
        done++;
        return;
      }
      Optional<ResourceKind> kind = kinds.of(resource.id().type());
      coverage.seen(resource.id(), kinds.cover(resource.id().type()));
      Station next = new Station(resource, row, kind);
      if (atATime == 1) {
        look(next, Handover.directly(sink, coverage));
        finished(next);
        return;
      }
      Handover handover = new Handover(budget);
      visits.add(new Visiting(next, handover));
      executor.execute(() -> handover.end(outcome(next, handover)));
      drain(atATime - 1);
    }

    /** Runs a visit to its end; why it ended before its time, if it did. */
    private Optional<Throwable> outcome(Station next, Handover handover) {
      try {
        look(next, handover);
        return Optional.empty();
      } catch (IOException | InterruptedException | RuntimeException | Error failure) {
        return Optional.of(failure);
      }
    }

    private void look(Station next, Hand hand) throws IOException, InterruptedException {
      Visit visit = new Visit(
          tenant,
          next.resource(),
          next.shown(),
          containers.around(next.resource().id()),
          address -> true,
          hand);
      ResourceKind kind = next.kind().orElseGet(() -> unknown(next.resource()));
      visit.read(kind);
      visit.tags(kind);
    }

    /** Passes on what is found, until so many visits go on. */
    private void drain(int left) throws IOException, InterruptedException {
      while (visits.size() > left) {
        Visiting first = visits.getFirst();
        Optional<Throwable> failure = first.handover().passOn(sink, coverage);
        visits.removeFirst();
        if (failure.isPresent()) {
          throw ended(failure.get());
        }
        finished(first.station());
      }
    }

    private void finished(Station station) {
      done++;
      String id = station.resource().id().toString();
      ordered &= previous.compareTo(id.toLowerCase(Locale.ROOT)) <= 0;
      previous = id.toLowerCase(Locale.ROOT);
      progress.accept(
          new Progress(done, before + counted.getAsLong(), id, at.at(this.station, id, ordered)));
    }
  }

  private static RuntimeException ended(Throwable failure)
      throws IOException, InterruptedException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException broken
        ? broken
        : new IllegalStateException("a visit failed", failure);
  }

  private static ResourceKind unknown(AzureResource resource) {
    return ResourceKind.of(resource.id().type(), "none").build();
  }

  /**
   * Hands out the content of a place again. The context is that of the resource as ARM shows it now,
   * or unknown where ARM does not show it.
   */
  @Override
  public void reread(Place place, Sink sink) throws IOException, InterruptedException {
    String address = place.address();
    Optional<ResourceId> id = visited(address);
    if (id.isEmpty()) {
      sink.gap(
          PlainText.of(address, 200),
          new Outcome.Failed("its address is not the id of anything that is read"));
      return;
    }
    ResourceKind kind = kinds
        .of(id.get().type())
        .orElseGet(() -> ResourceKind.of(id.get().type(), "2021-04-01").build());
    JsonNode shown;
    AzureResource resource;
    try {
      shown = tenant.arm().get(id.get().toString(), kind.apiVersion());
      resource = AzureResource.of(shown);
    } catch (ArmException refused) {
      requireCalm(refused);
      shown = MissingNode.getInstance();
      resource = unseen(id.get());
    } catch (IllegalArgumentException malformed) {
      shown = MissingNode.getInstance();
      resource = unseen(id.get());
    }
    boolean[] handed = {false};
    Sink counting = new Sink() {
      @Override
      public void accept(Content content) throws InterruptedException {
        handed[0] = true;
        sink.accept(content);
      }

      @Override
      public void gap(String gap, Outcome outcome) {
        if (address.toLowerCase(Locale.ROOT).startsWith(gap.toLowerCase(Locale.ROOT))) {
          handed[0] = true;
          sink.gap(address, outcome);
        }
      }
    };
    try {
      Visit visit = new Visit(
          tenant,
          resource,
          shown,
          Containers.Around.NOTHING,
          address::equalsIgnoreCase,
          Handover.directly(counting, new Coverage()));
      if (!visit.again(kind, address)) {
        visit.read(kind);
        visit.tags(kind);
      }
    } catch (UncheckedIOException whole) {
      throw whole.getCause();
    }
    if (!handed[0]) {
      sink.gap(address, new Outcome.Failed("nothing is there any more"));
    }
  }

  private AzureResource unseen(ResourceId id) {
    return new AzureResource(id, tenant.id(), "", "", Map.of(), MissingNode.getInstance());
  }

  /** The resource whose visit hands out an address: the longest beginning that is of a known kind. */
  private Optional<ResourceId> visited(String address) {
    Optional<ResourceId> any = Optional.empty();
    String rest = address;
    while (rest.length() > 1) {
      try {
        ResourceId id = ResourceId.of(rest);
        if (kinds.of(id.type()).isPresent()) {
          return Optional.of(id);
        }
        boolean tags = address.equals(rest + "/" + Visit.TAGS);
        any = tags ? Optional.of(id) : any;
      } catch (IllegalArgumentException between) {
        // The beginning of an id that ends in the middle of a pair.
      }
      rest = rest.substring(0, Math.max(0, rest.lastIndexOf('/')));
    }
    return any;
  }

  /** Asks for something without which there is nothing to scan. */
  private static <T> T whole(Supplier<T> question) throws IOException, InterruptedException {
    try {
      return question.get();
    } catch (ArmException refused) {
      requireUninterrupted(refused);
      throw new IOException(Visit.message(refused), refused);
    }
  }

  /** Lets through what concerns one content, and ends the scan for what concerns all. */
  static void requireCalm(ArmException refused) throws IOException, InterruptedException {
    requireUninterrupted(refused);
    if (refused.isUnauthenticated() || refused.reason() == ArmException.Reason.NO_TOKEN) {
      throw new IOException(Visit.message(refused), refused);
    }
  }

  static void requireUninterrupted(ArmException refused) throws InterruptedException {
    if (refused.reason() == ArmException.Reason.INTERRUPTED) {
      Thread.interrupted(); // The exception stands for the flag from here on.
      throw new InterruptedException();
    }
  }
}
