package dev.whetstone.llm;

import dev.whetstone.core.Failure;
import java.util.List;

/// A language model that continues a conversation. Safe for many threads; those that cannot work at
/// once wait for each other.
public interface ChatModel extends AutoCloseable {
  /// The model's name as answers show it.
  String name();

  /// Answers the last message.
  ///
  /// @param messages oldest first; not empty
  /// @throws Failure.Unavailable if the model does not answer in time, is busy or is down
  /// @throws Failure.Refused if the server rejects the API key
  /// @throws Failure.BadInput if the messages do not fit the model's context, or the server rejects
  ///   the request
  Reply chat(List<Message> messages, ChatOptions options);

  @Override
  void close();
}
