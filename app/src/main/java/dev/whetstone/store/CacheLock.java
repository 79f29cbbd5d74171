package dev.whetstone.store;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One holder at a time for a file in the cache, over all threads and processes of this machine.
/// The others wait. A process that dies lets go.
public final class CacheLock implements AutoCloseable {
  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;
  private final FileLock lock;

  private CacheLock(ReentrantLock thread, FileChannel channel, FileLock lock) {
    this.thread = thread;
    this.channel = channel;
    this.lock = lock;
  }

  /// Waits for the lock and holds it until closed; by the thread that opened it.
  ///
  /// @param file made when it is not there, never deleted; its folder too
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the channel is handed over to the lock
  public static CacheLock hold(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    var thread = THREADS.computeIfAbsent(absolute, _ -> new ReentrantLock());
    thread.lock();
    try {
      Files.createDirectories(absolute.getParent());
      var channel = FileChannel.open(absolute, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new CacheLock(thread, channel, channel.lock());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      thread.unlock();
      throw new Failure.Unavailable(
          "cannot lock " + absolute + ": " + e.getMessage() + "; is its folder writable?", e);
    } catch (RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot release a lock in the cache: " + e.getMessage(), e);
    } finally {
      thread.unlock();
    }
  }
}
