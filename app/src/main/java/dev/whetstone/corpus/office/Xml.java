package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Walks down an XML document, streaming. Names are local names: Office writes the same elements in
/// a transitional and in a strict namespace. Document types are refused, so nothing is fetched and
/// no entity grows.
///
/// ```
/// int table = xml.depth();
/// while (xml.child(table)) { // its child elements, whatever of them was read or left unread
///   if (xml.name().equals("tr")) { row(xml); }
/// }
/// ```
final class Xml implements AutoCloseable {
  private static final int DEEPEST = 2_000;

  private final InputStream in;
  private final XMLStreamReader reader;
  private final String where;
  private int depth;

  /// @param in closed by [#close()]
  Xml(InputStream in, String id, String part) throws IOException {
    this.in = in;
    this.where = id + ": its part " + part;
    try {
      var factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      factory.setProperty("jdk.xml.maxElementDepth", DEEPEST + 1); // the JDK's own is 100
      this.reader = factory.createXMLStreamReader(in);
    } catch (XMLStreamException e) {
      in.close();
      throw damaged(e);
    }
  }

  /// Goes to the root element; returns its depth.
  int root() {
    child(0);
    return depth;
  }

  int depth() {
    return depth;
  }

  /// Goes to the next child element of the element at `parent`, past whatever is left of the child
  /// before; false at the parent's end.
  boolean child(int parent) {
    try {
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            if (++depth > DEEPEST) {
              throw new Failure.BadInput(where + " is nested too deeply to be read");
            }
            if (depth == parent + 1) {
              return true;
            }
          }
          case XMLStreamConstants.END_ELEMENT -> {
            if (--depth < parent) {
              return false;
            }
          }
          case XMLStreamConstants.DTD ->
              throw new Failure.BadInput(
                  where + " declares a document type, which Office never does; not read");
          default -> {}
        }
      }
      return false;
    } catch (XMLStreamException e) {
      throw damaged(e);
    }
  }

  /// What [#node] came to.
  enum Node {
    ELEMENT,
    TEXT,
    END
  }

  /// As [#child], but stops at the texts between the child elements as well.
  Node node(int parent) {
    try {
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            if (++depth > DEEPEST) {
              throw new Failure.BadInput(where + " is nested too deeply to be read");
            }
            if (depth == parent + 1) {
              return Node.ELEMENT;
            }
          }
          case XMLStreamConstants.END_ELEMENT -> {
            if (--depth < parent) {
              return Node.END;
            }
          }
          case XMLStreamConstants.CHARACTERS,
              XMLStreamConstants.CDATA,
              XMLStreamConstants.SPACE -> {
            if (depth == parent) {
              return Node.TEXT;
            }
          }
          default -> {}
        }
      }
      return Node.END;
    } catch (XMLStreamException e) {
      throw damaged(e);
    }
  }

  /// The text that [#node] came to.
  String nodeText() {
    return reader.getText();
  }

  String name() {
    return reader.getLocalName();
  }

  /// All text inside the current element, which is read to its end.
  String text() {
    var text = new StringBuilder();
    int element = depth;
    try {
      while (depth >= element && reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> depth++;
          case XMLStreamConstants.END_ELEMENT -> depth--;
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
              text.append(reader.getText());
          default -> {}
        }
      }
    } catch (XMLStreamException e) {
      throw damaged(e);
    }
    return text.toString();
  }

  /// An attribute of the current element by its local name.
  @Nullable String attribute(String name) {
    for (int i = 0, n = reader.getAttributeCount(); i < n; i++) {
      if (reader.getAttributeLocalName(i).equals(name)) {
        return reader.getAttributeValue(i);
      }
    }
    return null;
  }

  String attribute(String name, String otherwise) {
    String value = attribute(name);
    return value == null ? otherwise : value;
  }

  /// All attributes with this local name, in whatever namespace.
  List<String> attributes(String name) {
    List<String> values = new ArrayList<>();
    for (int i = 0, n = reader.getAttributeCount(); i < n; i++) {
      if (reader.getAttributeLocalName(i).equals(name)) {
        values.add(reader.getAttributeValue(i));
      }
    }
    return values;
  }

  /// A whole number, or `otherwise` where there is none.
  int number(String name, int otherwise) {
    String value = attribute(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value.strip());
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }

  /// Whether an attribute is present and true.
  boolean flag(String name) {
    String value = attribute(name);
    return value != null && (value.equals("1") || value.equals("true") || value.equals("on"));
  }

  /// The current element as a switch: `val` absent or anything but 0, false, off, none.
  boolean on() {
    return switch (attribute("val", "1")) {
      case "0", "false", "off", "none" -> false;
      default -> true;
    };
  }

  private Failure.BadInput damaged(XMLStreamException e) {
    return new Failure.BadInput(
        where + " is damaged (" + e.getMessage() + "); save it again with its program", e);
  }

  @Override
  public void close() throws IOException {
    try {
      reader.close();
    } catch (XMLStreamException _) {
      // its memory goes with it
    }
    in.close();
  }
}
