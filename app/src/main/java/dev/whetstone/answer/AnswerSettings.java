package dev.whetstone.answer;

import java.time.Duration;

/// How answers are made.
///
/// @param sentences most sentences of an extractive answer, from 1 to 10
/// @param chatBudget how long the language model may take before the answer is made without it
/// @param promptCharacters most characters of passages in a prompt
/// @param replyTokens most tokens of a reply
/// @param exactSupport whether [Answer#support()] is always the exact likelihood; if not, it may be
///   the bound that settled whether to answer, which takes a fraction of the time
public record AnswerSettings(
    int sentences,
    Duration chatBudget,
    int promptCharacters,
    int replyTokens,
    boolean exactSupport) {
  public static final AnswerSettings DEFAULT =
      new AnswerSettings(5, Duration.ofSeconds(20), 12_000, 400, true);

  public AnswerSettings withChatBudget(Duration budget) {
    return new AnswerSettings(sentences, budget, promptCharacters, replyTokens, exactSupport);
  }

  /// The same, computing no more of the support than the decision takes.
  public AnswerSettings withBoundedSupport() {
    return new AnswerSettings(sentences, chatBudget, promptCharacters, replyTokens, false);
  }

  public AnswerSettings {
    if (sentences < 1 || sentences > 10 || chatBudget.isNegative() || chatBudget.isZero()) {
      throw new IllegalArgumentException(sentences + " sentences, budget " + chatBudget);
    }
    if (promptCharacters < 500 || replyTokens < 16) {
      throw new IllegalArgumentException(
          promptCharacters + " prompt characters, " + replyTokens + " reply tokens");
    }
  }
}
