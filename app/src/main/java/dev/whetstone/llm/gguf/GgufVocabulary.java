package dev.whetstone.llm.gguf;

import dev.whetstone.core.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The tokens of a GGUF file and what each is. A byte-level token is written with a letter for each
/// of its bytes; a control or user-defined token stands as it does in text.
final class GgufVocabulary {
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;

  private final List<String> tokens;
  private final List<Integer> types;
  private final Map<String, Integer> ids;

  private GgufVocabulary(List<String> tokens, List<Integer> types) {
    this.tokens = tokens;
    this.types = types;
    this.ids = new HashMap<>(tokens.size() * 2);
    for (int id = 0; id < tokens.size(); id++) {
      ids.putIfAbsent(tokens.get(id), id);
    }
  }

  /// That of a file; without tokens where it has none.
  ///
  /// @throws Failure.BadInput if the tokens have types, and not one for each
  static GgufVocabulary of(GgufFile file) {
    List<String> tokens = file.texts("tokenizer.ggml.tokens");
    List<Integer> types = file.integers("tokenizer.ggml.token_type");
    if (!types.isEmpty() && types.size() != tokens.size()) {
      throw new Failure.BadInput(
          "%s has %,d tokens and %,d types of tokens"
              .formatted(file.path(), tokens.size(), types.size()));
    }
    return new GgufVocabulary(tokens, types);
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    return tokens.get(id);
  }

  /// Whether a token stands twice, so that its text does not say its id.
  boolean ambiguous() {
    return ids.size() < tokens.size();
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// Whether it is a token that is sought in text as it stands, and so always one id.
  boolean hasAdded(String token) {
    Integer id = ids.get(token);
    return id != null && (isControl(id) || isUserDefined(id));
  }

  /// Whether it steers the model, and is no text.
  boolean isControl(int id) {
    return type(id) == CONTROL;
  }

  /// Whether it is sought in text as it stands.
  boolean isUserDefined(int id) {
    return type(id) == USER_DEFINED;
  }

  /// Whether it fills a row of the weights that the model never learned.
  boolean isUnused(int id) {
    return type(id) == UNUSED;
  }

  private int type(int id) {
    return types.isEmpty() ? 1 : types.get(id);
  }

  /// The text of the token that a key names by its id; empty where there is none.
  Optional<String> named(GgufFile file, String key) {
    var id = file.integer(key);
    return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < size()
        ? Optional.of(tokens.get((int) id.getAsLong()))
        : Optional.empty();
  }
}
