package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The sentences of an answer as they are settled, one after the other; each reaches the listener
/// at once. Passages are numbered in the order in which they are cited. For one thread.
final class CitedSentences {
  private final List<Retrieved> shown;
  private final AnswerListener listener;
  private final Map<Integer, Citation> citations = new LinkedHashMap<>(); // by position in shown
  private final List<Sentence> sentences = new ArrayList<>();

  /// @param shown the hits that may be cited
  CitedSentences(List<Retrieved> shown, AnswerListener listener) {
    this.shown = shown;
    this.listener = listener;
  }

  void add(CitedReply.Cited sentence) {
    var numbers = new ArrayList<Integer>();
    var added = new ArrayList<Citation>();
    for (int hit : sentence.hits()) {
      Citation citation = citations.get(hit);
      if (citation == null) {
        citation = Citation.of(citations.size() + 1, shown.get(hit).passage());
        citations.put(hit, citation);
        added.add(citation);
      }
      numbers.add(citation.number());
    }
    var settled = new Sentence(QuotedText.sentence(sentence.text()), numbers);
    sentences.add(settled);
    listener.sentence(settled, List.copyOf(added));
  }

  int size() {
    return sentences.size();
  }

  /// The sentences so far.
  List<String> texts() {
    return sentences.stream().map(Sentence::text).toList();
  }

  Answer answer(
      Answer.Outcome outcome,
      String mode,
      String note,
      double support,
      Answer.Usage usage,
      Answer.Timings timings) {
    return new Answer(
        sentences, outcome, mode, note, List.copyOf(citations.values()), support, usage, timings);
  }
}
