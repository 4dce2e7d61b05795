package dev.rekey.detect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The services that a common annotated security key may be of, by the provider's signature in it.
 *
 * <p>Source: Microsoft's security-utilities, and ApiKeyV5 of NuGetGallery; {@code AZCR} and {@code AWPS} are observed. A signature that is not here
 * is one of a service that we don't know yet.
 */
final class CaskServices {
  /** The signature that all Azure AI services share; a number tells which it is. */
  private static final String AI = "ACOG";

  private static final Map<String, String> BY_SIGNATURE = Map.ofEntries(
      Map.entry("msql", "SQL"),
      Map.entry("AZAC", "App Configuration"),
      Map.entry("AZFR", "Fluid Relay"),
      Map.entry("AZEG", "Event Grid"),
      Map.entry("AZDO", "Azure DevOps"),
      Map.entry("AZMR", "Mixed Reality"),
      Map.entry("AZMP", "Maps"),
      Map.entry("AZCS", "Communication Services"),
      Map.entry("AZCR", "Container Registry"),
      Map.entry("AWPS", "Web PubSub"),
      Map.entry("NUGT", "NuGet"),
      Map.entry(AI, "AI Services"));

  private static final List<String> AI_SERVICES = List.of(
      "AI Services",
      "OpenAI",
      "Anomaly Detector EE",
      "Anomaly Detector",
      "Cognitive Services",
      "Computer Vision",
      "Content Moderator",
      "Content Safety",
      "Custom Vision Prediction",
      "Custom Vision Training",
      "Face",
      "Form Recognizer",
      "Health Decision Support",
      "Health Insights",
      "Immersive Reader",
      "Internal All In One",
      "Knowledge",
      "LUIS Authoring",
      "LUIS",
      "Metrics Advisor",
      "Personalizer",
      "QnA Maker",
      "QnA Maker v2",
      "Speaker Recognition",
      "Speech Services",
      "Speech Translation",
      "Text Analytics",
      "Text Translation",
      "Dummy",
      "Transcription Intelligence",
      "Video Intelligence",
      "Bing Autosuggest",
      "Bing Autosuggest v7",
      "Bing Custom Search",
      "Bing Custom Visual Search",
      "Bing Entity Search",
      "Bing Search",
      "Bing Search v7",
      "Bing Speech",
      "Bing Spell Check",
      "Bing Spell Check v7");

  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private CaskServices() {}

  /**
   * Returns the service.
   *
   * @param number the last of the four characters that are the provider's own
   */
  static Optional<String> service(String signature, char number) {
    int index = DIGITS.indexOf(number);
    return signature.equals(AI) && index >= 0 && index < AI_SERVICES.size()
        ? Optional.of(AI_SERVICES.get(index))
        : Optional.ofNullable(BY_SIGNATURE.get(signature));
  }
}
