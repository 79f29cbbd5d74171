package dev.whetstone.questions;

import dev.whetstone.core.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When writing ends. The first limit that is reached ends it; what is written by then stays. Time
/// is that of a run; tokens and money are those of all runs whose replies are kept.
///
/// @param count of questions to keep, from 1
/// @param time that may pass
/// @param tokens read and written together; null for no limit
/// @param money in the unit of [WriterPrice]; null for no limit
public record WriterLimits(
    int count, Duration time, @Nullable Long tokens, @Nullable Double money) {
  public WriterLimits {
    if (count < 1 || !time.isPositive()) {
      throw new IllegalArgumentException(count + " questions in " + time);
    }
    if ((tokens != null && tokens < 1) || (money != null && !(money > 0))) {
      throw new IllegalArgumentException("limits of " + tokens + " tokens, money " + money);
    }
  }

  /// @throws Failure.Refused if passages would be sent to a server without a limit
  /// @throws Failure.BadInput if money is limited and no price is known
  void check(boolean remote, WriterPrice price) {
    if (money != null && price.isNone()) {
      throw new Failure.BadInput(
          "a limit of money needs the price of the model's tokens: set the price of a million"
              + " tokens read and of a million written, or limit the tokens instead");
    }
    if (remote && tokens == null && money == null) {
      throw new Failure.Refused(
          "a model at a server writes questions only within a limit: set how many tokens or how"
              + " much money it may cost");
    }
  }
}
