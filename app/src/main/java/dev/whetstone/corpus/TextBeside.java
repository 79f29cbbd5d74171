package dev.whetstone.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Text that a text recognition or another converter made of a file and put beside it, under the
/// file's whole name and an ending of its own: `scan.pdf.md` of `scan.pdf`. It is read in the place
/// of that file, and is no document of its own.
///
/// @param file that holds the text
/// @param name for notes
/// @param older whether the file it was made of has changed since
public record TextBeside(Path file, String name, boolean older) {
  /// In the order in which they are taken where a file has several.
  public static final List<String> ENDINGS = List.of(".md", ".markdown", ".txt", ".html", ".htm");

  /// The path of the file that this path would hold the text of; empty where no text of such a file
  /// is put beside it.
  public static Optional<String> original(String path) {
    for (String ending : ENDINGS) {
      if (path.endsWith(ending)) {
        String original = path.substring(0, path.length() - ending.length());
        return FileFormat.ofName(original).filter(TextBeside::isConverted).map(_ -> original);
      }
    }
    return Optional.empty();
  }

  /// Whether the text of such files is commonly made by another program.
  private static boolean isConverted(FileFormat format) {
    return switch (format) {
      case PDF, DOCX, PPTX, XLSX, ODT, RTF, EPUB, MSG, PICTURE -> true;
      case HTML, MARKDOWN, ASCIIDOC, TEXT, CSV, TSV, JSON, JSONL, EML -> false;
    };
  }
}
