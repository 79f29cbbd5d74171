package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentTitles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads OpenDocument texts (`.odt`, ISO/IEC 26300) into blocks, by way of [WordBlocks]. Deleted
/// text that the file still holds as tracked changes is not read; headers, footers and tables of
/// contents neither.
public final class OdtReader {
  private OdtReader() {}

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      refuseEncrypted(zip, id);
      var styles = new OdtStyles();
      try (Xml xml = zip.xml("styles.xml")) {
        if (xml != null) {
          xml.root();
          styles.read(xml);
        }
      }
      var omissions = new DocxOmissions();
      var body = new OdtBody(styles, into.readsHidden(), omissions);
      List<DocxElement> pieces = new ArrayList<>();
      try (Xml xml = zip.need("content.xml")) {
        int root = xml.root();
        while (xml.child(root)) {
          switch (xml.name()) {
            case "automatic-styles" -> styles.readStyles(xml);
            case "body" -> body(xml, id, body, pieces);
            default -> {}
          }
        }
      }
      @Nullable String title = title(zip);
      into.title(title == null ? WordBlocks.title(pieces) : title);
      new WordBlocks(into, _ -> {}).add(pieces);
      omissions.note(into);
      OfficeComments.note(body.comments(), into);
    }
  }

  private static void body(Xml xml, String id, OdtBody body, List<DocxElement> pieces) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (!xml.name().equals("text")) {
        throw new Failure.BadInput(
            "%s: is no text but a %s; save it in Office's format".formatted(id, xml.name()));
      }
      body.blocks(xml, pieces);
    }
  }

  private static void refuseEncrypted(OfficeZip zip, String id) throws IOException {
    try (Xml xml = zip.xml("META-INF/manifest.xml")) {
      if (xml == null) {
        return;
      }
      int root = xml.root();
      while (xml.child(root)) {
        int entry = xml.depth();
        while (xml.child(entry)) {
          if (xml.name().equals("encryption-data")) {
            throw new Failure.BadInput(id + ": is encrypted; save it without a password");
          }
        }
      }
    }
  }

  private static @Nullable String title(OfficeZip zip) throws IOException {
    try (Xml xml = zip.xml("meta.xml")) {
      if (xml == null) {
        return null;
      }
      int root = xml.root();
      while (xml.child(root)) {
        int meta = xml.depth();
        while (xml.child(meta)) {
          if (xml.name().equals("title")) {
            return DocumentTitles.meaningful(xml.text());
          }
        }
      }
    }
    return null;
  }
}
