package dev.rekey.detect;

import static dev.rekey.detect.AzureFormatsTest.DETECTOR;
import static dev.rekey.detect.AzureFormatsTest.assertOne;
import static dev.rekey.detect.AzureFormatsTest.hex;
import static dev.rekey.detect.AzureFormatsTest.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureSecretsTest.Type;
import dev.rekey.detect.FileFormat.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Azure's credentials that are told by what stands on the lines around them. */
class AzurePairingTest {
  private static final int SEEDS = 3;

  /** A value, and lines of which each names a part of what it belongs to. */
  enum Pair {
    STORAGE(
        "azure.storage-host-key",
        "key",
        s -> key(s, 86),
        Map.of("host", "acme.blob.core.windows.net", "account", "acme"),
        "endpoint=https://acme.blob.core.windows.net/"),
    STORAGE_SIGNED(
        "azure.storage-account-key",
        "key",
        GeneratedSecrets::storageKey,
        Map.of("host", "acme.queue.core.windows.net", "account", "acme"),
        "endpoint=https://acme.queue.core.windows.net/"),
    COSMOS(
        "azure.cosmos-host-key",
        "primaryKey",
        s -> key(s, 86),
        Map.of("host", "acme.documents.azure.com", "account", "acme"),
        "uri=https://acme.documents.azure.com:443/"),
    COSMOS_SIGNED(
        "azure.cosmos-key",
        "primaryKey",
        s -> Type.COSMOS.key(s.random(), "MastRW00"),
        Map.of("account", "acme", "keyKind", "read-write"),
        "uri=https://acme.documents.azure.com:443/"),
    BATCH(
        "azure.batch-host-key",
        "key",
        s -> key(s, 86),
        Map.of("host", "acme.westeurope.batch.azure.com", "account", "acme"),
        "url=https://acme.westeurope.batch.azure.com"),
    REDIS(
        "azure.redis-host-key",
        "password",
        s -> key(s, 43),
        Map.of("host", "acme.redis.cache.windows.net", "port", "6380"),
        "host=acme.redis.cache.windows.net",
        "port=6380"),
    AI(
        "azure.ai-services-host-key",
        "key",
        s -> hex(s, 32),
        Map.of("host", "acme.cognitiveservices.azure.com"),
        "endpoint=https://acme.cognitiveservices.azure.com/"),
    SEARCH(
        "azure.search-host-key",
        "apiKey",
        s -> s.text("0123456789ABCDEF", 32),
        Map.of("host", "acme.search.windows.net", "index", "orders"),
        "endpoint=https://acme.search.windows.net",
        "indexName=orders"),
    DATABASE(
        "azure.database-host-password",
        "DB_PASSWORD",
        s -> s.word(14) + "1!",
        Map.of("host", "acme.postgres.database.azure.com", "user", "app", "database", "orders"),
        "DB_HOST=acme.postgres.database.azure.com",
        "DB_USER=app",
        "DB_NAME=orders"),
    SYNAPSE(
        "azure.database-host-password",
        "password",
        s -> s.word(14) + "1!",
        Map.of("host", "acme.sql.azuresynapse.net", "user", "app"),
        "server=acme.sql.azuresynapse.net",
        "user=app"),
    ENTRA(
        "azure.entra-legacy-client-secret",
        "client_secret",
        s -> s.word(15) + "~" + s.word(17) + "1",
        Map.of("tenant", ID.replace('0', 'a'), "client", ID),
        "client_id=" + ID,
        "tenant_id=" + ID.replace('0', 'a')),
    ENTRA_OLDER(
        "azure.entra-legacy-client-secret",
        "ClientSecret",
        s -> s.word(30) + "1a",
        Map.of("tenant", ID.replace('0', 'a'), "client", ID),
        "ClientId=" + ID,
        "TenantId=" + ID.replace('0', 'a')),
    ENTRA_NEW(
        "azure.entra-client-secret",
        "clientSecret",
        AzureSecrets::entraSecret,
        Map.of("tenant", ID.replace('0', 'a'), "client", ID),
        "clientId=" + ID,
        "tenantId=" + ID.replace('0', 'a'));

