package dev.rekey.detect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads who a Microsoft Entra token was issued by, for what and until when (<a
 * href="https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference">claims</a>).
 *
 * <p>The signature is not verified: the issuer's public keys are on the network.
 */
final class EntraTokenCheck implements Check {
  private static final Pattern ISSUER = Pattern.compile(
      "https://(?:sts\\.windows\\.net|sts\\.chinacloudapi\\.cn|login\\.microsoftonline\\.(?:com|us)"
          + "|login\\.partner\\.microsoftonline\\.cn|[a-z0-9-]+\\.ciamlogin\\.com)/.*");

  private static final Pattern SCOPES = Pattern.compile("[A-Za-z0-9_.,:/-]{1,200}");

  @Override
  public Result check(Candidate candidate) {
    Claims claims = Claims.ofJwt(candidate);
    Map<String, String> attributes = new LinkedHashMap<>();
    claims.text("iss").ifPresent(issuer -> attributes.put("issuer", issuer));
    claims.text("tid").ifPresent(tenant -> attributes.put("tenant", tenant));
    claims.text("aud").ifPresent(audience -> attributes.put("audience", audience));
    claims
        .text("appid")
        .or(() -> claims.text("azp"))
        .ifPresent(client -> attributes.put("clientId", client));
    claims.text("oid").ifPresent(object -> attributes.put("object", object));
    // Names of permissions, with blanks between them.
    Optional.ofNullable(claims.values().get("scp"))
        .map(scopes -> scopes.replace(' ', ','))
        .filter(scopes -> SCOPES.matcher(scopes).matches())
        .ifPresent(scopes -> attributes.put("permissions", scopes));
    claims.seconds("exp").ifPresent(expiry -> attributes.put("expires", expiry));
    return new Result(Checksum.NONE, attributes);
  }

  /** The suppressor that leaves the tokens of other issuers to other rules. */
  static Optional<String> otherIssuer(Candidate candidate) {
    return Claims.ofJwt(candidate)
            .text("iss")
            .filter(issuer -> ISSUER.matcher(issuer).matches())
            .isPresent()
        ? Optional.empty()
        : Optional.of("a token of another issuer than Microsoft Entra");
  }
}
