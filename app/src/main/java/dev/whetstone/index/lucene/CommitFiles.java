package dev.whetstone.index.lucene;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/// The files of an open commit, verified again while it serves.
///
/// Lucene compares checksums when a commit is opened and maps its files from then on: what is
/// overwritten or zeroed later changes answers without an error. Files of a commit are never
/// written twice, so a change of length, time or inode is the sign of damage (or of a copy put
/// back) and costs one `stat` a file to see. Then, and once an hour in any case (a disk may lose
/// bits without a change of time), every file is read and compared with the checksum in its footer.
/// Safe for many threads.
final class CommitFiles {
  private static final Duration READ_AGAIN = Duration.ofHours(1);

  private record Stamp(long length, FileTime modified, @Nullable Object inode) {}

  private final Directory directory;
  private final Path folder;
  private final Collection<String> names;
  private Map<String, Stamp> verified; // guarded by this
  private long when; // in nanoseconds; guarded by this

  /// @param directory over `folder`, just opened and verified. Owned by the caller
  CommitFiles(Directory directory, Path folder, Collection<String> names) throws IOException {
    this.directory = directory;
    this.folder = folder;
    this.names = List.copyOf(names);
    this.verified = stamps();
    this.when = System.nanoTime();
  }

  /// @throws dev.whetstone.core.Failure.CorruptArtifact naming the file
  synchronized void verify() {
    try {
      Map<String, Stamp> now = stamps();
      if (now.equals(verified) && System.nanoTime() - when < READ_AGAIN.toNanos()) {
        return;
      }
      verified = Map.of(); // after a failure all files are read again
      for (String name : names) {
        try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
          CodecUtil.checksumEntireFile(in);
        }
      }
      verified = now;
      when = System.nanoTime();
    } catch (IOException e) {
      throw LuceneIndexes.damaged(folder, e);
    } catch (InternalError e) { // the JVM's word for a mapped file that was truncated under it
      throw LuceneIndexes.damaged(folder, new EOFException(e.getMessage()));
    }
  }

  private Map<String, Stamp> stamps() throws IOException {
    var stamps = HashMap.<String, Stamp>newHashMap(names.size());
    for (String name : names) {
      var read = Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
      stamps.put(name, new Stamp(read.size(), read.lastModifiedTime(), read.fileKey()));
    }
    return stamps;
  }
}
