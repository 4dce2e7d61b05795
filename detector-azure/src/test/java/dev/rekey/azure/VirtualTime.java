package dev.rekey.azure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that passes only where a client waits: whoever waits until a moment takes everybody there. A
 * simulator and its clients share one.
 */
public final class VirtualTime extends Clock {
  private final Instant start = Instant.now();
  private final AtomicLong nanos = new AtomicLong();

  /** Starts now. */
  public VirtualTime() {}

  /** Returns a tenant whose clients wait in this time. */
  public AzureTenant.Builder of(AzureTenant.Builder tenant) {
    return tenant.nanos(nanos::get).pause(this::pass);
  }

  /** Lets time pass. */
  public void pass(Duration length) {
    long until = nanos.get() + length.toNanos();
    nanos.accumulateAndGet(until, Math::max);
  }

  /** How much has passed. */
  public Duration passed() {
    return Duration.ofNanos(nanos.get());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanos.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
