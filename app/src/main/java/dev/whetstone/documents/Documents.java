package dev.whetstone.documents;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The documents of a workspace, for callers who send some of them. Safe for many threads.
///
/// What is sent is kept whole or not at all, and once it is acknowledged it survives the end of the
/// process, however it ends. It is found some seconds later: [DocumentState] tells how far it is.
/// Failures are those of [dev.whetstone.core.Failure].
public interface Documents {
  /// Writes a document's content.
  @FunctionalInterface
  interface Content {
    /// @throws IOException if `out` refuses; what a sender is at fault for is thrown unchecked
    void to(OutputStream out) throws IOException;
  }

  /// A part of the documents, by name.
  ///
  /// @param after the name that it begins behind; null for the beginning
  /// @param limit from 1 to 1000
  /// @param status that they have; null for any
  DocumentPage list(@Nullable String after, int limit, DocumentState.@Nullable Status status);

  /// A document by its name; empty where there is none.
  Optional<DocumentState> find(String name);

  /// How far the index follows them.
  UpdateState updates();

  /// The longest content that is taken, in bytes.
  long largest();

  /// Takes a document, in place of one that was sent under this name before.
  ///
  /// @param url where people read it; null where that is not known. It replaces that of before
  /// @param content asked for once, unless the name cannot be used
  Receipt put(String name, @Nullable String url, Content content);

  /// Removes a document that was sent.
  Receipt remove(String name);
}
