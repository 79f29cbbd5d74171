package dev.whetstone.workshop.app;

/// A held-out question, and how the app answered it with abstention switched off, so that every
/// threshold can be judged by one run.
///
/// @param id of the question
/// @param content a hash of its words and places: the same id with another one is another question
/// @param answerable whether the documents hold an answer
/// @param support the likelihood that the passages found answer it, from 0 to 1
/// @param reply what came without abstention
public record AskedQuestion(
    String id, String content, boolean answerable, double support, Reply reply) {
  /// @param given whether there was an answer: none where nothing was found or quoted, or the
  ///   language model said that the passages do not answer
  /// @param found whether a right passage is among those that an answer may be made from
  /// @param cited whether the answer cites a right passage
  /// @param right whether the answer is right: it holds the words that the log names, white space
  ///   and punctuation aside; a right passage is cited, where a language model wrote the answer or
  ///   the log names no words
  /// @param sentences of the answer, those that the citation check removed not counted
  /// @param holding of them: the passages that they cite say what they say
  public record Reply(
      boolean given, boolean found, boolean cited, boolean right, int sentences, int holding) {}

  /// Whether the app answers at this threshold.
  public boolean answeredAt(double threshold) {
    return reply.given() && support >= threshold;
  }

  /// Whether the app does the right thing at this threshold: a right answer, or, where there is
  /// none, none.
  public boolean wellServedAt(double threshold) {
    return answerable ? answeredAt(threshold) && reply.right() : !answeredAt(threshold);
  }
}
