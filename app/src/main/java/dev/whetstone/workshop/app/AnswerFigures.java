package dev.whetstone.workshop.app;

import dev.whetstone.core.Share;
import java.util.List;
import java.util.function.Predicate;

/// How an app answers, at its threshold. Every share comes with its 95 % interval.
///
/// @param wellServed of all questions: answered rightly, or rightly declined
/// @param found of the answerable: a right passage is among those that an answer is made from
/// @param declined of the answerable
/// @param declinedUnanswerable of those without an answer
/// @param sentences of the answers
/// @param support the mean of those of the answerable ones
/// @param supportUnanswerable the same of the others; 0 of none
public record AnswerFigures(
    Share wellServed,
    Share found,
    Share declined,
    Share declinedUnanswerable,
    Sentences sentences,
    double support,
    double supportUnanswerable) {
  /// Of the answers.
  ///
  /// @param citationsHold of all sentences: the passages that they cite say so
  /// @param citesRight of the answerable that are answered: the answer cites a right passage
  /// @param rightSentence of the answerable that found theirs and are answered: the answer is right
  public record Sentences(Share citationsHold, Share citesRight, Share rightSentence) {}

  static AnswerFigures of(List<AskedQuestion> asked, double threshold) {
    List<AskedQuestion> answerable = asked.stream().filter(AskedQuestion::answerable).toList();
    List<AskedQuestion> others = asked.stream().filter(q -> !q.answerable()).toList();
    List<AskedQuestion> answered = asked.stream().filter(q -> q.answeredAt(threshold)).toList();
    List<AskedQuestion> both = answered.stream().filter(AskedQuestion::answerable).toList();
    List<AskedQuestion> hit = both.stream().filter(q -> q.reply().found()).toList();
    return new AnswerFigures(
        share(asked, q -> q.wellServedAt(threshold)),
        share(answerable, q -> q.reply().found()),
        share(answerable, q -> !q.answeredAt(threshold)),
        share(others, q -> !q.answeredAt(threshold)),
        new Sentences(
            new Share(
                answered.stream().mapToInt(q -> q.reply().holding()).sum(),
                answered.stream().mapToInt(q -> q.reply().sentences()).sum()),
            share(both, q -> q.reply().cited()),
            share(hit, q -> q.reply().right())),
        mean(answerable),
        mean(others));
  }

  private static Share share(List<AskedQuestion> of, Predicate<AskedQuestion> counts) {
    return new Share((int) of.stream().filter(counts).count(), of.size());
  }

  private static double mean(List<AskedQuestion> of) {
    return of.stream().mapToDouble(AskedQuestion::support).average().orElse(0);
  }
}
