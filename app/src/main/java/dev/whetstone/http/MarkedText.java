package dev.whetstone.http;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Sentence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The text of an answer as it grows, in the form that OpenAI's clients show: each sentence on a
/// line, its citations behind it as `[1]`. It knows where each mark stands. For one thread.
final class MarkedText {
  /// A mark in the text.
  ///
  /// @param from its first character, in code points
  /// @param to one past its last
  record Mark(Citation citation, int from, int to) {}

  /// What a sentence adds to the text.
  record Addition(String text, List<Mark> marks) {}

  private final Map<Integer, Citation> citations = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private final List<Mark> marks = new ArrayList<>();

  /// @param added the citations that it is the first to cite
  Addition add(Sentence sentence, List<Citation> added) {
    added.forEach(citation -> citations.put(citation.number(), citation));
    int before = text.length();
    int known = marks.size();
    text.append(text.isEmpty() ? "" : "\n").append(sentence.text()).append(' ');
    for (int number : sentence.citations()) {
      Citation citation = citations.get(number);
      if (citation != null) {
        int from = length();
        text.append('[').append(number).append(']');
        marks.add(new Mark(citation, from, length()));
      }
    }
    return new Addition(text.substring(before), List.copyOf(marks.subList(known, marks.size())));
  }

  /// The words that a reader must see behind the sentences: why there are none, or that they are
  /// not the language model's alone. Empty where there are none to see.
  String end(Answer answer) {
    int before = text.length();
    if (answer.declined()) {
      text.append(answer.note());
    } else if (answer.outcome().fellBack() && !answer.note().isEmpty()) {
      text.append("\n\n(").append(answer.note()).append(')');
    }
    return text.substring(before);
  }

  /// The text of a whole answer.
  static MarkedText of(Answer answer) {
    var text = new MarkedText();
    answer.sentences().forEach(sentence -> text.add(sentence, answer.citations()));
    text.end(answer);
    return text;
  }

  String text() {
    return text.toString();
  }

  List<Mark> marks() {
    return List.copyOf(marks);
  }

  private int length() {
    return text.codePointCount(0, text.length());
  }
}
