package dev.whetstone.answer;

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

  /// @param sentences positions among the passage's excerpts
  /// @return the cosine of each, in the order of `sentences`
  double[] of(float[] question, PassageReading reading, int[] sentences) {
    var cosines = new double[sentences.length];
    if (sentences.length == 0) {
      return cosines;
    }
    double[] known =
        rows.map(made -> made.cosines(question, reading.passage().id()))
            .orElse(SentenceRows.ABSENT);
    if (known.length == reading.excerpts().size()) { // else they are of another splitter
      for (int i = 0; i < sentences.length; i++) {
        cosines[i] = known[sentences[i]];
      }
      return cosines;
    }
    var texts = new ArrayList<String>(sentences.length);
    for (int sentence : sentences) {
      String excerpt = reading.excerpts().get(sentence).text();
      texts.add(PassageSentences.embedded(reading.passage(), excerpt));
    }
    List<float[]> embedded = vectors.of(texts);
    for (int i = 0; i < sentences.length; i++) {
      cosines[i] = ExcerptVectors.dot(question, embedded.get(i));
    }
    return cosines;
  }
}
