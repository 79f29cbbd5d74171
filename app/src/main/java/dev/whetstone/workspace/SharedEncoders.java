package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// The encoders in use, one a space however many indexes hold it, each closed when the last who
/// took it lets go. Safe for many threads.
public final class SharedEncoders {
  private final Workspace workspace;
  private final ModelShelf shelf; // guarded by itself
  private final ConcurrentHashMap<SpaceId, Held> open = new ConcurrentHashMap<>();

  private record Held(Encoder encoder, int users) {}

  public SharedEncoders(Workspace workspace) {
    this.workspace = workspace;
    this.shelf = new ModelShelf(workspace);
  }

  /// An encoder, held until this is closed.
  public final class Lease implements AutoCloseable {
    private final Encoder encoder;
    private boolean closed; // guarded by this

    private Lease(Encoder encoder) {
      this.encoder = encoder;
    }

    public Encoder encoder() {
      return encoder;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        letGo(encoder.space());
      }
    }
  }

  /// The encoder of that space.
  ///
  /// @throws Failure.Refused if no model here makes such vectors
  public Lease take(SpaceId space) {
    Held held =
        open.compute(
            space,
            (_, known) ->
                known == null
                    ? new Held(opened(space), 1)
                    : new Held(known.encoder(), known.users() + 1));
    return new Lease(Objects.requireNonNull(held).encoder());
  }

  private Encoder opened(SpaceId space) {
    synchronized (shelf) {
      return shelf.encoder(shelf.ofSpace(space, new DocumentLanguage(workspace).value()));
    }
  }

  private void letGo(SpaceId space) {
    open.computeIfPresent(
        space,
        (_, held) -> {
          if (held.users() > 1) {
            return new Held(held.encoder(), held.users() - 1);
          }
          held.encoder().close();
          return null;
        });
  }
}
