package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.model.AddedModels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The reranker that `--from` names, as `rerank.base` does in the settings: an added one by its
/// name or source, or else a folder, as seen from the current one.
final class NamedReranker {
  private NamedReranker() {}

  /// @param cache where added models are kept
  /// @throws Failure.BadInput if it is neither, or an added encoder
  /// @throws Failure.CorruptArtifact if an added one's files are not those that were added
  static Path folder(String name, Path cache) {
    return new AddedModels(cache).reranker(name).orElseGet(() -> existing(name));
  }

  private static Path existing(String name) {
    try {
      Path folder = Path.of(name);
      if (!name.isBlank() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException _) {
      // told below, as a folder that is not there
    }
    throw new Failure.BadInput(
        "--from %s: no reranker was added under this name, nor is there such a folder"
            .formatted(name),
        new Remedy.AddModel(name));
  }
}
