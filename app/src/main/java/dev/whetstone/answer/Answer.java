package dev.whetstone.answer;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// What is answered to a question.
///
/// @param sentences in reading order; empty when declined
/// @param declined whether the documents were found not to answer the question
/// @param mode [#EXTRACTIVE], or the language model's name
/// @param note what the reader must know about this answer, as a sentence in the question's
///   language: that it is extractive, why it was declined, that the language model was down; empty
///   when there is nothing to say
/// @param citations by number, from 1; each is cited by a sentence
/// @param support the likelihood that the passages answer the question, from 0 to 1
/// @param usage tokens of the language model; zero when none was asked
public record Answer(
    List<Sentence> sentences,
    boolean declined,
    String mode,
    String note,
    List<Citation> citations,
    double support,
    Usage usage,
    Timings timings) {
  /// The mode of answers that are quoted from the passages.
  public static final String EXTRACTIVE = "extractive";

  /// Tokens read and written by the language model.
  public record Usage(int inputTokens, int outputTokens) {
    public static final Usage NONE = new Usage(0, 0);
  }

  /// Milliseconds.
  ///
  /// @param select choosing sentences and judging support
  /// @param chat waiting for the language model
  public record Timings(long select, long chat) {}

  public Answer {
    sentences = List.copyOf(sentences);
    citations = List.copyOf(citations);
    if (declined != sentences.isEmpty()) {
      throw new IllegalArgumentException("an answer has sentences, a declined one has none");
    }
    var cited = new HashSet<Integer>();
    sentences.forEach(sentence -> cited.addAll(sentence.citations()));
    if (!cited.equals(citations.stream().map(Citation::number).collect(Collectors.toSet()))) {
      throw new IllegalArgumentException("cited " + cited + " of " + citations);
    }
  }

  /// The sentences as one text, each followed by its citations as `[1]`; the note when declined.
  public String text() {
    if (declined) {
      return note;
    }
    return sentences.stream()
        .map(
            sentence ->
                sentence.text()
                    + " "
                    + sentence.citations().stream()
                        .map(number -> "[" + number + "]")
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }
}
