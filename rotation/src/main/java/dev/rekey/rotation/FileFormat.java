package dev.rekey.rotation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A form of configuration files, told by a file's name. */
enum FileFormat {
  JSON(false) {
    @Override
    Reading read(String text) throws RotationException {
      return JsonReading.of(text);
    }
  },
  YAML(false) {
    @Override
    Reading read(String text) throws RotationException {
      return YamlReading.of(text);
    }
  },
  PROPERTIES(true) {
    @Override
    Reading read(String text) throws RotationException {
      return PropertiesReading.of(text);
    }
  },
  DOTENV(true) {
    @Override
    Reading read(String text) {
      return DotenvReading.of(text);
    }
  };

  private final boolean lenient;

  FileFormat(boolean lenient) {
    this.lenient = lenient;
  }

  /**
   * What a file says.
   *
   * @param parts its parts, in its order
   * @param otherwise what some readers take for a value where others, and we, see another one
   */
  record Reading(List<Part> parts, List<String> otherwise) {
    Reading {
      parts = List.copyOf(parts);
      otherwise = List.copyOf(otherwise);
    }

    @Override
    public String toString() {
      return "Reading(" + parts.size() + " parts)";
    }
  }

  /** Returns the format of a file with a name, or empty if the name tells none. */
  static Optional<FileFormat> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return Optional.of(JSON);
    }
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return Optional.of(YAML);
    }
    if (name.endsWith(".properties")) {
      return Optional.of(PROPERTIES);
    }
    return name.endsWith(".env") || name.startsWith(".env.")
        ? Optional.of(DOTENV)
        : Optional.empty();
  }

  /** Whether its files may be in ISO 8859-1 where they are not valid UTF-8. */
  boolean isLenient() {
    return lenient;
  }

  /**
   * Reads a text without a byte-order mark.
   *
   * @throws RotationException if it is not of this form; the message quotes nothing of it
   */
  abstract Reading read(String text) throws RotationException;
}
