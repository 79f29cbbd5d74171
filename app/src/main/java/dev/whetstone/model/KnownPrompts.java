package dev.whetstone.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The prompts of families whose files do not state them, as their cards say. Without its prompt
/// such a model ranks clearly worse.
final class KnownPrompts {
  private record Family(Pattern id, Prompts prompts) {
    Family(String id, String query, String passage) {
      this(Pattern.compile(id, Pattern.CASE_INSENSITIVE), new Prompts(query, passage));
    }
  }

  private static final String SEARCH = "Represent this sentence for searching relevant passages: ";

  private static final List<Family> ALL =
      List.of(
          new Family("(.*/)?bge-(small|base|large)-en(-v1\\.5)?", SEARCH, ""),
          new Family("(.*/)?bge-(small|base|large)-zh(-v1\\.5)?", "为这个句子生成表示以用于检索相关文章：", ""),
          new Family("(.*/)?(multilingual-)?e5-(small|base|large)(-v2)?", "query: ", "passage: "),
          new Family("(.*/)?snowflake-arctic-embed-[ml]-v2\\.0", "query: ", ""),
          new Family("(.*/)?snowflake-arctic-embed-(xs|s|m|l|m-long|m-v1\\.5)", SEARCH, ""),
          new Family("(.*/)?mxbai-embed-(large|xsmall)-v1", SEARCH, ""),
          new Family("(.*/)?modernbert-embed-(base|large)", "search_query: ", "search_document: "));

  private KnownPrompts() {}

  /// @param id `ORG/NAME`, the name alone, or the path of a folder with that name or in Hugging
  ///   Face's own cache: `models--ORG--NAME/snapshots/REVISION`
  static Optional<Prompts> of(String id) {
    String name = id.replaceFirst("/snapshots/[^/]+$", "").replace("--", "/");
    return ALL.stream()
        .filter(family -> family.id().matcher(name).matches())
        .findFirst()
        .map(Family::prompts);
  }
}
