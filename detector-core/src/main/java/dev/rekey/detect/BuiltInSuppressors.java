package dev.rekey.detect;

import java.util.List;

/** The suppressors that every rule set starts with. */
final class BuiltInSuppressors implements Named.Maker<Suppressor> {
  private static final List<String> NAMES = List.of(
      "azure.cosmos-connection-string",
      "azure.digest",
      "azure.other-issuer",
      "azure.sas-incomplete",
      "azure.storage-key",
      "basic",
      "cisco.type-7",
      "code",
      "default-password",
      "digest",
      "emulator-key",
      "hashed",
      "jwt",
      "not-random",
      "not-secret",
      "passing-token",
      "pem-body",
      "pieces",
      "placeholder",
      "published-sample",
      "reference",
      "sample",
      "words");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public Suppressor make(String name) {
    return switch (name) {
      case "azure.cosmos-connection-string" -> Suppressors::cosmosConnectionString;
      case "azure.digest" -> AzureSuppressors::digest;
      case "azure.other-issuer" -> EntraTokenCheck::otherIssuer;
      case "azure.sas-incomplete" -> Suppressors::incompleteSas;
      case "azure.storage-key" -> AzureSuppressors::storageKey;
      case "basic" -> new BasicCheck();
      case "cisco.type-7" -> CiscoPassword::reason;
      case "code" -> new CodeSuppressor();
      case "default-password" -> DefaultPassword::reason;
      case "digest" -> Suppressors::digest;
      case "emulator-key" -> Suppressors::emulatorKey;
      case "hashed" -> Suppressors::hashed;
      case "jwt" -> new JwtCheck();
      case "not-random" -> NotRandom::reason;
      case "not-secret" -> NameSuppressors::notSecret;
      case "passing-token" -> NameSuppressors::passingToken;
      case "pem-body" -> Suppressors::pemBody;
      case "pieces" -> NotRandom::pieces;
      case "placeholder" -> Suppressors::placeholder;
      case "published-sample" -> SampleSuppressor::published;
      case "reference" -> Suppressors::reference;
      case "sample" -> new SampleSuppressor();
      case "words" -> NameSuppressors::words;
      default -> throw new IllegalArgumentException("no suppressor is named " + name);
    };
  }
}
