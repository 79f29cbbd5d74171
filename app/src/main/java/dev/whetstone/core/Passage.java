package dev.whetstone.core;

import java.util.List;
import java.util.Map;

/// What is embedded, indexed, found and cited: a run of blocks of one section of one document.
///
/// @param id stable while document, headings and text are: a hash of them (a collection in BEIR
///   layout brings its own)
/// @param document the [Document#id()] it comes from
/// @param headings from the document's title down to the section, outermost first; may be empty
/// @param text what a reader sees; a part of a table begins with the table's header row
/// @param from first character in the document's stored text
/// @param to one past the last character
/// @param page from 1; 0 where the format has no pages
/// @param tokens of [#embedded()], special tokens not counted
/// @param metadata what filters can name, for example `format`, `language`, `title`
public record Passage(
    String id,
    String document,
    List<String> headings,
    String text,
    int from,
    int to,
    int page,
    int tokens,
    Map<String, String> metadata) {
  public Passage {
    headings = List.copyOf(headings);
    metadata = Map.copyOf(metadata);
  }

  /// What the model and BM25 read: the heading path as a sentence, then the text.
  public String embedded() {
    String path = String.join(" > ", headings).strip();
    if (path.isEmpty()) {
      return text;
    }
    return ".?!。？！".indexOf(path.charAt(path.length() - 1)) >= 0
        ? path + " " + text
        : path + ". " + text;
  }
}
