package dev.whetstone.core;

import java.util.List;
import java.util.Map;

/// A parsed file: its extracted text, and the structure as blocks over that text in reading order.
///
/// @param id the staged file's path relative to the workspace's `raw/`, with `/`
/// @param metadata of all its passages: always [#TITLE], [#FORMAT] and [#LANGUAGE], and what the
///   file says of itself, for example `author`
/// @param text what a citation's span counts in (UTF-16 offsets); blocks are separated by newlines
/// @param parts records or attachments with metadata of their own, in reading order
/// @param pictures the pages that are pictures, of which no text was read, ascending; 0 for a file
///   that is one picture, or of nothing but pictures
/// @param notes what of the file could not be read, for people, without the file's name
public record Document(
    String id,
    Map<String, String> metadata,
    String text,
    List<Block> blocks,
    List<Part> parts,
    List<Integer> pictures,
    List<String> notes) {
  /// Metadata: the document's own title, else its first heading, else its file name.
  public static final String TITLE = "title";

  /// Metadata: the file format in lower case, as `pdf`.
  public static final String FORMAT = "format";

  /// Metadata: `en`, `zh`, or another ISO 639-1 code; `en` when it cannot be told.
  public static final String LANGUAGE = "language";

  /// A part that stands for itself, such as a record of a table or an attachment of a message. It
  /// ends where the next one begins.
  ///
  /// @param block the position of its first block
  /// @param metadata of its passages, before the document's
  public record Part(int block, Map<String, String> metadata) {
    public Part {
      metadata = Map.copyOf(metadata);
    }
  }

  public Document {
    metadata = Map.copyOf(metadata);
    blocks = List.copyOf(blocks);
    parts = List.copyOf(parts);
    pictures = List.copyOf(pictures);
    notes = List.copyOf(notes);
    for (Block block : blocks) {
      if (block.to() > text.length()) {
        throw new IllegalArgumentException(id + ": block past the end of the text: " + block);
      }
    }
    for (String key : List.of(TITLE, FORMAT, LANGUAGE)) {
      if (!metadata.containsKey(key)) {
        throw new IllegalArgumentException(id + ": no " + key);
      }
    }
  }

  public String title() {
    return metadata.getOrDefault(TITLE, "");
  }

  public String format() {
    return metadata.getOrDefault(FORMAT, "");
  }

  public String language() {
    return metadata.getOrDefault(LANGUAGE, "");
  }

  /// The text of one block.
  public String text(Block block) {
    return text.substring(block.from(), block.to());
  }
}
