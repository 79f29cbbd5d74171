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

  /// The same, handing over the reply while it is written. A model that cannot stream hands it over
  /// in one piece. An interrupt ends the reply, at a server as well.
  ///
  /// @param listener gets the pieces in their order; joined they are the text of the reply. Where
  ///   this fails, it may have got the beginning of one
  /// @throws Failure.Unavailable also if the reply breaks off
  default Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
    Reply reply = chat(messages, options);
    if (!reply.text().isEmpty()) {
      listener.text(reply.text());
    }
    return reply;
  }

  @Override
  void close();
}
