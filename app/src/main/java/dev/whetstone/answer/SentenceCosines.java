package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The cosines of a question with the sentences of a passage: from vectors that were made when the
/// index was built, or, for a passage without such, by embedding the sentences that are asked for.
/// Safe for many threads.
final class SentenceCosines {
  private final Optional<SentenceRows> rows;
  private final ExcerptVectors vectors;

  SentenceCosines(Optional<SentenceRows> rows, ExcerptVectors vectors) {
    this.rows = rows;
    this.vectors = vectors;
  }

  /// @param sentences positions in [PassageSentences#of]
  /// @return the cosine of each, in the order of `sentences`
  double[] of(float[] question, Passage passage, int[] sentences) {
    var cosines = new double[sentences.length];
    if (sentences.length == 0) {
      return cosines;
    }
    List<String> all = PassageSentences.of(passage);
    double[] known =
        rows.map(made -> made.cosines(question, passage.id())).orElse(SentenceRows.ABSENT);
    if (known.length == all.size()) { // else they are of another splitter
      for (int i = 0; i < sentences.length; i++) {
        cosines[i] = known[sentences[i]];
      }
      return cosines;
    }
    var texts = new ArrayList<String>(sentences.length);
    for (int sentence : sentences) {
      texts.add(all.get(sentence));
    }
    List<float[]> embedded = vectors.of(texts);
    for (int i = 0; i < sentences.length; i++) {
      cosines[i] = ExcerptVectors.dot(question, embedded.get(i));
    }
    return cosines;
  }
}
