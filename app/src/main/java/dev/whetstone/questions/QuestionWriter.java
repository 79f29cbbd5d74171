package dev.whetstone.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.llm.ChatModel;

/// Writes questions about passages with a language model.
public final class QuestionWriter {
  private final ChatModel model;
  private final PassageFinder finder;
  private final ReplyCache cache;
  private final WriterSettings settings;

  /// @param model used by several threads at once; not closed here
  /// @param finder searches all passages with the base model
  public QuestionWriter(
      ChatModel model, PassageFinder finder, ReplyCache cache, WriterSettings settings) {
    this.model = model;
    this.finder = finder;
    this.cache = cache;
    this.settings = settings;
  }

  /// What writing will take, without asking the model.
  public WriterEstimate estimate(WriterInputs inputs, WriterLimits limits) {
    throw new UnsupportedOperationException(model.name() + finder + cache + settings);
  }

  /// Writes until a limit is reached.
  ///
  /// @throws Failure.Refused if the model is at a server and neither tokens nor money are limited
  /// @throws Failure.Unavailable if the model does not answer
  public WriterResult write(WriterInputs inputs, WriterLimits limits, Progress progress) {
    throw new UnsupportedOperationException(model.name() + finder + cache + settings);
  }
}
