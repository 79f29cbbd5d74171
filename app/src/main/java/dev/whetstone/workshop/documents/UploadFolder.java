package dev.whetstone.workshop.documents;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.documents.Documents;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.Workspace;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder `uploads/` of a workspace: one file a document, and beside one whose sender said
/// where people read it, `NAME.meta.json`.
///
/// A document is received under `.whetstone/work/uploads/`, where the tidying of a writer does not
/// look for parts, is synced, and is moved to its place in one operation: it is whole there or
/// absent, whenever the process ends. What a killed process left is removed when a folder is
/// opened. Names were checked by [DocumentName].
final class UploadFolder {
  /// A document's file.
  ///
  /// @param modified as staging notes it
  record UploadedFile(long bytes, String modified) {}

  /// What a sender sent, not yet in its place.
  record ReceivedFile(Path file, long bytes, String sha256) {}

  private record Address(String url) {}

  private final Path folder;
  private final Path receiving;

  UploadFolder(Workspace workspace) {
    this.folder = workspace.uploads();
    this.receiving = workspace.hidden().resolve("work").resolve("uploads");
    tidy();
  }

  Path file(String name) {
    return Keys.within(folder, name);
  }

  /// All documents, by name.
  NavigableMap<String, UploadedFile> all() {
    var found = new TreeMap<String, UploadedFile>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = Keys.of(folder, file);
              boolean hidden = file.getFileName().toString().startsWith(".");
              if (attributes.isRegularFile() && !hidden && !name.endsWith(DocumentName.SIDECAR)) {
                found.put(name, uploaded(attributes));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // it was removed meanwhile
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + FileTrouble.reason(e), e);
    }
    return found;
  }

  /// One document; null where there is none.
  @Nullable UploadedFile find(String name) {
    try {
      var attributes = Files.readAttributes(file(name), BasicFileAttributes.class);
      return attributes.isRegularFile() ? uploaded(attributes) : null;
    } catch (IOException _) {
      return null;
    }
  }

  private static UploadedFile uploaded(BasicFileAttributes attributes) {
    return new UploadedFile(
        attributes.size(), attributes.lastModifiedTime().toInstant().toString());
  }

  /// Where people read a document, as its sender said; null where none did.
  @Nullable String url(String name) {
    return Json.kept(sidecar(name), Address.class).map(Address::url).orElse(null);
  }

  /// Receives a document, which has no place yet.
  ///
  /// @throws Failure.Unavailable if the disk refuses; nothing is left then
  ReceivedFile receive(Documents.Content content) {
    Path file = receiving.resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID());
    boolean whole = false;
    try {
      Files.createDirectories(receiving);
      var hash = new Sha256();
      var counted = new long[1];
      try (OutputStream out = Files.newOutputStream(file)) {
        content.to(
            new FilterOutputStream(out) {
              @Override
              public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
              }

              @Override
              public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
                hash.add(bytes, from, length);
                counted[0] += length;
              }
            });
      }
      WholeFile.sync(file);
      whole = true;
      return new ReceivedFile(file, counted[0], hash.hex());
    } catch (IOException e) {
      throw WholeFile.cannotWrite(file, e);
    } finally {
      if (!whole) {
        WholeFile.delete(file);
      }
    }
  }

  /// Gives a received document its place. May be called again with the same one.
  void place(String name, ReceivedFile received, @Nullable String url) {
    Path file = file(name);
    try {
      Files.createDirectories(file.getParent());
      if (url != null) {
        WholeFile.write(sidecar(name), Json.line(new Address(url)));
      }
      Path again = received.file().resolveSibling(received.file().getFileName() + ".again");
      WholeFile.delete(again);
      linkOrCopy(received.file(), again); // it stays: the write may be carried out again
      WholeFile.move(again, file);
      if (url == null) {
        WholeFile.delete(sidecar(name));
      }
    } catch (IOException e) {
      throw WholeFile.cannotWrite(file, e);
    }
  }

  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException _) { // not every file system has links
      Files.copy(from, to);
      WholeFile.sync(to);
    }
  }

  /// Removes a document, its address, and the folders that are empty then.
  void remove(String name) {
    Path file = file(name);
    WholeFile.delete(file);
    WholeFile.delete(sidecar(name));
    try {
      Path at = parent(file);
      while (!at.equals(folder) && empty(at)) {
        WholeFile.delete(at);
        at = parent(at);
      }
      WholeFile.sync(at);
    } catch (IOException e) {
      throw WholeFile.cannotWrite(file, e);
    }
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  private static boolean empty(Path folder) throws IOException {
    try (Stream<Path> in = Files.list(folder)) {
      return in.findAny().isEmpty();
    }
  }

  private Path sidecar(String name) {
    return file(name + DocumentName.SIDECAR);
  }

  /// Removes what was being received by processes that are no more.
  private void tidy() {
    if (!Files.isDirectory(receiving)) {
      return;
    }
    try (Stream<Path> left = Files.list(receiving)) {
      left.filter(file -> !isBeingWritten(file)).toList().forEach(WholeFile::delete);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + receiving + ": " + FileTrouble.reason(e), e);
    }
  }

  private static boolean isBeingWritten(Path file) {
    String name = file.getFileName().toString();
    int end = name.indexOf('-');
    if (end < 1 || end > 18 || !name.chars().limit(end).allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    long process = Long.parseLong(name.substring(0, end));
    return process != ProcessHandle.current().pid() && ProcessHandle.of(process).isPresent();
  }
}
