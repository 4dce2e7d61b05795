package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.BlobClient;
import dev.rekey.azure.BlobClient.Blob;
import dev.rekey.azure.BlobClient.Container;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.Outcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the blobs of one storage account, as far as a sampling wants them. Not thread-safe. */
final class BlobWalk {
  static final String TYPE = "Microsoft.Storage/storageAccounts";
  static final String CONTAINERS = "blobServices/default/containers";
  static final String LIST = TYPE + "/blobServices/containers/read";
  static final String READ = TYPE + "/blobServices/containers/blobs/read";

  /** What is read again of what grew: private keys have some 3 KiB, and other rules span one. */
  private static final int OVERLAP = 4 * 1024;

  /** How far back the start of a line is looked for. */
  private static final int LONGEST_LINE = 64 * 1024;

  private static final int MOST_AGAIN = 32 << 20;

  private final AzureTenant tenant;
  private final String account;
  private final JsonNode shown;
  private final Sampled sampled;
  private final Hand hand;
  private final Function<Signal, AssetContext> contexts;

  /** Which blobs are read, and how far they were. */
  record Sampled(BlobSampling sampling, Optional<BlobOffsets> offsets, BlobSampling.Choice choice)
      implements Walker {
    Sampled(BlobSampling sampling, Optional<BlobOffsets> offsets) {
      this(sampling, offsets, sampling.choice());
    }

    Reading reading() {
      return Reading.own(CONTAINERS, this, LIST, READ);
    }

    @Override
    public void walk(Stop account) throws InterruptedException {
      new BlobWalk(account, this).all();
    }

    @Override
    public boolean owns(String address) {
      return BlobAddress.parse(address).isPresent();
    }

    @Override
    public void again(Stop account, String address) throws InterruptedException {
      new BlobWalk(account, this).one(BlobAddress.parse(address).orElseThrow());
    }
  }

  private BlobWalk(Walker.Stop stop, Sampled sampled) {
    this.tenant = stop.tenant();
    this.account = stop.id();
    this.shown = stop.shown();
    this.sampled = sampled;
    this.hand = stop.hand();
    this.contexts = stop.contexts();
  }

  /** What became of the blobs of one container. */
  private static final class Tally {
    private long listed;
    private long read;
    private long left;
    private long begun;
    private long unchanged;
    private boolean more;

    Optional<Outcome> gap() {
      List<String> words = new ArrayList<>();
      if (left > 0) {
        words.add(left + " of " + listed + " blobs were left out by the sampling");
      }
      if (more) {
        words.add("the blobs after the first " + listed + " were not listed");
      }
      if (begun > 0) {
        words.add("of " + begun + " only the beginning was read");
      }
      if (unchanged > 0) {
        words.add(unchanged + " of " + listed + " have not changed since they were read");
      }
      return words.isEmpty()
          ? Optional.empty()
          : Optional.of(new Outcome.Skipped(String.join("; ", words)));
    }
  }

  /** Hands out the blobs that are wanted, and a gap for each container of which some are not. */
  void all() throws InterruptedException {
    Optional<BlobClient> client = client(account + "/" + CONTAINERS);
    if (client.isEmpty()) {
      return;
    }
    try {
      for (Iterator<Container> all = client.get().containers(); all.hasNext(); ) {
        container(client.get(), all.next());
      }
    } catch (ArmException refused) {
      hand.gap(account + "/" + CONTAINERS, outcome(refused, LIST));
    }
  }

  /** The client of the account's blob service; a gap if it has one that can't be asked. */
  private Optional<BlobClient> client(String address) throws InterruptedException {
    JsonNode endpoints = shown.at("/properties/primaryEndpoints");
    String endpoint = endpoints.path("blob").asText("");
    if (endpoint.isEmpty()) {
      if (!endpoints.isObject()) {
        hand.gap(address, new Outcome.Failed("the account shows no endpoints"));
      }
      return Optional.empty(); // An account for files only has no blobs.
    }
    try {
      return Optional.of(tenant.blobs(URI.create(endpoint)));
    } catch (IllegalArgumentException elsewhere) {
      hand.gap(address, new Outcome.Failed(String.valueOf(elsewhere.getMessage())));
      return Optional.empty();
    }
  }

  private void container(BlobClient client, Container container) throws InterruptedException {
    String address = BlobAddress.container(account, container.name());
    Tally tally = new Tally();
    try {
      Iterator<Blob> blobs = client.blobs(container.name());
      while (tally.listed < sampled.sampling().listed() && blobs.hasNext()) {
        tally.listed++;
        blob(client, container, blobs.next(), tally);
      }
      tally.more = blobs.hasNext();
    } catch (ArmException refused) {
      hand.gap(address, outcome(refused, READ));
      return;
    } catch (IllegalArgumentException malformed) {
      hand.gap(address, new Outcome.Failed(String.valueOf(malformed.getMessage())));
      return;
    }
    Optional<Outcome> gap = tally.gap();
    if (gap.isPresent()) {
      hand.gap(address, gap.get());
    }
  }

  private void blob(BlobClient client, Container container, Blob blob, Tally tally)
      throws InterruptedException {
    hand.check();
    BlobOffsets.Offset known = sampled
        .offsets()
        .map(offsets -> offsets.of(account, container.name(), blob.name()))
        .orElse(BlobOffsets.Offset.START);
    long most = sampled.sampling().bytes();
    long due = blob.appendable() ? blob.length() : Math.min(blob.length(), most);
    if (known.isUnchanged(blob) && known.end() >= due) {
      tally.unchanged++;
      tally.begun += known.end() < blob.length() ? 1 : 0;
      return;
    }
    BlobOffsets.Offset start = known.isContinuedBy(blob) ? known : BlobOffsets.Offset.START;
    if (blob.length() == 0) {
      return;
    }
    if (!sampled.choice().wants(blob, start.end())
        || tally.read >= sampled.sampling().most()) {
      tally.left++;
      return;
    }
    tally.read++;
    long end = Math.min(blob.length(), start.end() + most);
    tally.begun += end < blob.length() ? 1 : 0;
    take(client, container, blob, start, end);
  }

