package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every rule is in one group: its checksum has 32 bits, so that one changed character shows; or
 * fewer, so that it nearly always does; or there is none.
 */
class ChecksumGroupsTest {
  /** One changed character in the random part is always told. */
  static final Set<String> ALL_BITS = Set.of(
      "azure.storage-account-key",
      "azure.storage-connection-string",
      "azure.cosmos-key",
      "azure.batch-account-key",
      "azure.ml-classic-key",
      "azure.api-management-key",
      "azure.service-bus-key",
      "azure.event-hubs-key",
      "azure.relay-key",
      "azure.iot-key",
      "azure.event-grid-key",
      "azure.redis-key",
      "azure.container-registry-key",
      "azure.functions-key",
      "azure.search-key",
      "azure.sql-password",
      "azure.devops-token",
      "github.token",
      "azure.cosmos-connection-string",
      "azure.service-bus-connection-string",
      "azure.shared-access-key",
      "azure.iot-connection-string",
      "azure.redis-connection-string",
      "azure.legacy-event-grid-key",
      "azure.legacy-batch-key",
      "azure.storage-legacy-key",
      "azure.storage-host-key",
      "azure.cosmos-named-key",
      "azure.cosmos-host-key",
      "azure.batch-host-key",
      "azure.redis-host-key",
      "azure.api-management-legacy-key",
      "azure.iot-symmetric-key",
      "azure.function-key",
      "avalanche.private-key",
      "bitcoin.extended-private-key",
      "bitcoin.segwit-private-key",
      "bitcoin.wallet-import-key",
      "litecoin.extended-private-key",
      "polar.access-token",
      "tezos.secret-key",
      "grafana.service-account-token",
      "matrix.access-token",
      "matrix.login-token",
      "matrix.oauth-access-token",
      "matrix.oauth-refresh-token",
      "matrix.refresh-token",
      "npm.access-token",
      "jsr.token",
      "netbird.access-token",
      "packagist.token",
      "gitlab.personal-access-token",
      "gitlab.deploy-token",
      "gitlab.runner-token",
      "gitlab.job-token",
      "gitlab.trigger-token",
      "gitlab.agent-token",
      "gitlab.feed-token",
      "gitlab.incoming-mail-token",
      "gitlab.scim-token",
      "gitlab.feature-flags-token",
      "gitlab.oauth-secret",
      "gitlab.workspace-token");

  /** CASK keys of 84 characters hold 24 bits of the checksum, Entra's secrets 14, bech32 30, NATS 16. */
  private static final Set<String> FEWER_BITS = Set.of(
      "azure.common-annotated-key",
      "azure.entra-client-secret",
      "age.secret-key",
      "age.hybrid-secret-key",
      "cardano.signing-key",
      "nostr.private-key",
      "sui.private-key",
      "nats.nkey-seed");

  /** Their checks look at something else. */
  private static final Set<String> NO_CHECKSUM = Set.of(
      "private-key.pem",
      "private-key.encrypted",
      "private-key.wrapped",
      "http.basic",
      "npmrc.auth",
      "docker.registry-credential",
      "aws.access-key-id",
      "jwt.token",
      "pypi.api-token",
      "azure.storage-sas",
      "azure.messaging-sas",
      "azure.event-grid-sas",
      "azure.entra-token",
      "azure.api-management-git-password",
      "azure.api-management-token");

  @Test
  void every_rule_with_a_check_is_in_one_group_and_every_other_has_no_checksum() {
    List<String> grouped =
        Stream.of(ALL_BITS, FEWER_BITS, NO_CHECKSUM).flatMap(Set::stream).toList();
    assertThat(grouped).doesNotHaveDuplicates();
    assertThat(RuleSet.builtIn().rules().stream()
            .filter(rule -> !rule.checks().isEmpty())
            .map(Rule::id))
        .containsExactlyInAnyOrderElementsOf(grouped);
  }

  @Test
  void a_rule_that_requires_its_checksum_has_all_bits_of_it() {
    assertThat(RuleSet.builtIn().rules().stream().filter(Rule::requiresChecksum).map(Rule::id))
        .isNotEmpty()
        .isSubsetOf(ALL_BITS);
  }

  @Test
  void the_detector_says_valid_or_invalid_of_no_rule_without_a_checksum() {
    Detector detector = Detector.builder(RuleSet.builtIn())
        .ignoringRequiredChecksums()
        .fingerprintKey(FingerprintKey.random())
        .build();
    for (Rule rule : RuleSet.builtIn().rules()) {
      for (String example : rule.examples()) {
        for (Finding finding : detector.detect(example)) {
          boolean told = ALL_BITS.contains(finding.rule()) || FEWER_BITS.contains(finding.rule());
          assertThat(told || finding.checksum() == Checksum.NONE)
              .as("%s in an example of %s", finding.rule(), rule)
              .isTrue();
        }
      }
    }
  }
}
