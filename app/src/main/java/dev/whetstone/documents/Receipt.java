package dev.whetstone.documents;

/// What became of a document that was sent, or was to be removed.
public sealed interface Receipt {
  /// It is kept.
  ///
  /// @param created false where it replaces one of before
  record Kept(DocumentState document, boolean created) implements Receipt {}

  /// It is no longer kept; it is found no more some seconds later.
  record Removed(String name) implements Receipt {}

  /// There is no such document.
  record Unknown(String name) implements Receipt {}

  /// Nothing was changed.
  ///
  /// @param message what is wrong, and what to do
  record Refused(Reason reason, String message) implements Receipt {}

  /// Why nothing was changed.
  enum Reason {
    /// The name cannot be a document's.
    NAME,
    /// The name's extension stands for no format that is read.
    TYPE,
    /// It is too large, or empty.
    SIZE,
    /// Another document is in its way, or it was not sent but staged.
    CONFLICT
  }
}
