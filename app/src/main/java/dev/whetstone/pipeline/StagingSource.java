package dev.whetstone.pipeline;

import dev.whetstone.core.Progress;
import dev.whetstone.corpus.Parsers;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Where documents are staged from.
interface StagingSource extends AutoCloseable {
  int LONGEST_NAME = 200;

  /// A document that is there.
  ///
  /// @param modified ISO 8601
  record Found(long bytes, String modified) {}

  /// A document that may have to be copied.
  ///
  /// @param file where to
  /// @param known what stands at `file` already, by its SHA-256; null where nothing does
  record Wanted(Path file, long bytes, @Nullable String known) {}

  /// As it is written into the manifest, and named in messages.
  String name();

  /// The documents that can be read, by path.
  ///
  /// @param passedOver gets the number of the other files, by extension
  NavigableMap<String, Found> find(Map<String, Integer> passedOver);

  /// Copies documents, each whole or not at all.
  ///
  /// @param wanted by path
  /// @return their SHA-256, by path
  Map<String, String> fetch(SequencedMap<String, Wanted> wanted, Progress progress);

  @Override
  void close();

  /// Whether a name can be staged; counts it if not.
  static boolean takes(String name, Map<String, Integer> passedOver) {
    if (Parsers.supports(name) && name.length() <= LONGEST_NAME) {
      return true;
    }
    int dot = name.lastIndexOf('.');
    passedOver.merge(dot < 0 ? "no extension" : name.substring(dot), 1, Integer::sum);
    return false;
  }
}
