package dev.whetstone.store;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries many files to and from a store, several at once. What is held in memory is a buffer a
/// transfer, however large the files are.
public final class Transfers {
  private static final int AT_ONCE = 8;
  private static final int BUFFER = 1 << 16;
  private static final long LOOK_MILLIS = 200;
  private static final long KILOBYTE = 1000;

  /// One object to bring here.
  ///
  /// @param file where to; replaced, whole or not at all
  /// @param bytes its length; a longer one is not taken
  /// @param sha256 that it must have; null to believe what the store keeps
  public record Download(String key, Path file, long bytes, @Nullable String sha256) {}

  /// One unit of work that tells how many bytes it has carried.
  @FunctionalInterface
  public interface Work {
    void run(LongConsumer carried) throws IOException;
  }

  /// Something to send.
  ///
  /// @param bytes its length, for the progress
  public record Upload(long bytes, Work work) {}

  private Transfers() {}

  /// Puts files.
  ///
  /// @param files by key
  /// @param name of the task, as a user reads it
  public static void upload(
      ObjectStore store, Map<String, Content> files, Acl acl, String name, Progress progress) {
    var work = new ArrayList<Work>();
    long bytes = 0;
    for (Map.Entry<String, Content> file : files.entrySet()) {
      bytes += file.getValue().length();
      work.add(carried -> store.put(file.getKey(), file.getValue().telling(carried), acl));
    }
    run(work, bytes, name, progress);
  }

  /// Does several sendings at once.
  public static void send(List<Upload> all, String name, Progress progress) {
    run(
        all.stream().map(Upload::work).toList(),
        all.stream().mapToLong(Upload::bytes).sum(),
        name,
        progress);
  }

  /// Brings objects, each checked.
  ///
  /// @throws Failure.CorruptArtifact naming an object that is not what was written
  public static void download(
      ObjectStore store, List<Download> objects, String name, Progress progress) {
    var _ =
        download(
            store,
            objects,
            name,
            progress,
            (_, failure) -> {
              throw failure;
            });
  }

  /// Brings what can be brought.
  ///
  /// @param refused is told of objects that are gone, forbidden or not what was put there, from
  ///   several threads
  /// @return the SHA-256 of the others, by key
  public static Map<String, String> download(
      ObjectStore store,
      List<Download> objects,
      String name,
      Progress progress,
      BiConsumer<String, Failure> refused) {
    var sums = new ConcurrentHashMap<String, String>();
    var work = new ArrayList<Work>();
    for (Download wanted : objects) {
      work.add(
          carried -> {
            try {
              sums.put(wanted.key(), bring(store, wanted, carried));
            } catch (Failure.BadInput | Failure.Refused | Failure.CorruptArtifact e) {
              refused.accept(wanted.key(), e);
            }
          });
    }
    run(work, objects.stream().mapToLong(Download::bytes).sum(), name, progress);
    return sums;
  }

  /// Brings one object.
  ///
  /// @return its SHA-256
  public static String download(ObjectStore store, Download wanted) {
    return bring(store, wanted, _ -> {});
  }

  private static String bring(ObjectStore store, Download wanted, LongConsumer carried) {
    var hash = new Sha256();
    var found = new String[1];
    WholeFile.write(
        wanted.file(),
        out -> {
          try (InputStream in = store.read(wanted.key())) {
            copy(in, out, hash, carried, wanted.bytes(), () -> longer(store, wanted));
          }
          found[0] = hash.hex();
          if (wanted.sha256() != null && !wanted.sha256().equals(found[0])) {
            throw CheckedRead.damaged(store.uri(wanted.key()));
          }
        });
    return found[0];
  }

  private static Failure longer(ObjectStore store, Download wanted) {
    String uri = store.uri(wanted.key());
    return wanted.sha256() != null
        ? CheckedRead.damaged(uri)
        : new Failure.BadInput(
            "%s is longer than the %,d bytes that its listing says: it changes, try again later"
                .formatted(uri, wanted.bytes()));
  }

  /// @param most bytes that are taken; what sends more without end must not fill the disk
  private static void copy(
      InputStream in,
      OutputStream out,
      Sha256 hash,
      LongConsumer carried,
      long most,
      Supplier<Failure> longer)
      throws IOException {
    var buffer = new byte[BUFFER];
    long all = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      all += n;
      if (all > most) {
        throw longer.get();
      }
      hash.add(buffer, 0, n);
      out.write(buffer, 0, n);
      carried.accept(n);
    }
  }

  /// The calling thread alone moves the progress; it is where an interruption is noticed.
  private static void run(List<Work> work, long bytes, String name, Progress progress) {
    if (work.isEmpty()) {
      return;
    }
    var carried = new LongAdder();
    try (var task = progress.start(name, bytes / KILOBYTE, "kB");
        ExecutorService workers =
            Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      try {
        long shown = 0;
        var running = new ArrayList<Future<?>>();
        work.forEach(one -> running.add(workers.submit(() -> runOne(one, carried))));
        for (Future<?> one : running) {
          while (true) {
            boolean done = await(one);
            long now = carried.sum() / KILOBYTE;
            task.advance(now - shown);
            shown = now;
            if (done) {
              break;
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      } finally {
        workers.shutdownNow();
      }
    }
  }

  private static @Nullable Void runOne(Work work, LongAdder carried) throws IOException {
    work.run(carried::add);
    return null;
  }

  private static boolean await(Future<?> one) throws InterruptedException {
    try {
      one.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default ->
            throw new Failure.Unavailable(String.valueOf(e.getCause()), e.getCause());
      }
    }
  }
}
