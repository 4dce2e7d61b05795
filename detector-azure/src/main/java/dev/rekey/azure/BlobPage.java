package dev.rekey.azure;

import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A page of a list of containers or blobs, as the blob service writes it in XML. Documents that declare
 * types or entities are refused, and what is malformed is never quoted.
 *
 * @param marker where the next page starts; empty on the last
 */
record BlobPage(List<BlobClient.Container> containers, List<BlobClient.Blob> blobs, String marker) {
  private static final int DEEPEST = 16;
  private static final int LONGEST_TEXT = 64 * 1024;

  /** Why a document is no page, in words that quote nothing of it. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String why) {
      super(why);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }

  static BlobPage of(byte[] xml) throws Malformed {
    // Not the one that happens to be on the class path: it may take these properties otherwise.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver((publicId, systemId, base, namespace) -> {
      throw new XMLStreamException("nothing is resolved");
    });
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(
          new ByteArrayInputStream(xml, start(xml), xml.length), "UTF-8");
      return new Reader(reader).page();
    } catch (XMLStreamException malformed) {
      Location at = malformed.getLocation();
      throw new Malformed("it is not XML that can be read"
          + (at == null ? "" : " (line " + at.getLineNumber() + ")"));
    } catch (RuntimeException malformed) {
      throw new Malformed("it is not XML that can be read");
    }
  }

  /** Where the document starts: after the mark that storage writes before it. */
  private static int start(byte[] xml) {
    boolean mark = xml.length > 2 && xml[0] == (byte) 0xEF && xml[1] == (byte) 0xBB;
    return mark ? 3 : 0;
  }

  /** Reads one document. */
  private static final class Reader {
    private final XMLStreamReader xml;
    private final List<BlobClient.Container> containers = new ArrayList<>();
    private final List<BlobClient.Blob> blobs = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final List<String> path = new ArrayList<>();
    private final Map<String, String> item = new HashMap<>();
    private String marker = "";
    private boolean listed;
    private boolean encoded;

    Reader(XMLStreamReader xml) {
      this.xml = xml;
    }

    BlobPage page() throws XMLStreamException, Malformed {
      while (xml.hasNext()) {
        switch (xml.next()) {
          case XMLStreamConstants.START_ELEMENT -> start();
          case XMLStreamConstants.END_ELEMENT -> end();
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text();
          case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new Malformed("the list declares types or entities, which none does");
          default -> {
            // Comments and processing instructions say nothing.
          }
        }
      }
      if (!listed) {
        throw new Malformed("the answer is no list of containers or blobs");
      }
      return new BlobPage(List.copyOf(containers), List.copyOf(blobs), marker);
    }

    private void start() throws Malformed {
      String name = xml.getLocalName();
      path.add(name);
      text.setLength(0);
      if (path.size() > DEEPEST) {
        throw new Malformed("the list is nested too deeply");
      }
      if (path.size() == 1 && !name.equals("EnumerationResults")) {
        throw new Malformed("the answer is no list of containers or blobs");
      }
      if (path.size() == 2 && (name.equals("Blobs") || name.equals("Containers"))) {
        listed = true;
      }
      if (path.size() == 3) {
        item.clear();
        encoded = false;
      }
      if (path.size() == 4 && name.equals("Name")) {
        encoded = "true".equals(xml.getAttributeValue(null, "Encoded"));
      }
    }

    private void text() throws Malformed {
      if (text.length() + xml.getTextLength() > LONGEST_TEXT) {
        throw new Malformed("the list has a text of more than " + LONGEST_TEXT + " characters");
      }
      text.append(xml.getText());
    }

    private void end() throws Malformed {
      String name = path.remove(path.size() - 1);
      if (path.size() == 1 && name.equals("NextMarker")) {
        marker = text.toString();
      } else if (path.size() == 3 && name.equals("Name")) {
        item.put("Name", encoded ? decoded(text.toString()) : text.toString());
      } else if (path.size() == 4 && path.get(3).equals("Properties")) {
        item.put(name, text.toString());
      } else if (path.size() == 2 && path.get(1).equals("Containers") && name.equals("Container")) {
        containers.add(new BlobClient.Container(named(), item.getOrDefault("PublicAccess", "")));
      } else if (path.size() == 2 && path.get(1).equals("Blobs") && name.equals("Blob")) {
        blobs.add(blob());
      }
      text.setLength(0);
    }

    /** A name that XML can't hold is percent-encoded. */
    private static String decoded(String name) throws Malformed {
      try {
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException malformed) {
        throw new Malformed("the list has a name whose encoding is malformed");
      }
    }

    private String named() throws Malformed {
      String name = item.getOrDefault("Name", "");
      if (name.isEmpty()) {
        throw new Malformed("the list has an item without a name");
      }
      return name;
    }

    private BlobClient.Blob blob() throws Malformed {
      String length = item.getOrDefault("Content-Length", "");
      if (!length.matches("[0-9]{1,18}")) {
        throw new Malformed("the list has a blob without a length");
      }
      return new BlobClient.Blob(
          named(),
          Long.parseLong(length),
          time(item.getOrDefault("Creation-Time", "")),
          time(item.getOrDefault("Last-Modified", "")),
          item.getOrDefault("Etag", "").replace("\"", ""),
          item.getOrDefault("BlobType", "").equals("AppendBlob"));
    }

    private static Optional<Instant> time(String text) {
      try {
        return text.isEmpty()
            ? Optional.empty()
            : Optional.of(
                ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      } catch (DateTimeException malformed) {
        return Optional.empty();
      }
    }
  }
}
