package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;

/// Counts the comments of reviewers. They are not part of a document's text and are not read.
final class OfficeComments {
  private OfficeComments() {}

  /// How many comments the parts hold that `part` points at.
  static int count(OfficeZip zip, String part) throws IOException {
    int count = 0;
    for (OfficeZip.Relation relation : zip.relations(part).values()) {
      if (relation.type().equals("comments")) {
        try (Xml xml = zip.xml(relation.part())) {
          count += xml == null ? 0 : count(xml);
        } catch (Failure.BadInput _) {
          count++; // damaged; the text does not need it
        }
      }
    }
    return count;
  }

  private static int count(Xml xml) {
    int count = 0;
    int root = xml.root();
    while (xml.child(root)) {
      switch (xml.name()) {
        case "comment", "cm" -> count++;
        case "commentList" -> {
          int list = xml.depth();
          while (xml.child(list)) {
            count++;
          }
        }
        default -> {}
      }
    }
    return count;
  }

  /// Notes them, if there are any.
  static void note(int count, DocumentBuilder into) {
    if (count > 0) {
      into.note(ParseNotes.counted(count, "comment") + " not read");
    }
  }
}
