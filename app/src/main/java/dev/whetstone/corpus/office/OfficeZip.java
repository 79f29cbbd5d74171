package dev.whetstone.corpus.office;

import dev.whetstone.core.BoundedInput;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentTitles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// An Office Open XML file (ECMA-376, part 2): a zip of XML parts that point at one another.
/// Refuses parts that unpack to far more than a writer of documents would make.
final class OfficeZip implements AutoCloseable {
  private static final long LARGEST_PART = 1L << 30;
  private static final long ALWAYS_FINE = 8L << 20;
  private static final long LARGEST_RATIO = 200;

  /// A part that another points at.
  ///
  /// @param type the last word of the relation's type, for example `styles`
  record Relation(String type, String part) {}

  private final ZipFile zip;
  private final String id;

  private OfficeZip(ZipFile zip, String id) {
    this.zip = zip;
    this.id = id;
  }

  static OfficeZip open(Path file, String id) throws IOException {
    try {
      return new OfficeZip(new ZipFile(file.toFile()), id);
    } catch (ZipException e) {
      throw new Failure.BadInput(
          id + ": is damaged or cut off (" + e.getMessage() + "); save it again", e);
    }
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
    ZipEntry entry = zip.getEntry(part);
    if (entry == null) {
      return null;
    }
    return new Xml(open(entry), id, part);
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

  /// An entry's content; reading fails where it unpacks to more than a document would.
  private InputStream open(ZipEntry entry) throws IOException {
    long most =
        Math.min(LARGEST_PART, Math.max(ALWAYS_FINE, LARGEST_RATIO * entry.getCompressedSize()));
    return new BoundedInput(
        zip.getInputStream(entry),
        most,
        _ -> {
          throw new Failure.BadInput(
              "%s: looks like a zip bomb: its part %s unpacks to more than %d MB; not read"
                  .formatted(id, entry.getName(), most >> 20));
        });
  }
}
