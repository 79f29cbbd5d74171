package dev.whetstone.train;

import dev.whetstone.core.Vectors;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the base thinks of a question and a passage: by its vectors, passages are found that
/// probably answer a question without a judgement ([BatchSampler]). It has a vector of each
/// question to train on and of each passage of the corpus; of a passage that lacks the words of its
/// question it has that of the whole. Immutable.
///
/// Source: Solatorio, *GISTEmbed*, 2024, where a larger model guides; here the base does, as
/// nothing else is at hand, with a margin as in *NV-Retriever* (Moreira et al., 2024).
final class Guide {
  /// Says nothing of any text.
  static final Guide NONE = new Guide(Map.of(), null);

  private final Map<String, float[]> questions;
  private final Map<String, float[]> passages = new HashMap<>();
  private final @Nullable Vectors vectors;

  private Guide(Map<String, float[]> questions, @Nullable Vectors vectors) {
    this.questions = questions;
    this.vectors = vectors;
  }

  /// @param examples whose questions are embedded, with their prompts
  /// @param encoder with the base's weights
  static Guide of(List<TrainingExample> examples, Vectors passages, CandidateEncoder encoder) {
    var texts = new LinkedHashSet<String>();
    examples.forEach(example -> texts.add(example.question()));
    List<String> order = List.copyOf(texts);
    List<float[]> vectors = encoder.questions("", order);
    var questions = new HashMap<String, float[]>();
    for (int i = 0; i < order.size(); i++) {
      questions.put(order.get(i), vectors.get(i));
    }
    return new Guide(questions, passages);
  }

  /// Of a question with its prompt: a unit vector, not to be written to; null if there is none.
  float @Nullable [] question(String text) {
    return questions.get(text);
  }

  /// Of a passage by its id; null if there is none.
  float @Nullable [] passage(String id) {
    Vectors all = vectors;
    if (all == null) {
      return null;
    }
    float[] known = passages.get(id);
    if (known == null) {
      int row = all.row(TrainingExamples.whole(id));
      if (row < 0) {
        return null;
      }
      known = all.vector(row);
      passages.put(id, known);
    }
    return known;
  }
}
