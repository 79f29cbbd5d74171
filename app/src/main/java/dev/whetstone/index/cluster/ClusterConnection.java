package dev.whetstone.index.cluster;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests to the hosts of one cluster. Every connection keeps what [ClusterSettings] say: TLS
/// with the certificates that are trusted, credentials in each request, limits of time. It reads
/// replies up to 100 MB, follows no redirect and calls no refused address. Safe for many threads.
public interface ClusterConnection extends AutoCloseable {
  /// The hosts as messages name them.
  String where();

  /// Sends one request to one of the hosts; to the next when that one does not answer.
  ///
  /// @param path from the root of the cluster, its parts already encoded
  /// @return the answer, whatever its status
  /// @throws InterruptedIOException if the thread is interrupted; it stays so
  /// @throws IOException if no host answers
  ClusterReply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException;

  @Override
  void close();
}
