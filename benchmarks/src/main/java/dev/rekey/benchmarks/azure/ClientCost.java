package dev.rekey.benchmarks.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmLimits;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares the CPU of {@link ArmClient} with that of a bare {@code java.net.http} loop that reads the
 * same resources over TLS and drops the bytes: both in one process, taking turns, over a server in
 * another.
 */
public final class ClientCost {
  private static final int WARM = 2_000;
  private static final int ROUNDS = 5;
  private static final Tenant TENANT = new Tenant(1, 2, 1_000, 20);
  private static final String VERSION = "2020-02-02";

  private ClientCost() {}

  /** Measures; the argument is how many requests each of the two makes, 20,000 if there is none. */
  public static void main(String[] args)
      throws IOException, InterruptedException, GeneralSecurityException {
    int requests = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("client-cost");
    try (Server server = Server.start(TENANT, false, folder)) {
      Client client = Client.of(server.cloud(), folder);
      ArmClient arm = client.tenant(ArmLimits.NONE).build().arm();
      List<String> ids = new ArrayList<>();
      for (int s = 1; s <= TENANT.subscriptions(); s++) {
        arm.list(
                String.format(
                    "/subscriptions/00000000-0000-0000-0000-%012d/providers/Microsoft.Insights"
                        + "/components",
                    s),
                VERSION)
            .map(one -> one.path("id").asText())
            .forEach(ids::add);
      }
      bare(client, ids, WARM);
      ours(arm, ids, WARM);
      double[] ratios = new double[ROUNDS];
      long[] bare = new long[ROUNDS];
      long[] ours = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        bare[round] = bare(client, ids, requests / ROUNDS);
        ours[round] = ours(arm, ids, requests / ROUNDS);
        ratios[round] = (double) ours[round] / bare[round];
      }
      Arrays.sort(ratios);
      System.out.printf(
          "%d requests each, of %d resources, in %d rounds: bare %.0f, ours %.0f microseconds of CPU a"
              + " request (medians); ratio %.2f (%.2f to %.2f)%n",
          requests,
          ids.size(),
          ROUNDS,
          each(bare, requests),
          each(ours, requests),
          ratios[ROUNDS / 2],
          ratios[0],
          ratios[ROUNDS - 1]);
    }
  }

  private static double each(long[] nanos, int requests) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3 * ROUNDS / requests;
  }

  private static long bare(Client client, List<String> ids, int count)
      throws IOException, InterruptedException {
    String token = client.token(client.cloud() + "/.default");
    long before = Client.cpu();
    for (int i = 0; i < count; i++) {
      HttpRequest request = HttpRequest.newBuilder(
              client.cloud().resolve(ids.get(i % ids.size()) + "?api-version=" + VERSION))
          .header("Authorization", "Bearer " + token)
          .build();
      HttpResponse<byte[]> answer =
          client.http().send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException("status " + answer.statusCode());
      }
    }
    return Client.cpu() - before;
  }

  private static long ours(ArmClient arm, List<String> ids, int count) throws IOException {
    long before = Client.cpu();
    for (int i = 0; i < count; i++) {
      JsonNode answer = arm.get(ids.get(i % ids.size()), VERSION);
      if (!answer.path("id").isTextual()) {
        throw new IOException("no resource");
      }
    }
    return Client.cpu() - before;
  }
}
