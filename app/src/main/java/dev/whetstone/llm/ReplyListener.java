package dev.whetstone.llm;

/// Takes a reply while it is written. Called by one thread at a time, which is not the one that
/// asked for the reply; a call returns at once.
public interface ReplyListener {
  /// Takes nothing.
  ReplyListener NONE = _ -> {};

  /// The next characters of the reply, at least one. Also after its caller has given up.
  void text(String piece);

  /// Why a caller that interrupts the reply does so: true where nobody wants it any more, which
  /// says nothing about the model; false where it took too long.
  default boolean cancelled() {
    return false;
  }
}
