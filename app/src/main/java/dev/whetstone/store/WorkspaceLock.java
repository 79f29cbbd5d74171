package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lock of a workspace's only writer. The operating system frees it when the process ends,
/// however it ends. Readers take none: files that they open are never changed under them.
public final class WorkspaceLock implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private WorkspaceLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /// Takes the lock of `workspace` for this process, and tidies what a killed one left
  /// half-written.
  ///
  /// @param command what this process does, shown to whoever finds the lock held
  /// @throws Failure.Refused naming the holder, if another process writes
  public static WorkspaceLock take(Path workspace, String command) {
    Path file = workspace.resolve(".whetstone").resolve("writer.lock");
    FileChannel channel = null;
    try {
      Files.createDirectories(file.getParent());
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      @Nullable FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      }
      if (lock == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new Failure.Refused(
            "the workspace "
                + workspace
                + " is being written by another process ("
                + (holder.isEmpty() ? "unknown" : holder)
                + "). Wait for it to end, or end it, and try again");
      }
      channel.truncate(0);
      String words = command + ", process " + ProcessHandle.current().pid();
      channel.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)), 0);
      WholeFile.tidy(workspace);
      return new WorkspaceLock(channel, lock);
    } catch (IOException e) {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException closing) {
          e.addSuppressed(closing);
        }
      }
      throw new Failure.Unavailable(
          "cannot lock the workspace "
              + workspace
              + ": "
              + e.getMessage()
              + ". "
              + FileTrouble.remedy(e)
              + ", then run the same command again",
          e);
    }
  }

  /// The writer at this moment, as it named itself with its process; empty where there is none. The
  /// lock itself is only tried where a name stands in it, which a killed holder may have left.
  public static Optional<String> holder(Path workspace) {
    Path file = workspace.resolve(".whetstone").resolve("writer.lock");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      String words = Files.readString(file).strip();
      if (words.isEmpty()) {
        return Optional.empty();
      }
      try (@Nullable FileLock free = channel.tryLock(0, Long.MAX_VALUE, true)) {
        return free == null ? Optional.of(words) : Optional.empty();
      } catch (OverlappingFileLockException e) {
        return Optional.of(words);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (!Thread.currentThread().isInterrupted()) { // which would close the channel first
        channel.truncate(0);
      }
      lock.release();
    } catch (IOException e) {
      System.getLogger(WorkspaceLock.class.getName())
          .log(System.Logger.Level.WARNING, "releasing the workspace lock", e);
    }
  }
}
