package dev.rekey.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example text in which {@code <<[A-Z2-7]{16}>>} stands for that many random characters of a
 * class.
 *
 * <p>So rule files hold no string that looks like a real token, which other scanners and push
 * protection would rightly stop. The characters are the same each time: the seed is the template.
 */
final class ExampleTemplate {
  private static final Pattern HOLE = Pattern.compile("<<\\[([^\\]]+)\\]\\{(\\d{1,5})\\}>>");

  /** A short template could ask for gigabytes. */
  private static final int LONGEST = 1024 * 1024;

  private ExampleTemplate() {}

  /**
   * Returns the text with its holes filled.
   *
   * @throws IllegalArgumentException if a class is not made of ASCII characters and ranges, or the
   *     text would be longer than 1,048,576 characters
   */
  static String fill(String template) {
    Random random = new Random(template.hashCode());
    Matcher hole = HOLE.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (hole.find()) {
      List<Character> members = members(hole.group(1));
      StringBuilder piece = new StringBuilder();
      for (int i = Integer.parseInt(hole.group(2)); i > 0; i--) {
        piece.append(members.get(random.nextInt(members.size())).charValue());
      }
      hole.appendReplacement(filled, Matcher.quoteReplacement(piece.toString()));
      if (filled.length() > LONGEST) {
        throw new IllegalArgumentException("filled, it is longer than " + LONGEST + " characters");
      }
    }
    hole.appendTail(filled);
    return filled.toString();
  }

  private static List<Character> members(String characterClass) {
    List<Character> members = new ArrayList<>();
    for (int i = 0; i < characterClass.length(); i++) {
      char first = characterClass.charAt(i);
      char last = first;
      if (i + 2 < characterClass.length() && characterClass.charAt(i + 1) == '-') {
        last = characterClass.charAt(i + 2);
        i += 2;
      }
      if (last < first || last > 0x7e) {
        throw new IllegalArgumentException("not a class of ASCII characters: " + characterClass);
      }
      for (char c = first; c <= last; c++) {
        members.add(c);
      }
    }
    return members;
  }
}
