package dev.whetstone.documents;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A document, and how far it is on its way into the index.
///
/// @param name its path, with `/`; the document's id in every answer
/// @param uploaded whether it was sent; others were staged from a folder or bucket
/// @param passages that it makes; 0 until it is prepared
/// @param reason why it failed; null where it did not
/// @param notes what of it could not be read
public record DocumentState(
    String name,
    Status status,
    boolean uploaded,
    Content content,
    int passages,
    @Nullable String reason,
    List<String> notes) {
  /// @param bytes of the file
  /// @param sha256 of the file, in hexadecimal
  /// @param modified ISO 8601: when it was sent, or the time of the file that was staged
  /// @param url where people read it, as its sender said; null where none did
  public record Content(long bytes, String sha256, String modified, @Nullable String url) {}

  /// In the order of the way.
  public enum Status {
    /// It is kept, and waits to be read.
    STAGED,
    /// It is read and split into passages, which are not in the index yet.
    PREPARED,
    /// Its passages are found.
    SEARCHABLE,
    /// It cannot be read; the reason says why.
    FAILED
  }

  public DocumentState {
    notes = List.copyOf(notes);
  }
}
