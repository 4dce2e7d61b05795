package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that Azure knows and never returns: those hidden are missing from its answers, those masked
 * are asterisks there. Immutable.
 *
 * <p>A place is written as names with slashes between them. {@code *} is each member of a list or an
 * object, {@code **} anything below; a condition may follow, as in {@code
 * parameters/*[type=SecureString|SecureObject]/value}; and what is shown only to those who ask for it
 * ends with {@code unless $expand=NAME}.
 */
final class Withheld {
  private static final Pattern STEP = Pattern.compile("([^\\[]+)(?:\\[(\\w+)=([^\\]]+)])?");
  private static final String UNLESS = " unless $expand=";
  private static final String MASK = "**********";

  private final List<Place> places;

  private Withheld(List<Place> places) {
    this.places = places;
  }

  /** A part of a place; an empty field is no condition. */
  private record Step(String name, String field, List<String> values) {
    boolean fits(JsonNode node) {
      return field.isEmpty() || values.contains(node.path(field).asText().toLowerCase(Locale.ROOT));
    }
  }

  private record Place(List<Step> steps, String unless, boolean masked) {}

  static Withheld of(List<String> hidden, List<String> masked) {
    List<Place> places = new ArrayList<>();
    hidden.forEach(text -> places.add(place(text, false)));
    masked.forEach(text -> places.add(place(text, true)));
    return new Withheld(List.copyOf(places));
  }

  private static Place place(String text, boolean masked) {
    int unless = text.indexOf(UNLESS);
    List<Step> steps = new ArrayList<>();
    for (String part : (unless < 0 ? text : text.substring(0, unless)).split("/", -1)) {
      Matcher matcher = STEP.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("Not a place: " + text);
      }
      String field = matcher.group(2);
      steps.add(new Step(
          matcher.group(1),
          field == null ? "" : field,
          field == null
              ? List.of()
              : List.of(matcher.group(3).toLowerCase(Locale.ROOT).split("\\|", -1))));
    }
    return new Place(
        List.copyOf(steps),
        unless < 0 ? "" : text.substring(unless + UNLESS.length()).toLowerCase(Locale.ROOT),
        masked);
  }

  /** Both of these. */
  Withheld and(Withheld other) {
    List<Place> all = new ArrayList<>(places);
    all.addAll(other.places);
    return new Withheld(List.copyOf(all));
  }

  /**
   * Takes what is withheld out of an answer.
   *
   * @param expand what the caller asked to see, too
   */
  void from(ObjectNode json, String expand) {
    String asked = expand.toLowerCase(Locale.ROOT);
    for (Place place : places) {
      if (place.unless().isEmpty() || !asked.contains(place.unless())) {
        apply(json, place, 0);
      }
    }
  }

  private static void apply(JsonNode node, Place place, int at) {
    Step step = place.steps().get(at);
    if (at == place.steps().size() - 1) {
      if (node instanceof ObjectNode object && object.has(step.name())) {
        if (place.masked()) {
          object.put(step.name(), MASK);
        } else {
          object.remove(step.name());
        }
      }
      return;
    }
    if (step.name().equals("**")) {
      if (step.fits(node)) {
        apply(node, place, at + 1);
      }
      node.forEach(child -> apply(child, place, at));
    } else if (step.name().equals("*")) {
      if (node instanceof ArrayNode || node instanceof ObjectNode) {
        node.forEach(child -> descend(child, step, place, at));
      }
    } else {
      descend(node.path(step.name()), step, place, at);
    }
  }

  private static void descend(JsonNode child, Step step, Place place, int at) {
    if (step.fits(child)) {
      apply(child, place, at + 1);
    }
  }
}
