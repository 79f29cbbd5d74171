package dev.whetstone.encode;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import java.util.List;

/// Texts to unit vectors of one space. Safe for many threads; close it to free the native memory.
public interface Encoder extends AutoCloseable {
  SpaceId space();

  int dimension();

  /// Counts in this encoder's tokens.
  TokenCounter tokens();

  /// Embeds questions with the model's query prompt; longer ones are cut at the model's length.
  ///
  /// @return row `i` for `questions.get(i)`, each `[dimension]`, of unit length
  List<float[]> queries(List<String> questions);

  /// Embeds one question with the model's query prompt.
  default float[] query(String question) {
    return queries(List.of(question)).getFirst();
  }

  /// Lets the fastest way to embed single questions be found and used; the first time that a
  /// machine opens a model, that takes some seconds. To be called before the encoder is shared.
  ///
  /// @throws RuntimeException if the trial fails; questions are then embedded as before
  default void prepareQuestions() {}

  /// Embeds texts as passages (with the model's passage prompt), batched by length.
  ///
  /// @param ids one for each text, all different
  Vectors texts(List<String> ids, List<String> texts, Progress progress);

  /// Embeds [Passage#embedded()] of each, under its id.
  default Vectors passages(List<Passage> passages, Progress progress) {
    return texts(
        passages.stream().map(Passage::id).toList(),
        passages.stream().map(Passage::embedded).toList(),
        progress);
  }

  @Override
  void close();
}
