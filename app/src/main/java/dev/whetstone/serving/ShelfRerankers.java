package dev.whetstone.serving;

import dev.whetstone.core.Failure;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The rerankers that stand in a workspace.
final class ShelfRerankers implements RerankerSource {
  private final RerankerShelf shelf;

  ShelfRerankers(Workspace workspace) {
    this.shelf = new RerankerShelf(workspace);
  }

  @Override
  public PairScorer open(Version version) {
    return shelf.open(version.name(), version.version());
  }

  @Override
  public Optional<Serving> serving() {
    return shelf.serving().map(one -> serving(new Version(one.name(), one.version())));
  }

  private Serving serving(Version version) {
    Path folder = shelf.folder(version.name(), version.version());
    try {
      Instant written = Files.getLastModifiedTime(folder).toInstant();
      return new Serving(version, written.truncatedTo(ChronoUnit.SECONDS));
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }
}
