package dev.whetstone.corpus;

import java.util.List;

/// Which content of a file is read, and how much one document may hold. A document that exceeds a
/// limit is refused as soon as it does, so that no file fills the memory of the parser or the
/// program.
///
/// @param hidden whether hidden content is read: worksheets, rows, columns, slides, elements and
///   text that the application does not show. Otherwise it is left out and counted in a note
/// @param maxCharacters of the extracted text, at most 20 million (what a JSON reader takes as one
///   string)
/// @param maxBlocks headings, paragraphs, list items, code blocks and table rows of one document
/// @param titleCharacters a longer title is cut, with a note, since every passage carries it
public record ParseOptions(boolean hidden, int maxCharacters, int maxBlocks, int titleCharacters) {
  static final int MOST_CHARACTERS = 20_000_000;

  /// Hidden content left out; twenty million characters, half a million blocks, titles of 300.
  public static final ParseOptions DEFAULT = new ParseOptions(false, MOST_CHARACTERS, 500_000, 300);

  public ParseOptions {
    if (maxCharacters < 1 || maxCharacters > MOST_CHARACTERS) {
      throw new IllegalArgumentException("characters of a document: " + maxCharacters);
    }
    if (maxBlocks < 1 || titleCharacters < 1) {
      throw new IllegalArgumentException("limits too small");
    }
  }

  /// For the command line of the parsing process; read by [#of].
  public List<String> arguments() {
    return List.of(
        Boolean.toString(hidden),
        Integer.toString(maxCharacters),
        Integer.toString(maxBlocks),
        Integer.toString(titleCharacters));
  }

  public static ParseOptions of(List<String> arguments) {
    return new ParseOptions(
        Boolean.parseBoolean(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)));
  }
}
