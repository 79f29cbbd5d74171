package dev.whetstone.corpus.office;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.poi.poifs.filesystem.DirectoryNode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/// Explains why a file in the container of Office 97 (OLE2) is not read. Office files of today use
/// this container only when they are encrypted.
public final class LegacyOffice {
  private LegacyOffice() {}

  /// Whether the container holds a message of Outlook.
  public static boolean isMessage(Path file) {
    try (var container = new POIFSFileSystem(file.toFile(), true)) {
      return container.getRoot().hasEntry("__properties_version1.0");
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  public static String refusal(Path file) {
    try (var container = new POIFSFileSystem(file.toFile(), true)) {
      DirectoryNode root = container.getRoot();
      if (root.hasEntry("EncryptedPackage")) {
        return "is encrypted; save it without a password";
      }
      if (root.hasEntry("WordDocument")) {
        return "is of Word 97-2003; save it as .docx";
      }
      if (root.hasEntry("Workbook") || root.hasEntry("Book")) {
        return "is of Excel 97-2003; save it as .xlsx";
      }
      if (root.hasEntry("PowerPoint Document")) {
        return "is of PowerPoint 97-2003; save it as .pptx";
      }
      return "is of an old Office format; save it in today's";
    } catch (IOException | RuntimeException e) {
      return "is damaged (" + e.getMessage() + "); save it again with its program";
    }
  }
}
