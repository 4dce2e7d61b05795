package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What an app is, by ARM's word for it. */
enum AppKind {
  WEB_APP("web app"),
  FUNCTION_APP("function app");

  private final String label;

  AppKind(String label) {
    this.label = label;
  }

  /** Returns the kind of an app or slot as ARM shows it. */
  static AppKind of(JsonNode shown) {
    return shown.path("kind").asText("").toLowerCase(Locale.ROOT).contains("functionapp")
        ? FUNCTION_APP
        : WEB_APP;
  }

  /** Returns what people call it. */
  String label() {
    return label;
  }
}
