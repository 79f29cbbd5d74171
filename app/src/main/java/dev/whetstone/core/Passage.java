package dev.whetstone.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
/// @param metadata what filters can name, for example `format`, `language`, `title`, [#URL] and
///   [#SOURCE]
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
  /// Of [#metadata()]: where people read the document.
  public static final String URL = "url";

  /// Of [#metadata()]: the object that the document was staged from, in a bucket.
  public static final String SOURCE = "source";

  public Passage {
    headings = List.copyOf(headings);
    metadata = Map.copyOf(metadata);
  }

  /// The same with more metadata.
  public Passage with(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    var all = new HashMap<String, String>(metadata);
    all.putAll(more);
    return new Passage(id, document, headings, text, from, to, page, tokens, all);
  }

  /// Where people read it on the web, with the page where it is of a PDF; empty where nothing says
  /// so. An adopted index may hold anything in the field, so it is looked at again here.
  public Optional<String> link() {
    return WebLink.of(metadata.get(URL))
        .map(url -> WebLink.atPage(url, metadata.getOrDefault("format", ""), page));
  }

  /// The object that it was staged from, `s3://bucket/key` or `oss://bucket/key`; empty for
  /// documents of a folder, whose place on this machine is not told.
  public Optional<String> object() {
    return Optional.ofNullable(metadata.get(SOURCE))
        .filter(source -> source.startsWith("s3://") || source.startsWith("oss://"));
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
