package dev.whetstone.workshop.watch;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Changes of files in folders and all that lies in them, as the system tells them (inotify). After
/// the first event further ones are waited for until it has been quiet for [#QUIET], so that a copy
/// of a thousand files is one change; a stream that never ends is one after [#LONGEST].
///
/// Events are a hint: what is missed (no room for a watch, a network share, an overflow) is found
/// by the schedule. Hidden folders are not watched. For one thread.
public final class FolderEvents implements Watching.Changes, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FolderEvents.class.getName());
  static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int MOST_FOLDERS = 10_000;

  private final WatchService service;
  private final Supplier<? extends Collection<Path>> folders;
  private final Map<Path, WatchKey> watched = new HashMap<>();
  private boolean complained;

  /// @param folders asked for before each wait, since sources come and go
  /// @throws IOException if the system has no such service, or no room for one
  public FolderEvents(Supplier<? extends Collection<Path>> folders) throws IOException {
    this.service = FileSystems.getDefault().newWatchService();
    this.folders = folders;
  }

  @Override
  public boolean await(Duration most) throws InterruptedException {
    if (register()) {
      return true; // a folder came since the last look, perhaps with documents
    }
    long until = System.nanoTime() + most.toNanos();
    try {
      while (true) {
        WatchKey key = service.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (key == null) {
          return false;
        }
        if (takes(key)) {
          awaitQuiet();
          return true;
        }
      }
    } catch (ClosedWatchServiceException _) {
      throw new InterruptedException("closed");
    }
  }

  private void awaitQuiet() throws InterruptedException {
    long until = System.nanoTime() + LONGEST.toNanos();
    WatchKey key;
    do {
      key = service.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
      if (key != null) {
        takes(key);
      }
    } while (key != null && System.nanoTime() < until);
  }

  /// Whether one of its events is of a file that may be a document.
  private static boolean takes(WatchKey key) {
    boolean any = false;
    for (var event : key.pollEvents()) {
      boolean hidden = event.context() instanceof Path name && name.toString().startsWith(".");
      any |= !hidden;
    }
    key.reset();
    return any;
  }

  /// Watches folders that are not watched yet.
  ///
  /// @return whether there were any, after the first call
  private boolean register() {
    boolean first = watched.isEmpty();
    watched.values().removeIf(key -> !key.isValid());
    int before = watched.size();
    for (Path folder : List.copyOf(folders.get())) {
      try {
        register(folder);
      } catch (IOException | RuntimeException e) {
        if (!complained) {
          complained = true;
          LOG.log(
              System.Logger.Level.WARNING,
              "not all changes in {0} are told by the system, and are found by the schedule: {1}",
              folder,
              e.getMessage());
        }
      }
    }
    return !first && watched.size() > before;
  }

  private void register(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    Files.walkFileTree(
        root.toRealPath(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.equals(root) && folder.getFileName().toString().startsWith(".")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            if (!watched.containsKey(folder)) {
              if (watched.size() >= MOST_FOLDERS) {
                throw new IOException("more than " + MOST_FOLDERS + " folders");
              }
              watched.put(
                  folder,
                  folder.register(
                      service,
                      StandardWatchEventKinds.ENTRY_CREATE,
                      StandardWatchEventKinds.ENTRY_MODIFY,
                      StandardWatchEventKinds.ENTRY_DELETE));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // staging names what it cannot read
          }
        });
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing the watch service", e);
    }
  }
}