  private void take(
      BlobClient client, Container container, Blob blob, BlobOffsets.Offset start, long end)
      throws InterruptedException {
    String address = new BlobAddress(account, container.name(), blob.name()).toString();
    byte[] bytes;
    try {
      // What is appended while it is read changes nothing before it.
      String etag = blob.appendable() ? "" : blob.etag();
      int length = (int) (end - start.from());
      bytes = client.bytes(container.name(), blob.name(), start.from(), length, etag);
    } catch (ArmException refused) {
      hand.gap(address, outcome(refused, READ));
      return;
    } catch (IllegalArgumentException malformed) {
      hand.gap(address, new Outcome.Failed(String.valueOf(malformed.getMessage())));
      return;
    }
    BlobOffsets.Offset next = next(blob, start, bytes);
    Runnable scanned = () -> sampled
        .offsets()
        .ifPresent(offsets -> offsets.put(account, container.name(), blob.name(), next));
    hand.take(
        address,
        contexts.apply(readable(Optional.of(container))),
        Lines.of(bytes, start.lines(), scanned));
  }

  /** Where to read on: at the start of a line, so that columns are right as well. */
  private static BlobOffsets.Offset next(Blob blob, BlobOffsets.Offset start, byte[] bytes) {
    int resume = Math.max(0, bytes.length - OVERLAP);
    int line = resume;
    while (line > 0 && resume - line < LONGEST_LINE && bytes[line - 1] != '\n') {
      line--;
    }
    boolean found = line == 0 ? start.from() == 0 : bytes[line - 1] == '\n';
    resume = found ? line : resume;
    if (isUtf16(start, bytes)) {
      resume = 0; // The mark at its start is needed to read any of it.
    }
    long lines = start.lines();
    for (int i = 0; i < resume; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return new BlobOffsets.Offset(
        blob.etag(),
        BlobOffsets.creation(blob),
        start.from() + bytes.length,
        start.from() + resume,
        lines);
  }

  private static boolean isUtf16(BlobOffsets.Offset start, byte[] bytes) {
    if (start.from() > 0 || bytes.length < 2) {
      return false;
    }
    int mark = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    return mark == 0xFEFF || mark == 0xFFFE;
  }

  /** Hands out one blob again from its start, whatever the sampling says of its name. */
  void one(BlobAddress wanted) throws InterruptedException {
    String address = wanted.toString();
    Optional<BlobClient> client = client(address);
    if (client.isEmpty()) {
      return;
    }
    try {
      Optional<Blob> blob = client.get().find(wanted.container(), wanted.name());
      if (blob.isEmpty()) {
        return;
      }
      long due = blob.get().appendable()
          ? blob.get().length()
          : Math.min(blob.get().length(), sampled.sampling().bytes());
      if (due > MOST_AGAIN) {
        hand.gap(
            address,
            new Outcome.Failed("it has grown to more than is read again, which is 32 MiB"));
        return;
      }
      byte[] bytes = due == 0
          ? new byte[0]
          : client.get().bytes(wanted.container(), wanted.name(), 0, (int) due, "");
      hand.take(address, contexts.apply(readable(found(client.get(), wanted))), Lines.of(bytes));
    } catch (ArmException refused) {
      hand.gap(address, outcome(refused, READ));
    } catch (IllegalArgumentException malformed) {
      hand.gap(address, new Outcome.Failed(String.valueOf(malformed.getMessage())));
    }
  }

  private static Optional<Container> found(BlobClient client, BlobAddress wanted)
      throws InterruptedException {
    try {
      return client.find(wanted.container());
    } catch (ArmException refused) {
      AzureSurface.requireUninterrupted(refused);
      return Optional.empty();
    }
  }

  private Signal readable(Optional<Container> container) {
    if (container.isEmpty()) {
      return Signal.unknown("the caller may not see whether the container is public");
    }
    if (container.get().publicAccess().isEmpty()) {
      return Signal.no(
          "the container is not public: it takes the data action " + READ + ", a key or a SAS");
    }
    if (!shown.at("/properties/allowBlobPublicAccess").asBoolean(true)) {
      return Signal.no("the container is public, but the account does not allow that: it takes the"
          + " data action " + READ + ", a key or a SAS");
    }
    boolean shut = contexts.apply(Signal.unknown("")).publiclyReachable().answer() == Answer.NO;
    return Signal.yes(
        shut
            ? "anyone in the networks of the account may read it"
            : "anyone on the internet may read it");
  }

  private static Outcome outcome(ArmException refused, String permission)
      throws InterruptedException {
    AzureSurface.requireUninterrupted(refused);
    if (refused.isForbidden()) {
      // AuthorizationFailure is what the firewall of an account says.
      return refused.code().isEmpty() || refused.code().equals("AuthorizationPermissionMismatch")
          ? new Outcome.Refused(permission)
          : new Outcome.Failed(Visit.message(refused));
    }
    if (refused.code().equals("BlobArchived")) {
      return new Outcome.Skipped("it is in the archive, and must be brought back to be read");
    }
    return switch (refused.status()) {
      case 404, 410 -> new Outcome.Failed("it is gone since it was listed");
      case 412 -> new Outcome.Failed("it was changed while it was read; the next scan reads it");
      default -> new Outcome.Failed(Visit.message(refused));
    };
  }
}
