package dev.whetstone.index.lucene;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Alias;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.WholeFile;
import dev.whetstone.text.Analyzers;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/// The generations of one embedded index: a folder with a folder for each, and a file with the
/// alias.
public final class LuceneIndexes implements Indexes {
  private static final String LOCK = "writer.lock";

  private final Path folder;

  /// @param folder `indexes/NAME` of a workspace; made by the first writer
  public LuceneIndexes(Path folder) {
    this.folder = folder;
  }

  @Override
  public LuceneWriter begin(SpaceId space, int dimension) {
    if (dimension < 1 || dimension > 1024) {
      throw new IllegalArgumentException("dimension not from 1 to 1024: " + dimension);
    }
    return withLock(
        lock -> {
          sweep();
          int next = Alias.read(folder).highest() + 1;
          for (String generation : generations()) {
            next = Math.max(next, Integer.parseInt(generation) + 1);
          }
          Path place = folder.resolve("%06d".formatted(next));
          Files.createDirectories(place);
          return writer(place, space, dimension, lock, false);
        });
  }

  @Override
  public LuceneWriter update(SpaceId space) {
    String current = needCurrent();
    CommitData data;
    boolean writable;
    try (LuceneIndex index = open(current)) {
      data = index.commit();
      writable = index.termsAreCurrent();
    }
    if (!data.space().equals(space)) {
      throw new Failure.Refused(
          "generation "
              + current
              + " in "
              + folder
              + " holds space "
              + data.space()
              + ", not "
              + space
              + ": a new space needs a new generation",
          new Remedy.RunSteps(List.of("embed", "index")));
    }
    if (!writable) {
      throw Analyzers.outdated(folder.resolve(current), data.analyzers());
    }
    return withLock(lock -> writer(folder.resolve(current), space, data.dimension(), lock, true));
  }

  @Override
  public void promote(String generation) {
    open(generation).close();
    withLock(
        lock -> {
          try (lock) {
            Alias.read(folder).promoted(generation).write(folder);
            return generation;
          }
        });
  }

  @Override
  public String rollback() {
    return withLock(
        lock -> {
          try (lock) {
            Alias alias = Alias.read(folder);
            if (alias.before().isEmpty()) {
              throw new Failure.Refused(
                  "no generation served before the present one in "
                      + folder
                      + ", so there is none to go back to");
            }
            String before = alias.before().getFirst();
            open(before).close();
            alias.rolledBack().write(folder);
            return before;
          }
        });
  }

