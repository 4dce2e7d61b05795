package dev.rekey.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * A running stand-in for Azure on the loopback interface, over TLS. Thread-safe; it answers requests
 * in parallel and is stopped by {@link #close}.
 *
 * <p>Azure tells its services apart by host name, the simulator by port: {@link #cloud} is Entra,
 * Microsoft Graph, ARM and Resource Graph; each vault, storage account and messaging namespace has a
 * port of its own, which ARM names in {@code vaultUri}, {@code primaryEndpoints.blob} and {@code
 * serviceBusEndpoint}; each workspace has one at which its logs are queried; each configuration store and
 * Synapse workspace has one, named in {@code endpoint} and {@code connectivityEndpoints.dev}.
 */
public final class Simulator implements AutoCloseable {
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Certificate certificate = Certificate.create();
  private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "azure-simulator");
    thread.setDaemon(true);
    return thread;
  });
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final List<Door> doors = new ArrayList<>();
  private final Replicas replicas = new Replicas();
  private final Guards guards = new Guards();
  private final Logs logs;
  private final World world;
  private final Entra entra;
  private final Trouble trouble;

  private Simulator(Builder from) throws IOException {
    trouble = new Trouble(from.chance, from.clock);
    world = new World(from.scenario, from.clock, from.random, from.secrets);
    entra = new Entra(world, replicas);
    logs = new Logs(world);
    SSLContext tls = certificate.serverContext();
    Map<Door, Door.Service> services = new HashMap<>();
    try {
      Door main = door("cloud", tls);
      world.cloud(main.url());
      Arm arm = new Arm(world, entra, guards, from.throttling, trouble);
      lockGroups(from.scenario);
      Graph graph = new Graph(world, entra, replicas);
      ControlPlane control = new ControlPlane(faults, log, replicas, trouble, this);
      services.put(main, call -> cloud(call, control, arm, graph));
      for (Asset asset : world.assets()) {
        if (asset instanceof VaultAsset vault && vault.hasDataPlane()) {
          Door door = door("vault:" + vault.name(), tls);
          vault.uri(door.url());
          VaultPlane plane = new VaultPlane(world, entra, vault);
          services.put(door, call -> atomically(call, plane::answer));
        } else if (asset instanceof StorageAsset account && account.hasDataPlane()) {
          Door door = door("blob:" + account.name(), tls);
          account.endpoint(door.url());
          BlobPlane plane = new BlobPlane(world, entra, account);
          services.put(door, call -> atomically(call, plane::answer));
        } else if (asset instanceof WorkspaceAsset workspace) {
          Door door = door("logs:" + workspace.name(), tls);
          workspace.endpoint(door.url());
          LogsPlane plane = new LogsPlane(world, entra, logs, workspace);
          services.put(door, call -> atomically(call, plane::answer));
        } else if (asset instanceof ConfigurationAsset store) {
          Door door = door("configuration:" + store.name(), tls);
          store.endpoint(door.url());
          entra.serve(door.url());
          ConfigurationPlane plane = new ConfigurationPlane(world, entra, store);
          services.put(door, call -> atomically(call, plane::answer));
        } else if (asset instanceof SynapseAsset workspace) {
          Door door = door("synapse:" + workspace.name(), tls);
          workspace.endpoint(door.url());
          SynapsePlane plane = new SynapsePlane(world, entra, workspace);
          services.put(door, call -> atomically(call, plane::answer));
        } else if (asset instanceof MessagingAsset namespace && namespace.hasDataPlane()) {
          Door door = door("messaging:" + namespace.name(), tls);
          namespace.endpoint(door.url());
          MessagingPlane plane = new MessagingPlane(world, namespace);
          services.put(door, call -> atomically(call, plane::answer));
        }
      }
      synchronized (world) {
        world.furnish();
      }
      services.forEach((door, service) -> door.open(service, stopRequested::countDown));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void lockGroups(Scenario scenario) {
    for (Scenario.Subscription subscription : scenario.subscriptions()) {
      for (Scenario.ResourceGroup group : subscription.groups()) {
        if (group.readOnlyLock()) {
          String scope = "/subscriptions/" + subscription.id() + "/resourceGroups/" + group.name();
          guards.lock(scope, "read-only", Guards.Level.READ_ONLY);
        }
      }
    }
  }

  private Door door(String service, SSLContext tls) throws IOException {
    Door door = Door.bind(service, tls, executor, faults, log);
    doors.add(door);
    return door;
  }

  private Reply cloud(Call call, ControlPlane control, Arm arm, Graph graph) {
    if (ControlPlane.owns(call)) {
      return control.answer(call);
    }
    List<String> path = call.segments();
    if (Entra.owns(path) || Graph.owns(path)) {
      synchronized (world) {
        return Entra.owns(path) ? entra.answer(call) : graph.answer(call);
      }
    }
    return atomically(call, arm::answer);
  }

  private Reply atomically(Call call, Door.Service service) {
    Optional<Reply> failure = trouble.before(call);
    if (failure.isPresent()) {
      return failure.get();
    }
    synchronized (world) {
      return service.answer(call);
    }
  }

  /** Collects what a simulator needs; not thread-safe. */
  public static final class Builder {
    private final Scenario scenario;
    private final Map<String, String> secrets = new HashMap<>();
    private Clock clock = Clock.systemUTC();
    private RandomGenerator random = new SecureRandom();
    private Throttling throttling = Throttling.none();
    private Chance chance = Chance.seeded(0);

    private Builder(Scenario scenario) {
      this.scenario = scenario;
    }

    /** Sets a client's secret; a client without one gets a random one. */
    public Builder clientSecret(String clientId, String secret) {
      return applicationSecret(clientId, Directory.CLIENT_SECRET, secret);
    }

    /** Sets the text of a secret that an application has from the start; random if not set. */
    public Builder applicationSecret(String applicationId, String name, String text) {
      secrets.put(Directory.key(applicationId, name), text);
      return this;
    }

    /** Sets the clock for tokens, key ages and quotas; the system's in UTC by default. */
    public Builder clock(Clock newClock) {
      clock = newClock;
      return this;
    }

    /** Sets the source of keys and ids; used by one thread at a time. */
    public Builder random(RandomGenerator newRandom) {
      random = newRandom;
      return this;
    }

    /** Sets the limits of Resource Manager; none by default but Resource Graph's own. */
    public Builder throttled(Throttling limits) {
      throttling = limits;
      return this;
    }

    /** Sets what goes wrong by chance; nothing by default. */
    public Builder chance(Chance newChance) {
      chance = newChance;
      return this;
    }

    /**
     * Starts the simulator; when this returns, it answers.
     *
     * @throws IllegalArgumentException if a placeholder of the scenario names nothing
     * @throws UncheckedIOException if no port can be bound
     */
    public Simulator start() {
      try {
        return new Simulator(this);
      } catch (IOException e) {
        throw new UncheckedIOException("The simulator cannot listen on 127.0.0.1", e);
      }
    }
  }

  /** Begins a simulator for a scenario. */
  public static Builder of(Scenario scenario) {
    return new Builder(scenario);
  }

  /** Starts a simulator with the system's clock and random secrets. */
  public static Simulator start(Scenario scenario) {
    return of(scenario).start();
  }

  /** The URL of Entra, Microsoft Graph, ARM and Resource Graph: {@code https://localhost:PORT/}. */
  public URI cloud() {
    return URI.create(world.cloud());
  }

  /** The URL of a vault's data plane. */
  public URI vault(String name) {
    synchronized (world) {
      return URI.create(
          world.vault(name).orElseThrow(() -> unknown("vault", name)).uri());
    }
  }

  /** The URL of a storage account's blob service. */
  public URI blob(String account) {
    synchronized (world) {
      return URI.create(
          world.storage(account).orElseThrow(() -> unknown("account", account)).endpoint());
    }
  }

  /** The present value of {@code key1} or {@code key2} of a storage account. */
  public String storageKey(String account, String keyName) {
    synchronized (world) {
      return world
          .storage(account)
          .flatMap(asset -> asset.key(keyName))
          .orElseThrow(() -> unknown("key", account + "/" + keyName));
    }
  }

  /** The URL of a namespace of Service Bus or Event Hubs. */
  public URI messaging(String namespace) {
    synchronized (world) {
      return URI.create(world
          .namespace(namespace)
          .orElseThrow(() -> unknown("namespace", namespace))
          .endpoint());
    }
  }

  /**
   * The present key of an authorization rule: {@code RULE/PrimaryKey} or {@code
   * ENTITY/RULE/SecondaryKey}.
   */
  public String sharedAccessKey(String namespace, String path) {
    synchronized (world) {
      return world
          .namespace(namespace)
          .flatMap(asset -> asset.key(path))
          .orElseThrow(() -> unknown("key", namespace + "/" + path));
    }
  }

  /** The secret with which a client signs in. */
  public String clientSecret(String clientId) {
    return applicationSecret(clientId, Directory.CLIENT_SECRET);
  }

  /**
   * The text of a secret by its display name, which Graph shows only once; the newest, if several
   * have this name.
   */
  public String applicationSecret(String applicationId, String name) {
    synchronized (world) {
      return world
          .directory()
          .text(applicationId, name)
          .orElseThrow(() -> unknown("secret", applicationId + "/" + name));
    }
  }

  /** Refuses an application every token from now on, until {@link #allowTokens}. */
  public void refuseTokens(String applicationId, TokenRefusal refusal) {
    synchronized (world) {
      entra.refuse(applicationId, refusal);
    }
  }

  /** Refuses an application no token any more for that reason. */
  public void allowTokens(String applicationId) {
    synchronized (world) {
      entra.allow(applicationId);
    }
  }

  /** The replicas of the directory, behind Microsoft Graph and the token endpoint. */
  public Replicas replicas() {
    return replicas;
  }

  /** What stops callers of ARM whatever their roles: locks, deny assignments, policies. */
  public Guards guards() {
    return guards;
  }

  /** The logs in the workspaces: how late entries arrive, and entries of a test's own. */
  public Logs logs() {
    return logs;
  }

  /**
   * Deletes a resource and what is in it: ARM knows it no longer, and Resource Graph shows it until
   * {@link #settleGraph}, as Azure's does for a while. Its data plane, if it has one, goes on answering.
   *
   * @throws IllegalArgumentException if there is no such resource
   */
  public void delete(String resourceId) {
    synchronized (world) {
      if (!world.delete(resourceId)) {
        throw unknown("resource", resourceId);
      }
    }
  }

  /** Lets Resource Graph learn of all that was deleted. */
  public void settleGraph() {
    synchronized (world) {
      world.settleGraph();
    }
  }

  /** The URL at which a workspace's logs are queried. */
  public URI logs(String workspace) {
    synchronized (world) {
      return URI.create(world
          .workspace(workspace)
          .orElseThrow(() -> unknown("workspace", workspace))
          .endpoint());
    }
  }

  /** The URL of a configuration store. */
  public URI configuration(String store) {
    synchronized (world) {
      return URI.create(world
          .configurationStore(store)
          .orElseThrow(() -> unknown("store", store))
          .endpoint());
    }
  }

  /** The URL of a Synapse workspace's development endpoint. */
  public URI synapse(String workspace) {
    synchronized (world) {
      return URI.create(world
          .synapse(workspace)
          .orElseThrow(() -> unknown("Synapse workspace", workspace))
          .endpoint());
    }
  }

  /**
   * Appends to an append blob, which is made if it is not there.
   *
   * @param path {@code container/name}
   * @throws IllegalArgumentException if there is no such account, or the blob is a block blob
   */
  public void append(String account, String path, String text) {
    if (!path.matches("[^/]+/.+")) {
      throw new IllegalArgumentException("A blob's path is container/name");
    }
    synchronized (world) {
      if (!world
          .storage(account)
          .orElseThrow(() -> unknown("account", account))
          .append(path, text)) {
        throw new IllegalArgumentException("This is a block blob: " + path);
      }
    }
  }

  private static IllegalArgumentException unknown(String what, String name) {
    return new IllegalArgumentException("The scenario has no " + what + " named " + name);
  }

  /** The certificate as PEM; its key is never shown. */
  public String certificatePem() {
    return certificate.pem();
  }

  /** A context for clients that trusts this simulator and nothing else. */
  public SSLContext trust() {
    return certificate.clientContext();
  }

  /**
   * How few requests to ARM read every place in this tenant where a secret can sit: pages of Resource
   * Graph, pages of lists, and one for each read that gives out what may be secret.
   */
  public long leastRequests() {
    synchronized (world) {
      return new LeastRequests(world).count();
    }
  }

  /** The requests so far, in the order of their answers; the control plane's are left out. */
  public List<RecordedRequest> requests() {
    return log.all();
  }

  /** The reads that were refused by {@link Chance} so far, each once, in the order of their refusal. */
  public List<Chance.Refused> refused() {
    return trouble.refused();
  }

  /** The faults of this simulator. */
  public Faults faults() {
    return faults;
  }

  /** Nanoseconds since the last request. */
  long idleNanos() {
    return log.idleNanos();
  }

  /** Waits for {@code POST /_simulator/stop}; returns whether it came within the time. */
  boolean awaitStop(long time, TimeUnit unit) throws InterruptedException {
    return stopRequested.await(time, unit);
  }

  /** Stops listening; held requests are dropped. */
  @Override
  public void close() {
    faults.release();
    doors.forEach(Door::close);
    executor.shutdownNow();
  }
}
