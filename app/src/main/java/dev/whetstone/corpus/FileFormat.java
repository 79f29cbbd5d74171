package dev.whetstone.corpus;

import java.util.Locale;
import java.util.Optional;

/// The formats that are read.
public enum FileFormat {
  PDF,
  DOCX,
  PPTX,
  XLSX,
  HTML,
  MARKDOWN,
  ASCIIDOC,
  TEXT;

  /// As in [dev.whetstone.core.Document#format()].
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// By what follows the name's last dot.
  public static Optional<FileFormat> ofName(String fileName) {
    if (fileName.lastIndexOf('.') < 0) {
      return Optional.empty();
    }
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1);
    return Optional.ofNullable(
        switch (extension.toLowerCase(Locale.ROOT)) {
          case "pdf" -> PDF;
          case "docx", "docm" -> DOCX;
          case "pptx", "pptm" -> PPTX;
          case "xlsx", "xlsm" -> XLSX;
          case "html", "htm", "xhtml" -> HTML;
          case "md", "markdown", "mdown" -> MARKDOWN;
          case "adoc", "asciidoc", "asc" -> ASCIIDOC;
          case "txt", "text", "log" -> TEXT;
          default -> null;
        });
  }
}