  @Override
  public void keep(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("the serving generation stays: " + k);
    }
    withLock(
        lock -> {
          try (lock) {
            Alias remaining = Alias.read(folder).keeping(k);
            if (remaining.current() != null) {
              remaining.write(folder);
            }
            for (String generation : generations()) {
              if (!remaining.names(generation)) {
                WholeFile.delete(folder.resolve(generation));
              }
            }
            return remaining;
          }
        });
  }

  @Override
  public Optional<String> current() {
    return Optional.ofNullable(Alias.read(folder).current());
  }

  @Override
  public List<String> generations() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches("[0-9]{6,9}"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public LuceneIndex open() {
    String current = needCurrent();
    try {
      return open(current);
    } catch (Failure.CorruptArtifact e) {
      String now = needCurrent(); // it may have been replaced and removed in between
      if (now.equals(current)) {
        throw e;
      }
      return open(now);
    }
  }

  @Override
  public LuceneIndex open(String generation) {
    if (!generation.matches("[0-9]{6,9}")) {
      throw new IllegalArgumentException("not a generation: " + generation);
    }
    Path place = folder.resolve(generation);
    if (!Files.isDirectory(place)) {
      throw new Failure.CorruptArtifact(place + " is missing" + MEND, Remedy.index());
    }
    Directory directory = null;
    DirectoryReader reader = null;
    try {
      directory = FSDirectory.open(place);
      reader = DirectoryReader.open(directory);
      return checked(place, directory, reader);
    } catch (IOException | RuntimeException e) {
      closeAll(e, reader, directory);
      throw e instanceof IOException io ? damaged(place, io) : (RuntimeException) e;
    }
  }

  private static LuceneIndex checked(Path place, Directory directory, DirectoryReader reader)
      throws IOException {
    CommitData data = CommitData.of(reader.getIndexCommit().getUserData(), place);
    if (!Analyzers.reads(data.analyzers())) {
      throw Analyzers.unknown(place, data.analyzers());
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      if (leaf.reader() instanceof CodecReader codec) {
        codec.checkIntegrity();
      }
    }
    if (reader.numDocs() != data.passages()) {
      throw new Failure.CorruptArtifact(
          place + " is damaged: " + reader.numDocs() + " passages, not " + data.passages() + MEND,
          Remedy.index());
    }
    var files = new CommitFiles(directory, place, reader.getIndexCommit().getFileNames());
    return new LuceneIndex(directory, reader, data, String.valueOf(place.getFileName()), files);
  }

  @Override
  public boolean isCurrent(PassageIndex open) {
    return ((LuceneIndex) open).isCurrent();
  }

  /// Holds nothing open.
  @Override
  public void close() {}

  private static final String MEND = ". Roll back to the generation before, or build it anew";

  static Failure damaged(Path place, IOException e) {
    boolean damage =
        e instanceof CorruptIndexException
            || e instanceof IndexNotFoundException
            || e instanceof IndexFormatTooOldException
            || e instanceof IndexFormatTooNewException
            || e instanceof EOFException
            || e instanceof NoSuchFileException
            || e instanceof FileNotFoundException;
    Throwable cause = e.getCause(); // Lucene names the file that was asked for, its cause the other
    String detail = cause == null ? e.getMessage() : e.getMessage() + ", " + cause.getMessage();
    return damage
        ? new Failure.CorruptArtifact(place + " is damaged: " + detail + MEND, e, Remedy.index())
        : new Failure.Unavailable("cannot read " + place + ": " + e.getMessage(), e);
  }

  private String needCurrent() {
    return current()
        .orElseThrow(() -> new Failure.BadInput("no index serves in " + folder, Remedy.index()));
  }

  /// Removes generations without a commit: their writer was killed.
  private void sweep() throws IOException {
    for (String generation : generations()) {
      Path place = folder.resolve(generation);
      boolean committed;
      try (Directory directory = FSDirectory.open(place)) {
        committed = DirectoryReader.indexExists(directory);
      }
      if (!committed && !Alias.read(folder).names(generation)) {
        WholeFile.delete(place);
      }
    }
  }

  private static LuceneWriter writer(
      Path place, SpaceId space, int dimension, Lock lock, boolean committed) throws IOException {
    Directory directory = FSDirectory.open(place);
    try {
      return new LuceneWriter(place, space, dimension, lock, directory, committed);
    } catch (IOException | RuntimeException e) {
      closeAll(e, directory);
      throw e;
    }
  }

  private interface Work<T> {
    T under(Lock lock) throws IOException;
  }

  /// Takes the writer's lock and hands it on; it is freed when the work fails.
  private <T> T withLock(Work<T> work) {
    Lock lock = null;
    try {
      Files.createDirectories(folder);
      try (Directory directory = FSDirectory.open(folder)) {
        lock = directory.obtainLock(LOCK);
      }
      return work.under(lock);
    } catch (LockObtainFailedException e) {
      throw new Failure.Refused(
          "the index " + folder + " is being written by another process: wait for it to end");
    } catch (IOException e) {
      closeAll(e, lock);
      throw unavailable(e);
    } catch (RuntimeException e) {
      closeAll(e, lock);
      throw e;
    }
  }

  private Failure.Unavailable unavailable(IOException e) {
    return new Failure.Unavailable("cannot use " + folder + ": " + e.getMessage(), e);
  }

  private static void closeAll(Exception reason, @Nullable Closeable... all) {
    for (var each : all) {
      if (each != null) {
        try {
          each.close();
        } catch (IOException e) {
          reason.addSuppressed(e);
        }
      }
    }
  }
}
