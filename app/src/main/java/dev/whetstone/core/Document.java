package dev.whetstone.core;

import java.util.List;

/// A parsed file: its extracted text, and the structure as blocks over that text in reading order.
///
/// @param id the staged file's path relative to the workspace's `raw/`, with `/`
/// @param title the document's own title, else its first heading, else its file name
/// @param format lower-case: pdf, docx, pptx, xlsx, html, markdown, asciidoc, text
/// @param language `en`, `zh`, or another ISO 639-1 code; `en` when it cannot be told
/// @param text what a citation's span counts in (UTF-16 offsets); blocks are separated by newlines
/// @param notes what of the file could not be read, for people, without the file's name
public record Document(
    String id,
    String title,
    String format,
    String language,
    String text,
    List<Block> blocks,
    List<String> notes) {
  public Document {
    blocks = List.copyOf(blocks);
    notes = List.copyOf(notes);
    for (Block block : blocks) {
      if (block.to() > text.length()) {
        throw new IllegalArgumentException(id + ": block past the end of the text: " + block);
      }
    }
  }

  /// The text of one block.
  public String text(Block block) {
    return text.substring(block.from(), block.to());
  }
}
