package dev.rekey.detect.scan;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Explanation;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Note;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Runs a detector over every content of a source.
 *
 * <p>Contents are streamed one after another on the calling thread, in bounded memory whatever their
 * size. Interrupting that thread cancels the scan: the report says so, and what was found stays
 * valid. Immutable and thread-safe; each scan is its own.
 */
public final class SecretScanner {
  private final Detector detector;
  private final Limits limits;
  private final Clock clock;

  private SecretScanner(Detector detector, Limits limits, Clock clock) {
    this.detector = detector;
    this.limits = limits;
    this.clock = clock;
  }

  /** Starts a scanner that uses a detector. */
  public static Builder using(Detector detector) {
    return new Builder(detector);
  }

  /**
   * Scans a source and tells a listener.
   *
   * @throws IOException if the source as a whole can't be read; a content that can't be read is an
   *     outcome instead
   */
  public ScanReport scan(ContentSource source, ScanListener listener) throws IOException {
    return run(
        source,
        listener,
        (in, receiver) -> detector.detect(in, receiver.content.address(), receiver::found));
  }

  /**
   * Says, for each match in a source, why it is a finding of {@link #scan}, or is none, content by
   * content; within one about in the order of their places.
   *
   * @throws IOException if the source as a whole can't be read; a content that can't be read is
   *     counted in the report instead
   */
  public ScanReport explain(ContentSource source, Consumer<? super Explanation> told)
      throws IOException {
    return run(
        source,
        (finding, secret) -> {},
        (in, receiver) ->
            detector.explain(in, receiver.content.address(), why -> receiver.explained(why, told)));
  }

  /** How one content is looked at. */
  @FunctionalInterface
  private interface Look {
    List<Note> at(InputStream in, Scan.Receiver receiver) throws IOException;
  }

  private ScanReport run(ContentSource source, ScanListener listener, Look look)
      throws IOException {
    Scan scan = new Scan(listener, look);
    Instant started = clock.instant();
    boolean cancelled = false;
    try {
      source.read(scan);
    } catch (InterruptedException interrupted) {
      cancelled = true;
      Thread.currentThread().interrupt(); // The caller decides what else that ends.
    }
    return scan.report(started, Duration.between(started, clock.instant()), cancelled);
  }

  /** One scan's counts. */
  private final class Scan implements ContentSource.Sink {
    private final ScanListener listener;
    private final Look look;
    private long scanned;
    private long skipped;
    private long refused;
    private long failed;
    private long bytes;
    private long findings;

    Scan(ScanListener listener, Look look) {
      this.listener = listener;
      this.look = look;
    }

    @Override
    public void accept(Content content) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      listener.started(content.address(), content.context());
      finish(content.address(), examine(content));
    }

    @Override
    public void gap(String address, Outcome outcome) {
      finish(address, outcome);
    }

    private Outcome examine(Content content) throws InterruptedException {
      Receiver receiver = new Receiver(content);
      try (InputStream in = content.open();
          Limited limited = new Limited(in, receiver)) {
        List<Note> notes = new ArrayList<>(look.at(limited, receiver));
        notes.addAll(limited.notes());
        return new Outcome.Scanned(limited.read, receiver.reported, notes);
      } catch (IOException unreadable) {
        if (cancels(unreadable)) {
          finish(content.address(), new Outcome.Failed("the scan was cancelled"));
          throw new InterruptedException();
        }
        return Unreadable.outcome(unreadable);
      } finally {
        bytes += receiver.bytes;
        findings += receiver.reported;
      }
    }

    /** A timeout is an InterruptedIOException too, of a class of its own, and cancels nothing. */
    private boolean cancels(IOException failure) {
      return failure.getClass() == InterruptedIOException.class
          || failure instanceof ClosedByInterruptException;
    }

    private void finish(String address, Outcome outcome) {
      if (outcome instanceof Outcome.Scanned) {
        scanned++;
      } else if (outcome instanceof Outcome.Skipped) {
        skipped++;
      } else if (outcome instanceof Outcome.Refused) {
        refused++;
      } else {
        failed++;
      }
      listener.finished(address, outcome);
    }

    ScanReport report(Instant started, Duration elapsed, boolean cancelled) {
      return new ScanReport(
          started, elapsed, scanned, skipped, refused, failed, bytes, findings, cancelled);
    }

    /** Passes the findings of one content on, up to the limit. */
    private final class Receiver {
      private final Content content;
      private long reported;
      private long bytes;
      private boolean dropped;

      Receiver(Content content) {
        this.content = content;
      }

      void found(Finding finding, Secret secret) {
        if (full()) {
          dropped = true;
          return;
        }
        reported++;
        listener.found(finding.at(named(finding.place())), secret);
      }

      void explained(Explanation why, Consumer<? super Explanation> told) {
        boolean finding = why instanceof Explanation.Reported;
        if (finding && full()) {
          dropped = true;
          return;
        }
        reported += finding ? 1 : 0;
        told.accept(why.at(named(why.place())));
      }

      private Place named(Place place) {
        String name = content.nameOf(place.location().line());
        return name.isEmpty() ? place : place.named(name);
      }

      boolean full() {
        return reported >= limits.findings();
      }
    }

    /** Ends a content at the limits, and when the thread is interrupted. */
    private final class Limited extends FilterInputStream {
      private final Receiver receiver;
      private long read;

      Limited(InputStream in, Receiver receiver) {
        super(in);
        this.receiver = receiver;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (Thread.interrupted()) {
          throw new InterruptedIOException();
        }
        if (receiver.full() || read >= limits.bytes()) {
          return -1;
        }
        int n = some(into, offset, (int) Math.min(length, limits.bytes() - read));
        read += Math.max(n, 0);
        receiver.bytes = read;
        return n;
      }

      /** Tells the stream's exceptions from those of a listener, which are not the content's. */
      private int some(byte[] into, int offset, int length) throws IOException {
        try {
          return super.read(into, offset, length);
        } catch (UncheckedIOException unreadable) {
          throw new IOException(unreadable.getMessage(), unreadable);
        }
      }

      List<Note> notes() throws IOException {
        List<Note> notes = new ArrayList<>();
        if (receiver.full() && (receiver.dropped || super.read() >= 0)) {
          notes.add(
              limit("it has " + limits.findings() + " findings or more; the rest is not read"));
        } else if (read >= limits.bytes() && super.read() >= 0) {
          notes.add(limit("it is longer than " + limits.bytes() + " bytes; the rest is not read"));
        }
        return notes;
      }

      private static Note limit(String reason) {
        return new Note(Note.Kind.LIMITED, "", reason, 1);
      }
    }
  }

  /** Collects what a scanner needs. Not thread-safe. */
  public static final class Builder {
    private final Detector detector;
    private Limits limits = Limits.DEFAULT;
    private Clock clock = Clock.systemUTC();

    private Builder(Detector detector) {
      this.detector = Objects.requireNonNull(detector, "detector");
    }

    /** Sets how much of a content is scanned; {@link Limits#DEFAULT} if not set. */
    public Builder limits(Limits most) {
      limits = Objects.requireNonNull(most, "limits");
      return this;
    }

    /** Sets the clock of the report; the system's if not set. */
    public Builder clock(Clock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /** Returns the scanner. */
    public SecretScanner build() {
      return new SecretScanner(detector, limits, clock);
    }
  }
}
