package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What stands in a configuration file, and the only way to change it: at the places of values, with
 * every other byte left as it is.
 *
 * <p>Whatever an edit makes is read again. If that says anything else than what was there with the
 * edited values in their places, there is no edited document. Immutable and thread-safe.
 */
final class Document {
  private static final String MARK = "\ufeff";

  private final FileFormat format;
  private final Charset charset;
  private final String mark;
  private final String text;
  private final FileFormat.Reading reading;

  private Document(FileFormat format, Charset charset, String whole) throws RotationException {
    this.format = format;
    this.charset = charset;
    this.mark = whole.startsWith(MARK) ? MARK : "";
    this.text = whole.substring(mark.length());
    this.reading = format.read(text);
  }

  /**
   * Reads a file's bytes.
   *
   * @throws RotationException if they are not of the format; the message quotes nothing of them
   */
  static Document of(FileFormat format, byte[] bytes) throws RotationException {
    Charset charset = StandardCharsets.UTF_8;
    CharBuffer whole;
    try {
      whole = charset.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException other) {
      if (!format.isLenient()) {
        throw new RotationException("it is not UTF-8");
      }
      charset = StandardCharsets.ISO_8859_1;
      whole = charset.decode(ByteBuffer.wrap(bytes));
    }
    try {
      return new Document(format, charset, whole.toString());
    } finally {
      Arrays.fill(whole.array(), '\0');
    }
  }

  /** Returns the fingerprints of everything in it that may be a credential, but for comments. */
  Set<Fingerprint> fingerprints(Rewriter rewriter) {
    Set<Fingerprint> fingerprints = new HashSet<>();
    for (Part part : reading.parts()) {
      if (!part.text().isEmpty()) {
        fingerprints.addAll(rewriter.fingerprints(part.text()));
      }
    }
    reading.otherwise().forEach(other -> fingerprints.addAll(rewriter.fingerprints(other)));
    return fingerprints;
  }

  /**
   * Returns the document in which a credential stands wherever another stands now, with what changes
   * beside it: itself where that does not.
   *
   * @throws RotationException if it can't be written somewhere in the shape that the other has there,
   *     what changes beside it is not found, or what stands there now could not be written back
   */
  Document adopt(Rewriter rewriter, Replacement replacement) throws RotationException {
    Fingerprint from = replacement.from();
    Map<Integer, List<Edit>> edits =
        rewriter.edits(Entries.of(reading.parts(), this::place), replacement);
    Map<Integer, List<Edit>> undo = new LinkedHashMap<>();
    edits.forEach((i, replaced) ->
        undo.put(i, Edit.inverse(replaced, reading.parts().get(i).text())));
    if (edits.isEmpty() && !fingerprints(rewriter).contains(from)) {
      return this;
    }
    Document adopted = edit(edits);
    if (adopted.fingerprints(rewriter).contains(from)) {
      throw new RotationException("readers of such files disagree on a value that may be the"
          + " credential, because of an escape or a # in it; change it by hand");
    }
    adopted.edit(undo); // What can't be undone is not begun.
    return adopted;
  }

  /** Returns the document with values edited: for each part, by its number. */
  Document edit(Map<Integer, List<Edit>> edits) throws RotationException {
    List<Edit> inSource = new ArrayList<>();
    Map<Integer, String> expected = new LinkedHashMap<>();
    for (Map.Entry<Integer, List<Edit>> entry : edits.entrySet()) {
      Part part = reading.parts().get(entry.getKey());
      try {
        inSource.addAll(Alignment.of(text, part).inSource(entry.getValue()));
      } catch (RotationException shape) {
        throw at(entry.getKey(), shape);
      }
      expected.put(entry.getKey(), Edit.apply(entry.getValue(), part.text()));
    }
    return requireOnly(expected, Edit.apply(inSource, text));
  }

  /**
   * Reads what an edit made.
   *
   * @param expected the parts that were to change, by their numbers, and what they have to say now
   * @throws RotationException if anything else has changed, or these have not
   */
  Document requireOnly(Map<Integer, String> expected, String edited) throws RotationException {
    byte[] bytes = encode(edited);
    Document document;
    try {
      document = Document.of(format, bytes);
    } catch (RotationException broken) {
      throw otherwise();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    List<Part> parts = document.reading.parts();
    boolean same = parts.size() == reading.parts().size()
        && document.mark.equals(mark)
        && document.charset.equals(charset);
    for (int i = 0; same && i < parts.size(); i++) {
      Part before = reading.parts().get(i);
      same = parts.get(i).kind().equals(before.kind())
          && parts.get(i).text().equals(expected.getOrDefault(i, before.text()));
    }
    if (!same) {
      throw otherwise();
    }
    return document;
  }

  private static RotationException otherwise() {
    return new RotationException(
        "with the new value in the shape of the present one it would say something else than it"
            + " should; quote that value in another way first");
  }

  private RotationException at(int part, RotationException wrong) {
    return new RotationException(place(part) + ": " + wrong.problem(), wrong);
  }

  private String place(int part) {
    String before = text.substring(0, reading.parts().get(part).from());
    return "line " + before.split("\r\n|\r|\n", -1).length;
  }

  /** Returns the bytes of the file, which the caller wipes. */
  byte[] bytes() throws RotationException {
    return encode(text);
  }

  private byte[] encode(String edited) throws RotationException {
    String whole = mark + edited;
    if (!charset.newEncoder().canEncode(whole)) {
      throw new RotationException("it is in " + charset + ", which can't hold the new value");
    }
    return whole.getBytes(charset);
  }

  /** Returns its format and size, nothing of what it says. */
  @Override
  public String toString() {
    return format + " document of " + text.length() + " characters";
  }
}
