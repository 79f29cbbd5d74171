package dev.whetstone.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed file: its extracted text, and the structure as blocks over that text in reading order.
///
/// @param id the staged file's path relative to the workspace's `raw/`, with `/`
/// @param text what a citation's span counts in (UTF-16 offsets); blocks are separated by newlines
/// @param notes what of the file could not be read, for people, without the file's name
public record Document(
    String id, About about, String text, List<Block> blocks, List<String> notes) {
  /// What is known of a document beside its text.
  ///
  /// @param title the document's own title, else its first heading, else its file name
  /// @param format lower-case: pdf, docx, pptx, xlsx, html, markdown, asciidoc, text
  /// @param language `en`, `zh`, or another ISO 639-1 code; `en` when it cannot be told
  /// @param url where the document itself says that people read it, as [WebLink#of] gives it; null
  ///   where it does not
  public record About(String title, String format, String language, @Nullable String url) {}

  public Document {
    blocks = List.copyOf(blocks);
    notes = List.copyOf(notes);
    for (Block block : blocks) {
      if (block.to() > text.length()) {
        throw new IllegalArgumentException(id + ": block past the end of the text: " + block);
      }
    }
  }

  public String title() {
    return about.title();
  }

  /// Lower-case, as in [About].
  public String format() {
    return about.format();
  }

  /// ISO 639-1, as in [About].
  public String language() {
    return about.language();
  }

  /// The text of one block.
  public String text(Block block) {
    return text.substring(block.from(), block.to());
  }
}
