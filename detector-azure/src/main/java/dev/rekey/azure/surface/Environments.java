package dev.rekey.azure.surface;

import dev.rekey.azure.AzureResource;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.exposure.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whether something serves production, by what people call it.
 *
 * <p>The most deliberate words decide: tags, then settings that name the environment, then the slot,
 * the name, the resource group and its tags, the subscription, and at last the SKU: nobody pays for a
 * premium plan by accident, and none that is free promises anything. Where the words of one kind disagree, production wins: to take a
 * test system for production costs an hour, the reverse may cost the business.
 */
final class Environments {
  private static final List<String> TAGS = List.of("env", "environment", "stage", "tier");

  /** Settings by which frameworks choose their configuration. */
  private static final List<String> SETTINGS = List.of(
      "ASPNETCORE_ENVIRONMENT",
      "AZURE_FUNCTIONS_ENVIRONMENT",
      "DOTNET_ENVIRONMENT",
      "APP_ENV",
      "ENVIRONMENT",
      "NODE_ENV",
      "SPRING_PROFILES_ACTIVE");

  private static final Set<String> PRODUCTION = Set.of("prod", "production", "prd", "live");
  private static final Set<String> OTHER = Set.of(
      "dev",
      "develop",
      "development",
      "test",
      "testing",
      "tst",
      "qa",
      "uat",
      "staging",
      "stage",
      "stg",
      "sandbox",
      "nonprod",
      "nonproduction",
      "preprod",
      "preproduction");
  private static final Set<String> NEGATIONS = Set.of("non", "not", "pre", "no");
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");
  private static final Pattern NUMBER = Pattern.compile("\\p{N}+$");
  private static final Pattern FREE =
      Pattern.compile("(?:free|shared|dev|developer|f1|d1)(?:_.*)?");
  private static final Pattern PAID =
      Pattern.compile("(?:premium|isolated)[a-z0-9_]*|p[0-9](?:mv|v)?[0-9]?|i[0-9]v?[0-9]?");
  private static final int LONGEST = 512;

  private Environments() {}

  /**
   * Returns whether a resource serves production.
   *
   * @param settings its settings as far as they could be read
   * @param around what it is in
   * @param sku the name of its SKU, or an empty text
   */
  static Signal of(
      AzureResource app, Map<String, String> settings, Containers.Around around, String sku) {
    Optional<Signal> tags = named("tag", TAGS, app.tags());
    if (tags.isPresent()) {
      return tags.get();
    }
    Optional<Signal> declared = named("setting", SETTINGS, settings);
    if (declared.isPresent()) {
      return declared.get();
    }
    ResourceId id = app.id();
    if (id.isOf("Microsoft.Web/sites/slots")) {
      return says("the slot's name", id.name())
          .orElseGet(() -> Signal.no("it is a deployment slot besides that of production"));
    }
    return says("its name", id.name())
        .or(() -> says("its resource group's name", id.resourceGroup()))
        .or(() -> named("resource group's tag", TAGS, around.groupTags()))
        .or(() -> named("subscription's tag", TAGS, around.subscriptionTags()))
        .or(() -> says("its subscription's name", around.subscriptionName()))
        .or(() -> priced(sku))
        .orElseGet(() -> Signal.unknown("neither tags, settings nor names tell its environment"));
  }

  private static Optional<Signal> priced(String sku) {
    String tier = sku.toLowerCase(Locale.ROOT);
    if (FREE.matcher(tier).matches()) {
      return Optional.of(Signal.no("its SKU is one for trying things out"));
    }
    return PAID.matcher(tier).matches()
        ? Optional.of(Signal.yes("its SKU is one for production"))
        : Optional.empty();
  }

  /** Returns whether a setting of this name tells the environment. */
  static boolean isSetting(String name) {
    return SETTINGS.stream().anyMatch(one -> one.equalsIgnoreCase(name));
  }

  private static Optional<Signal> named(
      String kind, List<String> names, Map<String, String> values) {
    Map<String, String> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    any.putAll(values);
    List<Signal> signals = new ArrayList<>();
    for (String name : names) {
      Optional.ofNullable(any.get(name))
          .flatMap(value -> says("its " + kind + " " + name, value))
          .ifPresent(signals::add);
    }
    return signals.stream()
        .filter(Signal::countsAsYes)
        .findFirst()
        .or(() -> signals.stream().findFirst());
  }

  /** What a name says, if anything; the reason quotes only words that are on the lists. */
  static Optional<Signal> says(String where, String text) {
    Optional<Signal> other = Optional.empty();
    String before = "";
    List<String> parts = BETWEEN_WORDS
        .splitAsStream(text.substring(0, Math.min(text.length(), LONGEST)))
        .toList();
    for (String part : parts) {
      String word = NUMBER.matcher(part.toLowerCase(Locale.ROOT)).replaceFirst("");
      if (PRODUCTION.contains(word) && !NEGATIONS.contains(before)) {
        return Optional.of(Signal.yes(where + " says " + word));
      }
      if (PRODUCTION.contains(word)) {
        other = Optional.of(Signal.no(where + " says " + before + "-" + word));
      } else if (OTHER.contains(word)) {
        other = Optional.of(Signal.no(where + " says " + word));
      }
      before = word;
    }
    return other;
  }
}
