package dev.rekey.azure.surface;

import dev.rekey.azure.AzureTenant;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The secrets of all key vaults that the caller of a tenant sees: names and dates, no values.
 *
 * <p>Resource Graph says what vaults there are. It needs the role Key Vault Reader on each, or List by
 * an access policy. What owners write beside a secret, and values where they are asked for, are contents
 * to scan. Immutable and thread-safe.
 */
public final class VaultInventory {
  private final AzureTenant tenant;
  private final SurfaceFilter filter;
  private final Clock clock;
  private final boolean versions;

  private VaultInventory(AzureTenant tenant, SurfaceFilter filter, Clock clock, boolean versions) {
    this.tenant = tenant;
    this.filter = filter;
    this.clock = clock;
    this.versions = versions;
  }

  /** Returns the newest versions of all secrets in all vaults. */
  public static VaultInventory of(AzureTenant tenant) {
    return new VaultInventory(
        Objects.requireNonNull(tenant, "tenant"), SurfaceFilter.ALL, Clock.systemUTC(), false);
  }

  /** Returns it for some vaults only; types in the filter have to be that of vaults. */
  public VaultInventory only(SurfaceFilter some) {
    return new VaultInventory(tenant, some, clock, versions);
  }

  /** Returns it telling ages by a clock; that of the machine if not set. */
  public VaultInventory clock(Clock newClock) {
    return new VaultInventory(tenant, filter, Objects.requireNonNull(newClock, "clock"), versions);
  }

  /** Returns it with all versions of each secret, which takes a request more for each. */
  public VaultInventory allVersions() {
    return new VaultInventory(tenant, filter, clock, true);
  }

  /**
   * Reads the vaults. What of one can't be read is a gap.
   *
   * @throws IOException if the tenant as a whole can't be read; the message says what to do
   * @throws InterruptedException if the thread is interrupted
   */
  public VaultReport read() throws IOException, InterruptedException {
    List<VaultEntry> vaults = new ArrayList<>();
    List<VaultSecretEntry> secrets = new ArrayList<>();
    List<Coverage.Gap> gaps = new ArrayList<>();
    VaultWalk walk = new VaultWalk(clock, versions, false, new VaultWalk.Listener() {
      @Override
      public void vault(VaultEntry entry) {
        vaults.add(entry);
      }

      @Override
      public void secret(VaultSecretEntry entry) {
        secrets.add(entry);
      }
    });
    surface(walk).read(new ContentSource.Sink() {
      @Override
      public void accept(Content content) {
        // What is to be scanned is for contents().
      }

      @Override
      public void gap(String address, Outcome outcome) {
        gaps.add(new Coverage.Gap(address, outcome));
      }
    });
    return new VaultReport(vaults, secrets, gaps);
  }

  /**
   * Returns what owners wrote beside secrets, as contents: content types and the values of tags, and the
   * tags of the vaults. An address is the id of a secret, {@code {vault}/secrets/{name}}.
   */
  public ContentSource contents() {
    return surface(new VaultWalk(clock, versions, false, VaultWalk.Listener.NONE));
  }

  /**
   * Returns {@link #contents}, and each secret's value as a content as well, at the address of the
   * secret and {@code /value}. It needs the role Key Vault Secrets User on each vault, or Get by an
   * access policy, and each read is in the vault's log. A value is in memory only while it is scanned.
   */
  public ContentSource withValues() {
    return surface(new VaultWalk(clock, versions, true, VaultWalk.Listener.NONE));
  }

  private AzureSurface surface(VaultWalk walk) {
    return AzureSurface.of(tenant)
        .kinds(ResourceKinds.of(walk.kind()))
        .only(filter.wants(VaultWalk.TYPE) ? filter.types(VaultWalk.TYPE) : filter);
  }

  /** Shows the tenant. */
  @Override
  public String toString() {
    return "vaults of " + tenant;
  }
}
