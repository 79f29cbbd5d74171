package dev.whetstone.pairs;

import java.util.ArrayList;
import java.util.List;

/// Pairs to train on, by what asked their questions.
///
/// @param labels from judged questions of people
/// @param written from questions that a language model wrote about a passage
/// @param documents made of the documents alone
public record TrainingPairs(List<Pair> labels, List<Pair> written, List<Pair> documents) {
  public TrainingPairs {
    labels = List.copyOf(labels);
    written = List.copyOf(written);
    documents = List.copyOf(documents);
  }

  /// All of them, labels first.
  public List<Pair> all() {
    var all = new ArrayList<Pair>(size());
    all.addAll(labels);
    all.addAll(written);
    all.addAll(documents);
    return all;
  }

  /// Those of questions, which people asked or a language model wrote.
  public List<Pair> asked() {
    var asked = new ArrayList<>(labels);
    asked.addAll(written);
    return asked;
  }

  public int size() {
    return labels.size() + written.size() + documents.size();
  }
}
