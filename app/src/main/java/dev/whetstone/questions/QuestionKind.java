package dev.whetstone.questions;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What a person is after with a question. Prompts ask for several kinds, because a model that is
/// left to itself writes one: the definition of the passage's subject.
public enum QuestionKind {
  /// Asks for one fact: a number, a name, a condition, a reason.
  FACT("fact"),
  /// Asks how to do or to decide something.
  HOW_TO("how-to"),
  /// Describes a situation or a trouble, in the words of the person who is in it.
  SYMPTOM("symptom"),
  /// A few words, as people type them into a search box; no sentence.
  KEYWORDS("keywords"),
  /// Asks in everyday words what the passage says in those of its trade.
  PLAIN("plain");

  private final String key;

  QuestionKind(String key) {
    this.key = key;
  }

  /// Its name in files and settings: `how-to`.
  @JsonValue
  public String key() {
    return key;
  }

  /// The kind of this key.
  ///
  /// @throws IllegalArgumentException naming the kinds, if there is none
  @JsonCreator
  public static QuestionKind of(String key) {
    return Arrays.stream(values())
        .filter(kind -> kind.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + key
                        + "' is no kind of question: "
                        + Arrays.stream(values())
                            .map(QuestionKind::key)
                            .collect(Collectors.joining(", "))));
  }
}
