package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentTitles;
import dev.whetstone.corpus.SafeZip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An Office Open XML file (ECMA-376, part 2): a zip of XML parts that point at one another. A file
/// of OpenDocument is such a zip as well, but its parts have fixed names.
final class OfficeZip implements AutoCloseable {
  /// A part that another points at.
  ///
  /// @param type the last word of the relation's type, for example `styles`
  record Relation(String type, String part) {}

  private final SafeZip zip;
  private final String id;

  private OfficeZip(SafeZip zip, String id) {
    this.zip = zip;
    this.id = id;
  }

  static OfficeZip open(Path file, String id) throws IOException {
    return new OfficeZip(SafeZip.open(file, id), id);
  }

  /// The part that holds the document itself.
  String mainPart() throws IOException {
    for (Relation relation : relations("").values()) {
      if (relation.type().equals("officeDocument")) {
        return relation.part();
      }
    }
    throw new Failure.BadInput(id + ": names no main part; save it again with its program");
  }

  /// The relations of `part` ("" for the whole file) by their id; links to the outside are left
  /// out.
  Map<String, Relation> relations(String part) throws IOException {
    int slash = part.lastIndexOf('/') + 1;
    String folder = part.substring(0, slash);
    Map<String, Relation> relations = new HashMap<>();
    try (Xml xml = xml(folder + "_rels/" + part.substring(slash) + ".rels")) {
      if (xml == null) {
        return relations;
      }
      int root = xml.root();
      while (xml.child(root)) {
        String target = xml.attribute("Target");
        String type = xml.attribute("Type", "");
        if (target != null && !xml.attribute("TargetMode", "").equals("External")) {
          relations.put(
              xml.attribute("Id", ""),
              new Relation(type.substring(type.lastIndexOf('/') + 1), resolve(folder, target)));
        }
      }
    }
    return relations;
  }

  /// The first part of this type that `part` points at, opened; null without one.
  @Nullable Xml related(String part, String type) throws IOException {
    for (Relation relation : relations(part).values()) {
      if (relation.type().equals(type)) {
        return xml(relation.part());
      }
    }
    return null;
  }

  /// A part's XML before its root element; null without such a part.
  @Nullable Xml xml(String part) throws IOException {
    InputStream in = zip.open(part);
    return in == null ? null : new Xml(in, id, part);
  }

  /// As [#xml], of a part that must be there.
  Xml need(String part) throws IOException {
    Xml xml = xml(part);
    if (xml == null) {
      throw new Failure.BadInput(
          id + ": its part " + part + " is missing; save it again with its program");
    }
    return xml;
  }

  /// The title in the document's properties; null without one, or with one that a program made up.
  @Nullable String title() throws IOException {
    try (Xml xml = xml("docProps/core.xml")) {
      if (xml == null) {
        return null;
      }
      int root = xml.root();
      while (xml.child(root)) {
        if (xml.name().equals("title")) {
          return DocumentTitles.meaningful(xml.text());
        }
      }
    }
    return null;
  }

  private static String resolve(String folder, String target) {
    String path = target.startsWith("/") ? target.substring(1) : folder + target;
    return Path.of("/").resolve(path).normalize().toString().substring(1).replace('\\', '/');
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
