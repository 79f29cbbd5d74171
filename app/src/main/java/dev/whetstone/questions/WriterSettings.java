package dev.whetstone.questions;

import java.util.List;

/// How questions are written.
///
/// @param kinds that are asked for, in turn; at least one
/// @param perPassage questions that one prompt asks for, from 1 to 8; no more than there are kinds,
///   as a small model that is asked for two of a kind repeats itself
/// @param temperature of the model, from 0 to 2
/// @param parallel prompts that the model has before it at once, from 1; more than it can work on
///   wait for each other
/// @param remote whether the model is at a server that is not this machine
/// @param price of its tokens
/// @param seed of the choice of passages and of the model
public record WriterSettings(
    List<QuestionKind> kinds,
    int perPassage,
    double temperature,
    int parallel,
    boolean remote,
    WriterPrice price,
    long seed) {
  /// For a model in this process or on this machine.
  public static final WriterSettings LOCAL =
      new WriterSettings(List.of(QuestionKind.values()), 5, .7, 4, false, WriterPrice.NONE, 1);

  public WriterSettings {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty() || perPassage < 1 || perPassage > 8) {
      throw new IllegalArgumentException(perPassage + " questions a passage of kinds " + kinds);
    }
    perPassage = Math.min(perPassage, kinds.size());
    if (parallel < 1 || parallel > 256) {
      throw new IllegalArgumentException(parallel + " prompts at once");
    }
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("temperature " + temperature);
    }
  }
}
