package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What one visit found, on its way from the thread that visits to the one that scans. Thread-safe for
 * one of each.
 *
 * <p>All visits share a {@link Budget} of bytes. A visitor that would exceed it waits until it is its
 * visit's turn to be scanned: that one may always go on, so that nobody waits for ever.
 */
final class Handover implements Hand {
  private final Budget budget;
  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean turn;
  private boolean ended;
  private boolean dropped;
  private Optional<Throwable> failure = Optional.empty();

  Handover(Budget budget) {
    this.budget = budget;
  }

  /** The bytes that may wait to be scanned. */
  static final class Budget {
    private final long most;
    private long used;

    Budget(long most) {
      this.most = most;
    }
  }

  /** Something found. */
  private sealed interface Part {
    record Found(String address, AssetContext context, Lines lines) implements Part {}

    record Gap(String address, Outcome outcome) implements Part {}

    record Referred(String address, String name) implements Part {}
  }

  @Override
  public void check() throws InterruptedException {
    synchronized (budget) {
      if (dropped) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public void take(String address, AssetContext context, Lines lines) throws InterruptedException {
    synchronized (budget) {
      while (!turn && budget.used + lines.size() > budget.most) {
        budget.wait();
      }
      check();
      budget.used += lines.size();
      parts.add(new Part.Found(address, context, lines));
      budget.notifyAll();
    }
  }

  @Override
  public void gap(String address, Outcome outcome) {
    add(new Part.Gap(address, outcome));
  }

  @Override
  public void reference(String address, String name) {
    add(new Part.Referred(address, name));
  }

  private void add(Part part) {
    synchronized (budget) {
      parts.add(part);
      budget.notifyAll();
    }
  }

  /** Ends it, on the thread that visits. */
  void end(Optional<Throwable> why) {
    synchronized (budget) {
      ended = true;
      failure = why;
      budget.notifyAll();
    }
  }

  /**
   * Passes everything on, waiting for what is still to come.
   *
   * @return why the visit ended before its time, if it did
   */
  Optional<Throwable> passOn(ContentSource.Sink sink, Coverage coverage)
      throws InterruptedException {
    while (true) {
      Part part;
      synchronized (budget) {
        turn = true;
        budget.notifyAll();
        while (parts.isEmpty() && !ended) {
          budget.wait();
        }
        if (parts.isEmpty()) {
          return failure;
        }
        part = parts.remove();
        if (part instanceof Part.Found found) {
          budget.used -= found.lines().size();
          budget.notifyAll();
        }
      }
      pass(part, sink, coverage);
    }
  }

  /** Takes what a visit finds on the thread that scans, which needs no handing over. */
  static Hand directly(ContentSource.Sink sink, Coverage coverage) {
    return new Hand() {
      @Override
      public void check() throws InterruptedException {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }

      @Override
      public void take(String address, AssetContext context, Lines lines)
          throws InterruptedException {
        pass(new Part.Found(address, context, lines), sink, coverage);
      }

      @Override
      public void gap(String address, Outcome outcome) {
        sink.gap(address, outcome);
      }

      @Override
      public void reference(String address, String name) {
        coverage.referred(address, name);
      }
    };
  }

  private static void pass(Part part, ContentSource.Sink sink, Coverage coverage)
      throws InterruptedException {
    if (part instanceof Part.Found found) {
      Lines lines = found.lines();
      try {
        sink.accept(
            Content.of(found.address(), found.context(), lines::open).withLineNames(lines.names()));
        lines.scanned();
      } finally {
        lines.wipe();
      }
    } else if (part instanceof Part.Gap gap) {
      sink.gap(gap.address(), gap.outcome());
    } else if (part instanceof Part.Referred referred) {
      coverage.referred(referred.address(), referred.name());
    }
  }

  /** Forgets what was not scanned. */
  void drop() {
    synchronized (budget) {
      turn = true;
      dropped = true;
      for (Part part : parts) {
        if (part instanceof Part.Found found) {
          found.lines().wipe();
        }
      }
      parts.clear();
      budget.notifyAll();
    }
  }
}
