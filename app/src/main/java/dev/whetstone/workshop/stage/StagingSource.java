package dev.whetstone.workshop.stage;

import dev.whetstone.core.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Where documents are staged from.
public interface StagingSource extends AutoCloseable {
  /// A document that is there.
  ///
  /// @param modified ISO 8601
  /// @param sidecar the stamp of its [Sidecar]; null where it has none
  record SourceEntry(long bytes, String modified, @Nullable String sidecar) {
    SourceEntry with(@Nullable String stamp) {
      return new SourceEntry(bytes, modified, stamp);
    }
  }

  /// A document that may have to be copied.
  ///
  /// @param file where to
  /// @param known what stands at `file` already, by its SHA-256; null where nothing does
  record CopyRequest(Path file, long bytes, @Nullable String known) {}

  /// As it is written into the manifest, and named in messages.
  String name();

  /// The documents that can be read, by path.
  ///
  /// @param filter is told of all else
  /// @throws dev.whetstone.core.Failure.BadInput if nothing of the place can be read
  NavigableMap<String, SourceEntry> find(StagingFilter filter);

  /// Copies documents, each whole or not at all.
  ///
  /// @param wanted by path
  /// @param filter is told of those that cannot be read
  /// @return the SHA-256 of the others, by path
  Map<String, String> fetch(
      SequencedMap<String, CopyRequest> wanted, StagingFilter filter, Progress progress);

  /// What stands in the sidecar of a document; of a longer one than [Sidecar#LONGEST] a byte more.
  byte[] sidecar(String path) throws IOException;

  @Override
  void close();
}
