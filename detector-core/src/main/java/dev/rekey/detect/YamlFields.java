package dev.rekey.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The fields of a rule file as nodes of YAML: takes out what should be there, and says with file,
 * line, rule and field where it isn't.
 *
 * @param file what the file is called in messages
 */
record YamlFields(String file) {
  /** Returns the readers of the fields that a rule has whichever way it is written. */
  Map<String, Consumer<Node>> readers(String id, Rule.Builder rule) {
    Map<String, Consumer<Node>> readers = new LinkedHashMap<>();
    readers.put("id", value -> {});
    readers.put("label", value -> rule.label(scalar(id, "label", value)));
    readers.put(
        "severity",
        value -> rule.severity(choice(id, "severity", value, Severity.values(), Severity::name)));
    readers.put(
        "remedy",
        value -> rule.remedy(choice(id, "remedy", value, Remedy.values(), YamlFields::lower)));
    readers.put("runbook", value -> rule.runbook(scalar(id, "runbook", value)));
    readers.put("confidence", value -> rule.confidence(number(id, "confidence", value)));
    readers.put(
        "evidence",
        value ->
            rule.evidence(choice(id, "evidence", value, Evidence.values(), YamlFields::lower)));
    readers.put("references", value -> each(id, "references", value, rule::reference));
    return readers;
  }

  /** Gives each field that is there to its reader; none may be unknown, some have to be there. */
  void read(String id, Node node, Map<String, Consumer<Node>> readers, List<String> required) {
    Map<String, Node> fields = fields(id, node);
    requireOnly(id, fields, readers.keySet());
    for (String field : required) {
      required(id, node, fields, field);
    }
    readers.forEach((field, reader) -> {
      Node value = fields.get(field);
      if (value != null) {
        reader.accept(value);
      }
    });
  }

  /** Makes a rule of a node, and adds the line of its field to what is wrong with it. */
  Rule rule(Node node, Supplier<Rule> made) {
    try {
      return made.get();
    } catch (RuleException wrong) {
      if (wrong.rule().isEmpty()) {
        throw wrong; // Thrown here, with its line.
      }
      Node field = fields(wrong.rule(), node).get(wrong.field().replaceFirst("\\..*", ""));
      throw wrong.in(file, line(field == null ? node : field));
    }
  }

  /** Takes the id of a rule out of its node. */
  String id(Node node) {
    return scalar("", "id", required("", node, fields(idOrNone(node), node), "id"));
  }

  /** Adds the line of a rule by its id, and those of its fields by {@code id field}. */
  void addLines(String id, Node node, Map<String, Integer> lines) {
    lines.put(id, line(node));
    fields(id, node).forEach((field, value) -> lines.put(id + " " + field, line(value)));
  }

  void each(String id, String field, Node node, Consumer<String> use) {
    for (Node element : sequence(id, field, node)) {
      use.accept(scalar(id, field, element));
    }
  }

  Map<String, Node> fields(String id, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(id, "", node, "expected fields with names");
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      String name = scalar(id, "", entry.getKeyNode());
      if (fields.put(name, entry.getValueNode()) != null) {
        throw wrong(id, name, entry.getKeyNode(), "the field is given twice");
      }
    }
    return fields;
  }

  void requireOnly(String id, Map<String, Node> fields, Set<String> known) {
    fields.forEach((field, node) -> {
      if (!known.contains(field)) {
        List<String> names = known.stream().sorted().toList();
        throw wrong(id, field, node, "unknown field; expected one of " + String.join(", ", names));
      }
    });
  }

  Node required(String id, Node parent, Map<String, Node> fields, String field) {
    Node value = fields.get(field);
    if (value == null) {
      throw wrong(id, field, parent, "the field is missing");
    }
    return value;
  }

  List<Node> sequence(String id, String field, Node node) {
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(id, field, node, "expected a list");
    }
    return sequence.getValue();
  }

  String scalar(String id, String field, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw wrong(id, field, node, "expected one value, not a list or fields");
    }
    return scalar.getValue();
  }

  boolean flag(String id, String field, Node node) {
    String text = scalar(id, field, node);
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(id, field, node, "expected true or false, not \"" + text + "\"");
    }
    return text.equals("true");
  }

  double number(String id, String field, Node node) {
    String text = scalar(id, field, node);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException malformed) {
      throw wrong(id, field, node, "expected a number, not \"" + text + "\"");
    }
  }

  int whole(String id, String field, Node node) {
    String text = scalar(id, field, node);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException malformed) {
      throw wrong(id, field, node, "expected a whole number, not \"" + text + "\"");
    }
  }

  private <T> T choice(String id, String field, Node node, T[] choices, Function<T, String> name) {
    return RuleForm.choose(id, field, scalar(id, field, node), List.of(choices), name);
  }

  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  RuleException wrong(String id, String field, Node node, String problem) {
    String rule = id.isEmpty() ? "" : "rule " + id + ", ";
    String where = field.isEmpty() ? "" : "field " + field + ": ";
    return new RuleException(file + ":" + line(node) + ": " + rule + where + problem);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /** The id for messages about the fields themselves, or empty. */
  private static String idOrNone(Node node) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key
            && key.getValue().equals("id")
            && entry.getValueNode() instanceof ScalarNode id) {
          return id.getValue();
        }
      }
    }
    return "";
  }
}
