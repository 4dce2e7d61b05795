package dev.rekey.detect;

import static dev.rekey.detect.AzureFormatsTest.DETECTOR;
import static dev.rekey.detect.AzureFormatsTest.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureSecretsTest.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which rule tells of a key that several match: one of them, and always the same. */
class AzurePrecedenceTest {
  private static final int SEEDS = 10;
  private static final String BLOB = "https://acme.blob.core.windows.net/";
  private static final String COSMOS = "https://acme.documents.azure.com:443/";
  private static final String BATCH = "https://acme.westeurope.batch.azure.com";

  /** What a key says of itself. */
  enum Signature {
    STORAGE(GeneratedSecrets::storageKey, "azure.storage-account-key"),
    COSMOS_DB(s -> Type.COSMOS.anyKey(s.random()), "azure.cosmos-key"),
    BATCH_ACCOUNT(s -> Type.BATCH.anyKey(s.random()), "azure.batch-account-key"),
    NONE(s -> key(s, 86), "");

    private final Function<GeneratedSecrets, String> key;
    private final String rule;

    Signature(Function<GeneratedSecrets, String> key, String rule) {
      this.key = key;
      this.rule = rule;
    }
  }

  @ParameterizedTest
  @EnumSource(Signature.class)
  void a_key_in_a_storage_connection_string_is_told_by_its_signature(Signature signature) {
    String rule = switch (signature) {
      case STORAGE, NONE -> "azure.storage-connection-string";
      case COSMOS_DB, BATCH_ACCOUNT -> signature.rule;
    };
    each(signature, rule, "AccountName=acme;AccountKey=%s;EndpointSuffix=core.windows.net");
    each(signature, rule, "AccountKey=%s;AccountName=acme");
    each(signature, rule, "BlobEndpoint=" + BLOB + ";AccountKey=%s;AccountName=acme");
  }

  @ParameterizedTest
  @EnumSource(Signature.class)
  void a_key_in_a_cosmos_connection_string_is_told_by_its_signature(Signature signature) {
    String rule = switch (signature) {
      case STORAGE -> "azure.storage-connection-string";
      case COSMOS_DB, NONE -> "azure.cosmos-connection-string";
      case BATCH_ACCOUNT -> signature.rule;
    };
    each(signature, rule, "AccountEndpoint=" + COSMOS + ";AccountKey=%s;");
    each(signature, rule, "AccountKey=%s;AccountEndpoint=" + COSMOS + ";");
  }

  @ParameterizedTest
  @EnumSource(Signature.class)
  void a_key_near_hosts_of_several_services_is_told_once(Signature signature) {
    for (List<String> hosts :
        List.of(List.of(BLOB, COSMOS), List.of(COSMOS, BLOB), List.of(BLOB, COSMOS, BATCH))) {
      String rule = signature == Signature.NONE ? "azure.cosmos-host-key" : signature.rule;
      String lines = String.join("\nendpoint: ", hosts);
      each(signature, rule, "endpoint: " + lines + "\nkey: %s\n");
      each(signature, rule, "key: %s\nendpoint: " + lines + "\n");
    }
    String batch = signature == Signature.NONE ? "azure.batch-host-key" : signature.rule;
    each(signature, batch, "a: " + BLOB + "\nb: " + BATCH + "\nkey: %s\n");
  }

  @ParameterizedTest
  @EnumSource(Signature.class)
  void a_name_that_speaks_of_a_service_is_better_than_a_host(Signature signature) {
    boolean told = signature != Signature.NONE;
    String storage = told ? signature.rule : "azure.storage-legacy-key";
    each(signature, storage, "endpoint: " + COSMOS + "\nstorageKey: %s\n");
    String cosmos = told ? signature.rule : "azure.cosmos-named-key";
    each(signature, cosmos, "endpoint: " + BLOB + "\ncosmosKey: %s\n");
    String batch = told ? signature.rule : "azure.legacy-batch-key";
    each(signature, batch, "endpoint: " + BLOB + "\nbatchAccountKey: %s\n");
  }

  private static void each(Signature signature, String rule, String text) {
    for (long seed = 0; seed < SEEDS; seed++) {
      String key = signature.key.apply(new GeneratedSecrets(seed));
      List<Finding> found = DETECTOR.detect(text.formatted(key));

      String where = "seed %d, %s in %s".formatted(seed, signature, text);
      assertThat(found).as(where).extracting(Finding::rule).containsExactly(rule);
      assertThat(found.get(0).checksum())
          .as(where)
          .isEqualTo(signature == Signature.NONE ? Checksum.NONE : Checksum.VALID);
    }
  }

  @Test
  void every_planted_secret_is_told_once_in_a_file_of_all_of_them() {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      List<String> lines = new ArrayList<>(List.of(
          "AZURE_STORAGE_KEY=" + secrets.storageKey(),
          "STORAGE_KEY_OLD=" + key(secrets, 86),
          "STORAGE=AccountName=acme;AccountKey=" + secrets.storageKey(),
          "COSMOS=AccountEndpoint=" + COSMOS + ";AccountKey=" + key(secrets, 86),
          "COSMOS_KEY=" + Type.COSMOS.anyKey(secrets.random()),
          "BATCH_ACCOUNT_KEY=" + key(secrets, 86),
          "BUS=Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey="
              + Type.SERVICE_BUS.anyKey(secrets.random()),
          "REDIS=acme.redis.cache.windows.net:6380,password=" + key(secrets, 43) + ",ssl=True",
          "AZURE_CLIENT_SECRET=" + AzureSecrets.entraSecret(secrets),
          "SQL=Server=acme.database.windows.net;User ID=app;Password=" + secrets.word(14) + "1!;",
          "URL=" + BLOB,
          "COSMOS_URL=" + COSMOS));
      java.util.Collections.shuffle(lines, new Random(seed));

      assertThat(DETECTOR.detect(String.join("\n", lines)))
          .as("seed %d", seed)
          .hasSize(10)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void no_two_rules_leave_a_match_to_each_other() {
    Map<String, Set<String>> leaves = RuleSet.builtIn().rules().stream()
        .filter(rule -> !rule.yields().contains(Rule.EVERY_RULE))
        .collect(Collectors.toMap(Rule::id, Rule::yields));
    for (String rule : leaves.keySet()) {
      Set<String> reached = new TreeSet<>();
      Set<String> next = leaves.get(rule);
      while (reached.addAll(next)) {
        next = reached.stream()
            .flatMap(id -> leaves.getOrDefault(id, Set.of()).stream())
            .collect(Collectors.toSet());
      }
      assertThat(reached).as("what %s yields to", rule).doesNotContain(rule);
    }
  }
}
