package dev.rekey.rotation;

import java.util.Objects;

/**
 * Somebody who uses credentials of an issuer, and into whom nobody can look: which value they have is
 * not known, and a person moves them.
 *
 * <p>A service that never shows the connection it was given is one; a partner's job is another; and so
 * is whoever a usage source names and no finder knows. Before a value of the issuer dies, a person must
 * say that they don't need it ({@link Attestation}), or they must not have been seen using it for long.
 * One that was only seen may be a known dependent under another name, its address: an approval that
 * accepts {@link Risk#USE_NON_ZERO} needs no word about it.
 *
 * @param id what it is known by, to attestations and usage sources; compared without regard to case; at
 *     most 1,000 characters
 * @param label what it is, for people: "linked service orders of data factory etl"; at most 1,000
 *     characters
 * @param link how it is known that it uses the issuer
 * @param moving what a person does to move it, as a sentence; at most 1,000 characters
 */
public record OpaqueDependent(String id, String label, Link link, String moving) {
  private static final int LONGEST = 1_000;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if a text is blank, too long or not one line: the message names
   *     it
   */
  public OpaqueDependent {
    Line.check("id", id, LONGEST);
    Line.check("label", label, LONGEST);
    Objects.requireNonNull(link, "link");
    Line.check("moving", moving, LONGEST);
  }

  /**
   * Returns the one that a usage source names as a caller.
   *
   * @param caller a name, not blank; what of it can't be shown is replaced
   */
  static OpaqueDependent seen(String caller, String slot) {
    String name = shown(caller);
    return new OpaqueDependent(
        name,
        name,
        Link.OBSERVED,
        "It was seen using " + slot
            + ": find out who it is, and have its owner move it; or if it is"
            + " one that is known under another name, accept USE_NON_ZERO.");
  }

  private static String shown(String caller) {
    String name = Line.shown(caller).strip();
    return name.substring(0, Math.min(name.length(), LONGEST));
  }

  /** Returns whether a name is this one's. */
  boolean is(String name) {
    return id.equalsIgnoreCase(shown(name));
  }
}
