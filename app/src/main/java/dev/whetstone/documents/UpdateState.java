package dev.whetstone.documents;

import org.jspecify.annotations.Nullable;

/// How far the index follows the documents.
///
/// @param reason why it waits; null where it does not
public record UpdateState(Stage stage, @Nullable String reason) {
  public static final UpdateState IDLE = new UpdateState(Stage.IDLE, null);
  public static final UpdateState WORKING = new UpdateState(Stage.WORKING, null);

  /// Whether anything is to be done.
  public enum Stage {
    /// The index holds the documents, or a larger run is to bring it there.
    IDLE,
    /// Documents are read and indexed at this moment.
    WORKING,
    /// Documents wait; it is tried again.
    WAITING
  }

  public static UpdateState waiting(String reason) {
    return new UpdateState(Stage.WAITING, reason);
  }
}
