package dev.rekey.benchmarks.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import dev.rekey.azure.ArmLimits;
import dev.rekey.azure.surface.AzureSurface;
import dev.rekey.azure.surface.Coverage;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.detect.scan.SecretScanner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/**
 * Scans a whole simulated tenant in a JVM with a heap of 256 MB, and says whether all that was planted
 * is found, how many requests it took of the least possible, and, where the simulator throttles as Azure
 * does, how long of the shortest time that the limits allow.
 */
public final class TenantScan {
  private static final int THREADS = 32;

  private TenantScan() {}

  /**
   * Measures.
   *
   * @param args {@code true} or {@code false}, whether ARM throttles; then the tenant: seed, subscriptions,
   *     resources in each, credentials; 1 20 5000 500 if there are none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean throttled = args.length > 0 && Boolean.parseBoolean(args[0]);
    Tenant tenant = args.length > 4 ? Tenant.of(args, 1) : new Tenant(1, 20, 5_000, 500);
    Path folder = Files.createTempDirectory("tenant-scan");
    try (Server server = Server.start(tenant, throttled, folder)) {
      List<String> arguments =
          new ArrayList<>(List.of(server.cloud(), folder.toString(), "" + throttled));
      arguments.addAll(tenant.arguments());
      Process client = Jvm.start(Scan.class, List.of("-Xmx256m", "-XX:+UseSerialGC"), arguments);
      client.getOutputStream().close();
      String said =
          new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      System.out.println(said + ", of at least " + server.leastRequests());
      if (client.waitFor() != 0) {
        throw new IllegalStateException("the client failed");
      }
    }
  }

  /** The client's process. */
  static final class Scan {
    private Scan() {}

    /** Scans. */
    public static void main(String[] args)
        throws IOException, InterruptedException, GeneralSecurityException {
      boolean throttled = Boolean.parseBoolean(args[2]);
      Client client = Client.of(args[0], Path.of(args[1]));
      Set<String> planted = new TreeSet<>(Tenant.of(args, 3).seeded().planted().keySet());
      Count count = new Count();
      Set<String> found = new TreeSet<>();
      Coverage coverage = new Coverage();
      Detector detector = Detector.builder(RuleSet.builtIn())
          .fingerprintKey(FingerprintKey.random())
          .build();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true); // A scan that fails ends the process.
        return thread;
      });
      AzureSurface surface = AzureSurface.of(client
              .tenant(throttled ? ArmLimits.PUBLIC : ArmLimits.NONE)
              .policies(count)
              .build())
          .watchedBy(coverage)
          .parallel(THREADS, threads);
      long start = System.nanoTime();
      SecretScanner.using(detector).build().scan(surface, coverage.and(new ScanListener() {
        @Override
        public void found(Finding finding, Secret secret) {
          String name = finding.place().name();
          found.add(finding.place().address() + (name.isEmpty() ? "" : " › " + name));
        }
      }));
      double seconds = (System.nanoTime() - start) / 1e9;
      threads.shutdown();
      found.removeIf(
          at -> at.contains("/revisions") && found.contains(at.replace("/revisions", "/kv")));
      Set<String> missing = new TreeSet<>(planted);
      missing.removeAll(found);
      found.removeAll(planted);
      System.out.printf(
          "%d resources seen, %d planted, %d missing, %d besides, %d gaps; %.1f s, %.1f s of CPU, heap at"
              + " most %d MB; %d requests",
          coverage.seen(),
          planted.size(),
          missing.size(),
          found.size(),
          coverage.gaps().size(),
          seconds,
          Client.cpu() / 1e9,
          heap() >> 20,
          count.requests.get());
    }

    private static long heap() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getPeakUsage)
          .mapToLong(usage -> usage.getUsed())
          .sum();
    }
  }

  /** Counts requests. */
  private static final class Count implements HttpPipelinePolicy {
    private final AtomicLong requests = new AtomicLong();

    @Override
    public Mono<HttpResponse> process(
        HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
      requests.incrementAndGet();
      return next.process();
    }

    @Override
    public HttpResponse processSync(
        HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
      requests.incrementAndGet();
      return next.processSync();
    }
  }
}