    final String rule;
    private final String name;
    private final Function<GeneratedSecrets, String> secret;
    private final Map<String, String> attributes;
    private final List<String> parts;

    Pair(
        String rule,
        String name,
        Function<GeneratedSecrets, String> secret,
        Map<String, String> attributes,
        String... parts) {
      this.rule = rule;
      this.name = name;
      this.secret = secret;
      this.attributes = attributes;
      this.parts = List.of(parts);
    }
  }

  private static final String ID = "00000000-1111-2222-3333-444444444444";

  /** How a list of names and values is written down. */
  enum Listing {
    PROPERTIES("", "%s=%s", "\n", "\n"),
    YAML("azure:\n  ", "%s: %s", "\n  ", "\n"),
    JSON("{\n  ", "\"%s\": \"%s\"", ",\n  ", "\n}\n"),
    ONE_LINE("{", "\"%s\":\"%s\"", ",", "}"),
    XML("<s>\n  ", "<add key=\"%s\" value=\"%s\" />", "\n  ", "\n</s>\n"),
    TERRAFORM("x \"y\" {\n  ", "%s = \"%s\"", "\n  ", "\n}\n"),
    SHELL("", "export %s=\"%s\"", "\n", "\n");

    private final String before;
    private final String entry;
    private final String between;
    private final String after;

    Listing(String before, String entry, String between, String after) {
      this.before = before;
      this.entry = entry;
      this.between = between;
      this.after = after;
    }
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Pair.values())
        .flatMap(pair -> Stream.of(Listing.values()).map(listing -> Arguments.of(pair, listing)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void a_value_is_paired_with_what_stands_on_other_lines(Pair pair, Listing listing) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(53 * seed + pair.ordinal());
      String secret = pair.secret.apply(secrets);
      List<String> entries = new ArrayList<>(pair.parts);
      entries.add(pair.name + "=" + secret);
      Collections.shuffle(entries, secrets.random());
      String text = entries.stream()
          .map(entry -> listing.entry.formatted((Object[]) entry.split("=", 2)))
          .collect(Collectors.joining(listing.between, listing.before, listing.after));
      String where = "seed %d: %s".formatted(seed, text);
      int start = text.indexOf(secret);

      assertOne(where, new Written(text, start, start + secret.length()), pair.rule, secret);
      assertThat(DETECTOR.detect(text).get(0).attributes())
          .as(where)
          .containsAllEntriesOf(pair.attributes);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Pair.class,
      names = {"STORAGE_SIGNED", "COSMOS_SIGNED", "ENTRA_NEW", "DATABASE", "SYNAPSE"},
      mode = EnumSource.Mode.EXCLUDE)
  void a_value_alone_is_nothing_of_azures(Pair pair) {
    String secret = pair.secret.apply(new GeneratedSecrets(pair.ordinal()));
    assertThat(DETECTOR.detect(pair.name + "=" + secret))
        .extracting(Finding::rule)
        .noneMatch(rule -> rule.startsWith("azure."));
    String fenced = String.join("\n", pair.parts) + "\n\n" + pair.name + "=" + secret;
    assertThat(DETECTOR.detect(fenced)).extracting(Finding::rule).doesNotContain(pair.rule);
  }

  @Test
  void the_second_key_of_an_account_is_found_as_the_first() {
    for (String host : List.of("acme.documents.azure.com", "acme.blob.core.windows.net")) {
      GeneratedSecrets secrets = new GeneratedSecrets(9);
      String text = "endpoint: https://" + host + "/\nprimaryKey: " + key(secrets, 86)
          + "\nsecondaryKey: " + key(secrets, 86) + "\n";

      assertThat(DETECTOR.detect(text))
          .as(text)
          .hasSize(2)
          .allSatisfy(finding -> assertThat(finding.attributes()).containsEntry("account", "acme"));
    }
  }
}
