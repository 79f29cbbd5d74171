package dev.whetstone.questions;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What was written, and what it took.
///
/// @param questions all that were written, kept or not, in the order of their passages; each says
///   which checks it passed
/// @param passages that were asked about
/// @param spent by this run; cached replies cost nothing
/// @param end why writing ended
/// @param passedOver passages that are not worth asking about, by reason
public record WriterResult(
    List<WrittenQuestion> questions,
    int passages,
    Spent spent,
    End end,
    Map<PassageFault, Integer> passedOver) {
  /// @param tokensRead of prompts
  /// @param tokensWritten of replies
  /// @param replies that the model gave
  /// @param time from beginning to end
  /// @param money in the unit of [WriterPrice]
  public record Spent(
      long tokensRead, long tokensWritten, int replies, Duration time, double money) {}

  /// Why writing ended.
  public enum End {
    /// As many questions are kept as were wanted.
    COUNT,
    /// No passage worth asking about was left.
    PASSAGES,
    TIME,
    TOKENS,
    MONEY
  }

  public WriterResult {
    questions = List.copyOf(questions);
    passedOver = Map.copyOf(passedOver);
  }

  /// The questions that train and choose.
  public List<WrittenQuestion> kept() {
    return questions.stream().filter(question -> question.checks().kept()).toList();
  }

  /// The questions that may be shown for review, whether the search finds their passages or not.
  public List<WrittenQuestion> reviewable() {
    return questions.stream().filter(question -> question.checks().reviewable()).toList();
  }

  /// How many questions have each fault; one may have several.
  public Map<QuestionFault, Integer> refused() {
    var refused = new EnumMap<QuestionFault, Integer>(QuestionFault.class);
    questions.forEach(
        question ->
            question.checks().faults().forEach(fault -> refused.merge(fault, 1, Integer::sum)));
    return refused;
  }

  /// How much there is to learn: the share of the reviewable questions whose passage is *not* the
  /// first that the base's hybrid finds. Below about .2 training on such questions has little to
  /// gain. 0 where there are none.
  public double headroom() {
    List<WrittenQuestion> fair = reviewable();
    return fair.isEmpty()
        ? 0
        : (double) fair.stream().filter(question -> question.checks().hybridRank() != 1).count()
            / fair.size();
  }
}
