package dev.whetstone.questions;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/// Why a written question is refused: what one of the checks found.
public enum QuestionFault {
  /// Too short or too long, or no question at all.
  FORM("form", false),
  /// It is not in the language of its passage.
  LANGUAGE("language", false),
  /// It speaks of "this document", "the author" or "Section 3.2", or of somebody or something that
  /// only a reader of the passage knows: a person who has not read the passage cannot ask it.
  POINTS_AT_TEXT("points-at-text", false),
  /// Its words, or a long run of them, stand in the passage: matching words would find it.
  COPIED("copied", false),
  /// It asks about things of which the passage does not speak.
  NOT_ANSWERED("not-answered", false),
  /// Its words are so common that it could be asked of many passages.
  GENERIC("generic", false),
  /// Another question, or an example, is the same or nearly so.
  REPEATED("repeated", false),
  /// Neither words nor vectors find its passage among the first.
  NOT_FOUND("not-found", true);

  private final String key;
  private final boolean bySearch;

  QuestionFault(String key, boolean bySearch) {
    this.key = key;
    this.bySearch = bySearch;
  }

  /// Its name in files and reports: `not-found`.
  @JsonValue
  public String key() {
    return key;
  }

  /// Whether the base model's search told it. Questions for a proof are drawn without regard to
  /// such faults: left out, they would favour what the base finds already.
  public boolean bySearch() {
    return bySearch;
  }

  @JsonCreator
  static QuestionFault of(String key) {
    return Arrays.stream(values())
        .filter(fault -> fault.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + key + "' is no fault of a question"));
  }
}
