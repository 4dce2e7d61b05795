package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.FileFormat.Value;
import dev.rekey.detect.FileFormat.Written;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Azure's identifiable keys of every type and kind, and its common annotated keys. */
class AzureSecretsTest {
  private static final int SEEDS = 10;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);
  private static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(KEY).build();

  /** How the bytes of a key become text. */
  interface Writing {
    String key(Random random, int length, String signature, String seed);
  }

  /** A type of key, its length in bytes, and for each seed the attributes that it tells. */
  enum Type {
    COSMOS(
        "azure.cosmos-key",
        "ACDb",
        64,
        kinds(
            "MastRW00", "read-write",
            "MastRO00", "read-only",
            "SysAll00", "system",
            "SystRW00", "system read-write",
            "SystRO00", "system read-only",
            "Encryp00", "encryption",
            "Resour00", "resource")),
    BATCH("azure.batch-account-key", "+ABa", 64, Map.of("AbAcct00", Map.of())),
    ML_CLASSIC("azure.ml-classic-key", "+AMC", 64, Map.of("Classic0", Map.of())),
    API_MANAGEMENT(
        "azure.api-management-key",
        "APIM",
        64,
        kinds(
            "Tenant00", "direct management",
            "IoTHub00", "subscription",
            "Gatewy00", "gateway",
            "GitKey00", "repository")),
    SERVICE_BUS("azure.service-bus-key", "+ASb", 32, messaging()),
    EVENT_HUBS("azure.event-hubs-key", "+AEh", 32, messaging()),
    RELAY("azure.relay-key", "+ARm", 32, messaging()),
    IOT(
        "azure.iot-key",
        "AIoT",
        32,
        Map.of(
            "IoTHub00", Map.of("keyKind", "hub", "service", "IoT Hub"),
            "DpsKey00",
                Map.of("keyKind", "provisioning", "service", "IoT Hub Device Provisioning Service"),
            "Device00", Map.of("keyKind", "device", "service", "IoT Hub"))),
    EVENT_GRID(
        "azure.event-grid-key", "AZEG", 32, Map.of("SendRecv", Map.of(), "Default0", Map.of())),
    REDIS(
        "azure.redis-key",
        "AzCa",
        32,
        Map.of("Access00", Map.of()),
        AzureSecrets::redisKey,
        GeneratedSecrets.BASE62),
    CONTAINER_REGISTRY("azure.container-registry-key", "+ACR", 39, Map.of("ACRDflt0", Map.of())),
    FUNCTIONS(
        "azure.functions-key",
        "AzFu",
        40,
        kinds("Functi00", "function", "System00", "system", "Master00", "master"),
        AzureSecrets::urlSafeKey,
        GeneratedSecrets.BASE62 + "-_"),
    SEARCH(
        "azure.search-key",
        "AzSe",
        39,
        kinds("Query000", "query", "PAdmin00", "admin"),
        AzureSecrets::plainKey,
        GeneratedSecrets.BASE62),
    SQL("azure.sql-password", "+SQL", 40, Map.of("UsrPwd00", Map.of()));

    final String rule;
    final String signature;
    final int length;
    final Map<String, Map<String, String>> seeds;
    final Writing writing;
    final String alphabet;

    Type(
        String rule,
        String signature,
        int length,
        Map<String, Map<String, String>> seeds,
        Writing writing,
        String alphabet) {
      this.rule = rule;
      this.signature = signature;
      this.length = length;
      this.seeds = seeds;
      this.writing = writing;
      this.alphabet = alphabet;
    }

    Type(String rule, String signature, int length, Map<String, Map<String, String>> seeds) {
      this(rule, signature, length, seeds, AzureSecrets::identifiableKey, GeneratedSecrets.BASE64);
    }

    String key(Random random, String seed) {
      return writing.key(random, length, signature, seed);
    }

    String anyKey(Random random) {
      List<String> names = seeds.keySet().stream().sorted().toList();
      return key(random, names.get(random.nextInt(names.size())));
    }

    /** Where the signature stands: before it, all is random. */
    int signatureAt() {
      return (length - 7) * 8 / 6;
    }
  }

  private static Map<String, Map<String, String>> messaging() {
    return kinds(
        "Send0000", "send",
        "Listen00", "listen",
        "Manage00", "manage",
        "System00", "system",
        "Unknown0", "unknown");
  }

  private static Map<String, Map<String, String>> kinds(String... seedsAndKinds) {
    Map<String, Map<String, String>> kinds = new HashMap<>();
    for (int i = 0; i < seedsAndKinds.length; i += 2) {
      kinds.put(seedsAndKinds[i], Map.of("keyKind", seedsAndKinds[i + 1]));
    }
    return Map.copyOf(kinds);
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(Type.values())
        .flatMap(type -> Stream.of(FileFormat.values())
            .filter(format -> type != Type.SQL || format == FileFormat.YAML)
            .map(format -> Arguments.of(type, format)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_key_of_every_type_is_found_as_it_stands(Type type, FileFormat format) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed * 31 + type.ordinal());
      String key = type.anyKey(random);
      Written file = format.write("Key", new Value("", key, ""), random);
      String where = "seed %d, %s in %s".formatted(seed, type, format);

      List<Finding> found = DETECTOR.detect(file.text());

      assertThat(found).as(where).extracting(Finding::rule).containsExactly(type.rule);
      Location location = found.get(0).place().location();
      assertThat(location.start()).as(where).isEqualTo(file.start());
      assertThat(location.end()).as(where).isEqualTo(file.end());
      assertThat(found.get(0).checksum()).as(where).isEqualTo(Checksum.VALID);
      assertThat(found.get(0).fingerprint())
          .as(where)
          .isEqualTo(KEY.fingerprint(key.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void the_seed_that_verifies_tells_the_kind_of_the_key(Type type) {
    Random random = new Random(type.ordinal());
    type.seeds.forEach((seed, attributes) -> {
      Finding finding = only(type.key(random, seed));

      assertThat(finding.rule()).isEqualTo(type.rule);
      assertThat(finding.checksum()).as(seed).isEqualTo(Checksum.VALID);
      assertThat(finding.attributes()).as(seed).containsAllEntriesOf(attributes);
      assertThat(finding.attributes().containsKey("keyKind"))
          .as(seed)
          .isEqualTo(attributes.containsKey("keyKind"));
    });
  }

  @ParameterizedTest
  @EnumSource(value = Type.class, mode = EnumSource.Mode.EXCLUDE, names = "SQL")
  void one_changed_character_makes_a_key_of_every_type_invalid(Type type) {
    String key = type.anyKey(new Random(100 + type.ordinal()));
    for (int i = 0; i < type.signatureAt(); i++) {
      Finding changed = only(changed(key, i, type.alphabet));
      assertThat(changed.checksum()).as("position %d", i).isEqualTo(Checksum.INVALID);
      assertThat(changed.confidence()).isLessThan(0.5);
      assertThat(changed.attributes()).doesNotContainKey("keyKind");
    }
  }

  @Test
  void a_key_of_one_type_does_not_verify_with_another_types_seed() {
    String key = AzureSecrets.identifiableKey(new Random(1), 64, "ACDb", "Tenant00");
    assertThat(only(key).checksum()).isEqualTo(Checksum.INVALID);
  }

  /** A compiler of a JVM has got one of these wrong, which shows after some ten thousand calls. */
  @ParameterizedTest
  @EnumSource(Type.class)
  void a_check_says_the_same_when_it_is_compiled(Type type) {
    Rule rule = RuleSet.builtIn().rule(type.rule).orElseThrow();
    Check check = RuleSet.builtIn().check(rule.checks().get(0));
    byte[][] keys = new byte[16][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = type.anyKey(new Random(i)).getBytes(StandardCharsets.US_ASCII);
    }
    for (int i = 0; i < 60_000; i++) {
      Candidate candidate = new Candidate(type.rule, keys[i % keys.length], new byte[0]);
      assertThat(check.check(candidate).checksum() == Checksum.VALID)
          .as("call %d", i)
          .isTrue();
    }
  }

  @Test
  void redis_keys_verify_though_signs_of_their_checksum_were_replaced() {
    int rewritten = 0;
    for (long seed = 0; seed < 200; seed++) {
      String key = Type.REDIS.anyKey(new Random(seed));
      Finding finding = only("password=" + key);
      assertThat(finding.rule()).as("seed %d", seed).isEqualTo("azure.redis-key");
      assertThat(finding.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);
      Check plain = new IdentifiableKeyCheck("AzCa", 44).seed("Access00", Map.of());
      boolean asItStands = plain.check(candidate(key)).checksum() == Checksum.VALID;
      rewritten += asItStands ? 0 : 1;
    }
    // Five characters of a checksum are free, each a sign once in 32.
    assertThat(rewritten).isBetween(10, 60);
  }

  @Test
  void an_sql_password_of_any_length_is_found_and_never_without_its_checksum() {
    for (int length : new int[] {32, 39, 40, 64}) {
      String key = AzureSecrets.identifiableKey(new Random(length), length, "+SQL", "UsrPwd00");
      assertThat(only("pwd: " + key).rule()).isEqualTo("azure.sql-password");
      assertThat(DETECTOR.detect("x: " + changed(key, 3, GeneratedSecrets.BASE64)))
          .isEmpty();
    }
  }

  @Test
  void the_key_of_another_service_after_account_key_is_not_taken_for_storage() {
    for (Type type : List.of(Type.COSMOS, Type.BATCH, Type.ML_CLASSIC, Type.API_MANAGEMENT)) {
      Finding finding = only("AccountKey=" + type.anyKey(new Random(5)));
      assertThat(finding.rule()).isEqualTo(type.rule);
    }
  }

  @Test
  void a_connection_string_tells_where_the_key_belongs() {
    Finding bus = only("Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send-only;"
        + "SharedAccessKey=" + Type.SERVICE_BUS.anyKey(new Random(6)));
    assertThat(bus.attributes())
        .containsEntry("host", "acme.servicebus.windows.net")
        .containsEntry("policy", "send-only");

    Finding device = only("HostName=acme.azure-devices.net;DeviceId=pump-7;SharedAccessKey="
        + Type.IOT.key(new Random(7), "Device00"));
    assertThat(device.attributes())
        .containsEntry("host", "acme.azure-devices.net")
        .containsEntry("device", "pump-7")
        .containsEntry("keyKind", "device");
  }

  @Test
  void every_provider_of_common_annotated_keys_is_named() {
    GeneratedSecrets secrets = new GeneratedSecrets(11);
    for (String[] provider : new String[][] {
      {"AAAA", "msql", "SQL"},
      {"AAAC", "AZAC", "App Configuration"},
      {"AAAA", "AZFR", "Fluid Relay"},
      {"AAAA", "AZEG", "Event Grid"},
      {"AAAS", "AZDO", "Azure DevOps"},
      {"AAAA", "AZMR", "Mixed Reality"},
      {"AAAA", "AZMP", "Maps"},
      {"AAAA", "AZCS", "Communication Services"},
      {"AAAC", "AZCR", "Container Registry"},
      {"AAAA", "ACOG", "AI Services"},
      {"AAAB", "ACOG", "OpenAI"},
      {"xY7Z", "ACOG", "Speech Translation"},
      {"AAAa", "ACOG", "Text Analytics"},
      {"AAAo", "ACOG", "Bing Spell Check v7"}
    }) {
      String key = AzureSecrets.commonAnnotatedKey(secrets, "BC", provider[0], provider[1]);
      Finding finding = only("key=" + key);
      assertThat(finding.checksum()).as(provider[2]).isEqualTo(Checksum.VALID);
      assertThat(finding.attributes())
          .containsEntry("service", provider[2])
          .containsEntry("created", "2025-03")
          .containsEntry("managedBy", provider[1].equals("msql") ? "Microsoft" : "customer");
    }
    Finding unknown = only(AzureSecrets.commonAnnotatedKey(secrets, "AL", "zzzz", "QXYZ"));
    assertThat(unknown.checksum()).isEqualTo(Checksum.VALID);
    assertThat(unknown.attributes())
        .doesNotContainKey("service")
        .containsEntry("signature", "QXYZ")
        .containsEntry("created", "2024-12");
  }

  /** 24 bits in the short form: another key may verify too, but not with these seeds. */
  @Test
  void one_changed_character_makes_a_common_annotated_key_invalid() {
    for (long seed = 0; seed < 5; seed++) {
      String key = new GeneratedSecrets(seed).commonAnnotatedKey(seed % 2 == 0);
      for (int i = 0; i < 76; i++) {
        if (i < 52 || i > 59) {
          Finding changed = only("key: " + changed(key, i, GeneratedSecrets.BASE62));
          assertThat(changed.rule()).isEqualTo("azure.common-annotated-key");
          assertThat(changed.checksum())
              .as("seed %d, position %d", seed, i)
              .isEqualTo(Checksum.INVALID);
        }
      }
    }
  }

  private static Candidate candidate(String value) {
    return new Candidate("test.rule", value.getBytes(StandardCharsets.US_ASCII), new byte[0]);
  }

  private static String changed(String text, int at, String alphabet) {
    char other = alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 1) % alphabet.length());
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static Finding only(String text) {
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
