package dev.whetstone.answer;

import java.time.Duration;

/// How answers are made.
///
/// @param sentences most sentences of an extractive answer, from 1 to 10
/// @param chatBudget how long the language model may take before the answer is made without it
/// @param contextTokens that prompt and reply may have together: the language model's window
/// @param replyTokens most tokens of a reply
/// @param exactSupport whether [Answer#support()] is always the exact likelihood; if not, it may be
///   the bound that settled whether to answer, which takes a fraction of the time
/// @param prompts what the language model is told
/// @param rewrite whether the language model first rewrites a question that follows others
public record AnswerSettings(
    int sentences,
    Duration chatBudget,
    int contextTokens,
    int replyTokens,
    boolean exactSupport,
    Prompts prompts,
    boolean rewrite) {
  /// The window where nothing else is said: what local servers give a model by default.
  public static final int CONTEXT_TOKENS = 4096;

  public static final AnswerSettings DEFAULT =
      new AnswerSettings(
          5, Duration.ofSeconds(20), CONTEXT_TOKENS, 400, true, Prompts.STANDARD, false);

  public AnswerSettings {
    if (sentences < 1 || sentences > 10 || chatBudget.isNegative() || chatBudget.isZero()) {
      throw new IllegalArgumentException(sentences + " sentences, budget " + chatBudget);
    }
    if (replyTokens < 16 || contextTokens < replyTokens) {
      throw new IllegalArgumentException(
          replyTokens + " reply tokens of a window of " + contextTokens);
    }
  }

  public AnswerSettings withChatBudget(Duration budget) {
    return new AnswerSettings(
        sentences, budget, contextTokens, replyTokens, exactSupport, prompts, rewrite);
  }

  /// The same for a language model with another window; a reply has at most a quarter of it.
  public AnswerSettings withContext(int tokens) {
    return new AnswerSettings(
        sentences,
        chatBudget,
        tokens,
        Math.min(replyTokens, Math.max(16, tokens / 4)),
        exactSupport,
        prompts,
        rewrite);
  }

  public AnswerSettings withPrompts(Prompts others) {
    return new AnswerSettings(
        sentences, chatBudget, contextTokens, replyTokens, exactSupport, others, rewrite);
  }

  public AnswerSettings withRewrite(boolean wanted) {
    return new AnswerSettings(
        sentences, chatBudget, contextTokens, replyTokens, exactSupport, prompts, wanted);
  }

  /// The same, computing no more of the support than the decision takes.
  public AnswerSettings withBoundedSupport() {
    return new AnswerSettings(
        sentences, chatBudget, contextTokens, replyTokens, false, prompts, rewrite);
  }
}
