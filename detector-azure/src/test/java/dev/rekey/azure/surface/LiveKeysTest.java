package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveKeysTest {
  private static final String ONE = "00000000-0000-0000-0000-000000000001";
  private static final String READER = "00000000-0000-0000-0000-000000000711";
  private static final String GROUP = "/subscriptions/" + ONE + "/resourceGroups/rg/providers/";
  private static final String ACCOUNT = GROUP + "Microsoft.Storage/storageAccounts/acct1";

  private final FingerprintKey key = FingerprintKey.random();

  private static Scenario scenario() {
    return Scenario.tenant(SimulatedTenant.ID)
        .client(SimulatedTenant.OWNER)
        .client(READER, "Microsoft.Storage/storageAccounts/listKeys/action")
        .subscription(
            ONE,
            ResourceGroup.of(
                "rg",
                StorageAccount.named("acct1").withoutDataPlane(),
                Other.of("Microsoft.Cache/Redis", "cache1")
                    .document("listKeys", Map.of("primaryKey", "canary-of-a-redis-key-1"))))
        .build();
  }

  private Fingerprint fingerprint(String value) {
    try (Secret secret = Secret.of(value)) {
      return key.fingerprint(secret);
    }
  }

  @Test
  void a_value_that_was_found_is_recognised_as_the_key_that_it_is() throws Exception {
    try (Simulator azure = Simulator.start(scenario())) {
      LiveKeys live =
          LiveKeys.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build(), key);

      assertThat(live.of(fingerprint(azure.storageKey("acct1", "key2"))))
          .contains(new LiveKeys.LiveKey(ACCOUNT, "key2"));
      assertThat(live.of(fingerprint("canary-of-a-redis-key-1")))
          .contains(new LiveKeys.LiveKey(GROUP + "Microsoft.Cache/Redis/cache1", "primaryKey"));
      assertThat(live.of(fingerprint("something else that is long"))).isEmpty();
      assertThat(live.size()).isEqualTo(3);
      assertThat(live.gaps()).isEmpty();
      assertThat(live.toString()).doesNotContain("canary");
    }
  }

  @Test
  void an_account_whose_keys_may_not_be_listed_is_a_gap() throws Exception {
    try (Simulator azure = Simulator.start(scenario())) {
      LiveKeys live = LiveKeys.of(SimulatedTenant.of(azure, READER).build(), key);

      assertThat(live.gaps())
          .containsExactly(Map.entry(
              ACCOUNT, new Outcome.Refused("Microsoft.Storage/storageAccounts/listKeys/action")));
      assertThat(live.size()).isEqualTo(1);
    }
  }
}
