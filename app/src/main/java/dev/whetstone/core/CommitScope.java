package dev.whetstone.core;

import java.nio.file.Path;
import java.util.function.Supplier;

/// How a small write to one file of a workspace, beside the steps, is carried out: at once, or
/// where the workspace is a copy of a bucket's, on the newest state and saved there before it
/// counts.
public interface CommitScope {
  /// Nothing but the write.
  CommitScope DIRECT =
      new CommitScope() {
        @Override
        public <T> T carry(Path file, Supplier<T> write) {
          return write.get();
        }
      };

  /// @param file the only file that is written; unchanged if this throws
  /// @param write may be called again, on another state
  /// @throws Failure.Unavailable if it cannot be carried out now
  <T> T carry(Path file, Supplier<T> write);
}
