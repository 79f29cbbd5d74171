package dev.whetstone.workspace;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.FolderLayout;
import dev.whetstone.store.shared.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A workspace that stands in a bucket. Commands work on a copy in this machine's cache, which is
/// brought up to date when it is opened and saved after each step.
public final class SharedWorkspace implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SharedWorkspace.class.getName());

  /// Within a long step, what is finished is saved this often.
  private static final Duration EVERY = Duration.ofMinutes(1);

  /// How long a small write waits for a step to end, and how often it meets another machine's.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int ATTEMPTS = 5;

  /// How the files of a workspace are shared. Jobs are paid for and deployments were acknowledged,
  /// so each of these records counts by itself; zips of deployed models are made again. What people
  /// asked a server stays on its machine.
  public static final FolderLayout LAYOUT =
      new FolderLayout(
          path ->
              path.startsWith(".whetstone/work/")
                  || path.startsWith(".whetstone/sessions/")
                  || path.startsWith(".whetstone/asked/")
                  || ("/" + path).endsWith("/writer.lock")
                  || ("/" + path).endsWith("/write.lock")
                  || (path.startsWith(".whetstone/deployed/") && path.endsWith(".zip")),
          path -> path.startsWith(".whetstone/jobs/") || path.startsWith(".whetstone/deployed/"),
          path -> path.contains("/segments_"), // Lucene's list of an index's files
          List.of("-journal", "-wal", "-shm"), // of SQLite
          "raw/");

  private final SharedFolder folder;
  private long saved = System.nanoTime();

  public SharedWorkspace(SharedFolder folder) {
    this.folder = folder;
  }

  /// @param uri `s3://bucket/prefix` or `oss://bucket/prefix`
  public static SharedWorkspace at(String uri) {
    ObjectStore store = ObjectStores.open(uri);
    Map<String, String> env = System.getenv();
    String endpoint =
        uri.startsWith("oss:")
            ? env.getOrDefault("OSS_ENDPOINT", "")
            : env.getOrDefault("AWS_ENDPOINT_URL_S3", env.getOrDefault("AWS_ENDPOINT_URL", ""));
    Path copy =
        MavenArtifact.defaultCache()
            .resolve("workspaces")
            .resolve(Sha256.id(store.uri(), endpoint));
    return new SharedWorkspace(new SharedFolder(store, copy, LAYOUT));
  }

  /// Where it stands, ended by `/`.
  public String uri() {
    return folder.uri();
  }

  /// The working copy.
  public Path copy() {
    return folder.folder();
  }

  /// Makes the workspace.
  ///
  /// @param make in the working copy's folder
  public Workspace create(Function<Path, Workspace> make, Progress progress) {
    try (var _ = WorkspaceLock.take(copy(), "init")) {
      bringLocked(progress);
      SharedSettings.mark(copy(), folder.uri());
      Workspace workspace = make.apply(copy());
      folder.save("init", progress);
      return workspace;
    }
  }

  /// Opens what stands at a store for looking: the settings, what they name and the list of the
  /// documents, without a working copy.
  ///
  /// @param into an empty folder
  /// @throws Failure.BadInput if no workspace is there
  public static Workspace glance(ObjectStore store, Path into) {
    SharedFolder.fetch(store, Set.of(SettingsFile.NAME, "raw.json"), into);
    if (!Files.exists(into.resolve(SettingsFile.NAME))) {
      throw absent(store.uri(), null);
    }
    SharedSettings.mark(into, store.uri());
    Settings settings = SettingsFile.read(into.resolve(SettingsFile.NAME));
    var certificates =
        settings.engines().clusters().values().stream()
            .flatMap(section -> Stream.ofNullable(section.caFile()))
            .collect(Collectors.toSet());
    SharedFolder.fetch(store, certificates, into);
    return Workspace.open(into);
  }

  private static Failure absent(String uri, @Nullable Failure cause) {
    return new Failure.BadInput(uri + " is no workspace", cause, new Remedy.CreateWorkspace(uri));
  }

  /// Brings the copy up to date and opens it. While another process of this machine writes to the
  /// copy, it is opened as it is.
  ///
  /// @throws Failure.BadInput if no workspace is there
  public Workspace open(Progress progress) {
    refresh(progress);
    SharedSettings.mark(copy(), folder.uri());
    try {
      return Workspace.open(copy());
    } catch (Failure.BadInput e) {
      if (folder.exists()) {
        throw e;
      }
      throw absent(folder.uri(), e);
    }
  }

  /// Brings the copy up to date, unless another process of this machine writes to it.
  ///
  /// @return whether anything was fetched
  public boolean refresh(Progress progress) {
    WorkspaceLock lock;
    try {
      lock = WorkspaceLock.take(copy(), "fetching " + folder.uri());
    } catch (Failure.Refused e) {
      LOG.log(System.Logger.Level.DEBUG, "not fetched: {0}", e.getMessage());
      return false;
    }
    try (lock) {
      return bringLocked(progress) > 0;
    }
  }

  private int bringLocked(Progress progress) {
    SharedFolder.Brought brought = folder.bring(progress);
    Optional<Path> aside = brought.setAside();
    aside.ifPresent(
        where ->
            LOG.log(
                System.Logger.Level.WARNING,
                "others have written to {0} meanwhile; what had changed here only is in {1}",
                folder.uri(),
                where));
    return brought.files();
  }

  /// Small writes of a command, such as a server's, each saved before it counts. Where another
  /// machine saves in the same moment, the write is carried out again on what that one saved. While
  /// a step goes on writing to the copy, or the store does not answer, there are none.
  public CommitScope writes(String command) {
    return new CommitScope() {
      @Override
      public <T> T carry(Path file, Supplier<T> write) {
        return write(command, file, write);
      }
    };
  }

  private synchronized <T> T write(String command, Path file, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try (var _ = lockForMoment(command)) {
        bringLocked(Progress.NONE);
        byte @Nullable [] before = read(file);
        try {
          T result = work.get();
          folder.save(command, Progress.NONE);
          return result;
        } catch (RuntimeException e) {
          restore(file, before);
          if (!(e instanceof Failure.Refused) || attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
    }
  }

  private WorkspaceLock lockForMoment(String command) {
    try {
      return lock(command);
    } catch (Failure.Refused e) {
      throw new Failure.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  /// The copy's writer lock. Waited for, since a server beside holds it now and then for a moment.
  ///
  /// @throws Failure.Refused naming the holder, if a step goes on writing
  public WorkspaceLock lock(String command) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return WorkspaceLock.take(copy(), command);
      } catch (Failure.Refused e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
    }
  }

  private static byte @Nullable [] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : null;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void restore(Path file, byte @Nullable [] before) {
    if (before == null) {
      WholeFile.delete(file);
    } else {
      WholeFile.write(file, before);
    }
  }

  /// Saves what changed. The caller holds the copy's writer lock.
  public void save(String command, Progress progress) {
    folder.save(command, progress);
    saved = System.nanoTime();
  }

  /// Progress that also saves, between the tasks of a long step, what is finished. A store that
  /// does not answer then is asked again later; that others have written ends the step.
  public Progress saving(String command, Progress progress) {
    return (name, total, unit) -> {
      Progress.Task task = progress.start(name, total, unit);
      return new Progress.Task() {
        @Override
        public void advance(long units) {
          task.advance(units);
        }

        @Override
        public void note(String text) {
          task.note(text);
        }

        @Override
        public void close() {
          task.close();
          saveNowAndThen(command, progress);
        }
      };
    };
  }

  private void saveNowAndThen(String command, Progress progress) {
    if (System.nanoTime() - saved < EVERY.toNanos() || Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      save(command, progress);
    } catch (Failure.Unavailable | Failure.BadInput e) {
      saved = System.nanoTime();
      LOG.log(System.Logger.Level.WARNING, "not saved yet: {0}", e.getMessage());
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
