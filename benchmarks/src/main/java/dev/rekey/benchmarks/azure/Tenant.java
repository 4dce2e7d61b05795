package dev.rekey.benchmarks.azure;

import dev.rekey.simulator.SeededTenant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** The tenant that is read, the same in each process that knows its size and seed. */
record Tenant(long seed, int subscriptions, int each, int credentials) {
  static final String ID = "00000000-0000-0000-0000-000000000900";
  static final String CLIENT = "00000000-0000-0000-0000-000000000710";

  static Tenant of(String[] args, int from) {
    return new Tenant(
        Long.parseLong(args[from]),
        Integer.parseInt(args[from + 1]),
        Integer.parseInt(args[from + 2]),
        Integer.parseInt(args[from + 3]));
  }

  List<String> arguments() {
    return List.of("" + seed, "" + subscriptions, "" + each, "" + credentials);
  }

  SeededTenant seeded() {
    Random random = new Random(seed);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < credentials; i++) {
      byte[] key = new byte[64];
      random.nextBytes(key);
      values.add("DefaultEndpointsProtocol=https;AccountName=planted" + i + ";AccountKey="
          + Base64.getEncoder().encodeToString(key) + ";EndpointSuffix=core.windows.net");
    }
    return new SeededTenant(seed, ID, CLIENT, subscriptions, each, values);
  }
}
