package dev.rekey.simulator;

import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A tenant of any size, from a seed, in which values are planted over all {@link Spots}: to see whether
 * a tool finds them, and how many requests it takes ({@link Simulator#leastRequests}). About two thirds
 * of its resources are of types in which nothing secret sits, as in real tenants. Immutable.
 */
public final class SeededTenant {
  private static final List<String> PLAIN = List.of(
      "Microsoft.Network/networkInterfaces",
      "Microsoft.Compute/disks",
      "Microsoft.Network/virtualNetworks",
      "Microsoft.Network/publicIPAddresses",
      "Microsoft.Network/networkSecurityGroups",
      "Microsoft.ManagedIdentity/userAssignedIdentities",
      "Microsoft.Network/privateEndpoints",
      "Microsoft.Insights/metricalerts");
  private static final List<String> READ = List.of(
      "Microsoft.Compute/virtualMachines",
      "Microsoft.Insights/components",
      "Microsoft.Insights/actionGroups",
      "Microsoft.App/containerApps",
      "Microsoft.ContainerInstance/containerGroups",
      "Microsoft.Logic/workflows",
      "Microsoft.Web/connections",
      "Microsoft.Automation/automationAccounts");
  private static final int GROUPS = 10;

  private final Scenario scenario;
  private final Map<String, Planted> planted = new TreeMap<>();

  /**
   * What was planted.
   *
   * @param value the value
   * @param resource the id of the resource
   * @param production whether the resource serves production: its group's name says so
   */
  public record Planted(String value, String resource, boolean production) {
    /** Never shows the value. */
    @Override
    public String toString() {
      return resource;
    }
  }

  /**
   * Makes a tenant.
   *
   * @param tenant its id
   * @param client who may read all of it
   * @param subscriptions how many there are
   * @param each how many resources are in each, slots not counted
   * @param values what is planted, evenly over the resources
   * @throws IllegalArgumentException if an id is none, or there are more values than resources
   */
  public SeededTenant(
      long seed, String tenant, String client, int subscriptions, int each, List<String> values) {
    if (values.size() > (long) subscriptions * each) {
      throw new IllegalArgumentException("There are more values than resources");
    }
    int credentials = values.size();
    Random random = new Random(seed);
    List<Spots.Spot> spots = Spots.all();
    Scenario.Builder builder = Scenario.tenant(tenant).client(client);
    int total = subscriptions * each;
    int number = 0;
    int next = 0;
    for (int s = 0; s < subscriptions; s++) {
      String subscription = String.format("00000000-0000-0000-0000-%012d", s + 1);
      List<List<Resource>> groups = new ArrayList<>();
      for (int g = 0; g < GROUPS; g++) {
        groups.add(new ArrayList<>());
      }
      for (int r = 0; r < each; r++, number++) {
        int g = random.nextInt(GROUPS);
        // Spread evenly: the n-th credential goes into the resource at n/credentials of all.
        boolean plant = next < credentials && number >= (long) next * total / credentials;
        if (plant) {
          plant(
              values.get(next),
              spots.get(next % spots.size()),
              subscription,
              g,
              next,
              groups.get(g));
          next++;
        } else {
          groups.get(g).add(empty(random, number));
        }
      }
      List<ResourceGroup> full = new ArrayList<>();
      for (int g = 0; g < GROUPS; g++) {
        full.add(ResourceGroup.of(group(g), groups.get(g).toArray(new Resource[0])));
      }
      builder.subscription(subscription, full.toArray(new ResourceGroup[0]));
    }
    scenario = builder.build();
  }

  private static String group(int number) {
    return (number % 2 == 0 ? "prod-" : "test-") + number;
  }

  private void plant(
      String value,
      Spots.Spot spot,
      String subscription,
      int group,
      int number,
      List<Resource> into) {
    String name = "planted" + number;
    into.add(spot.with().apply(name, value));
    String id = "/subscriptions/" + subscription + "/resourceGroups/" + group(group) + "/providers/"
        + spot.type() + "/" + name;
    planted.put(
        spot.named().isEmpty() ? id + spot.below() : id + spot.below() + " › " + spot.named(),
        new Planted(value, id, group % 2 == 0));
  }

  private static Resource empty(Random random, int number) {
    int kind = random.nextInt(100);
    if (kind < 3) {
      return WebApp.named("app" + number).setting("NAME", "nothing " + number);
    }
    if (kind < 30) {
      String type = READ.get(random.nextInt(READ.size()));
      return Other.of(type, "read" + number).property("note", "nothing " + number);
    }
    return Other.of(PLAIN.get(random.nextInt(PLAIN.size())), "plain" + number)
        .tag("owner", "team" + random.nextInt(20));
  }

  /** Returns the scenario. */
  public Scenario scenario() {
    return scenario;
  }

  /**
   * Returns what was planted, by its place: the resource's id, what is read below it, and behind {@code
   * ›} the name, if it has one.
   */
  public Map<String, Planted> planted() {
    return Collections.unmodifiableMap(planted);
  }
}
