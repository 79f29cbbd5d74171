package dev.whetstone.corpus;

import java.util.Locale;
import java.util.Optional;

/// A file format that is read.
public enum FileFormat {
  PDF,
  DOCX,
  PPTX,
  XLSX,
  HTML,
  MARKDOWN,
  ASCIIDOC,
  TEXT,
  CSV,
  TSV,
  JSON,
  JSONL,
  EML,
  MSG,
  ODT,
  RTF,
  EPUB,
  PICTURE;

  /// The name that a document bears, as in [dev.whetstone.core.Document#format()].
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The format that the name's extension stands for; empty for none or an unknown one.
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
          case "csv" -> CSV;
          case "tsv", "tab" -> TSV;
          case "json" -> JSON;
          case "jsonl", "ndjson" -> JSONL;
          case "eml" -> EML;
          case "msg" -> MSG;
          case "odt", "ott" -> ODT;
          case "rtf" -> RTF;
          case "epub" -> EPUB;
          case "png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp" -> PICTURE;
          default -> null;
        });
  }
}
