package dev.whetstone.workshop.stage;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Documents of a folder, which may be named by a link. Hidden files and folders in it are passed
/// over, and links in it are not followed. A folder or file in it that cannot be read harms no
/// other.
final class FolderSource implements StagingSource {
  private final Path root;
  private final String name;

  FolderSource(Path folder) {
    this(folder, folder.toAbsolutePath().normalize().toString());
  }

  /// @param name in place of the folder's own
  FolderSource(Path folder, String name) {
    this.root = folder.toAbsolutePath().normalize();
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  Path file(String path) {
    return root.resolve(path);
  }

  @Override
  public NavigableMap<String, SourceEntry> find(StagingFilter filter) {
    if (!Files.isDirectory(root)) {
      throw new Failure.BadInput(
          "no such folder: " + root + ": name a folder of documents", new Remedy.Stage(null));
    }
    try {
      Path real = root.toRealPath();
      var visitor = new Visitor(real, filter);
      Files.walkFileTree(real, visitor);
      visitor.found.replaceAll((path, document) -> document.with(visitor.sidecars.get(path)));
      return visitor.found;
    } catch (IOException e) {
      throw new Failure.BadInput(
          "cannot read the folder "
              + root
              + ": "
              + FileTrouble.reason(e)
              + ". Make it readable, then run the same command again",
          e);
    }
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final NavigableMap<String, SourceEntry> found = new TreeMap<>();
    private final Map<String, String> sidecars = new HashMap<>();
    private final Path real;
    private final StagingFilter filter;

    Visitor(Path real, StagingFilter filter) {
      this.real = real;
      this.filter = filter;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean out =
          hidden(folder)
              || excluded(folder)
              || !named(folder)
              || !(folder.equals(real) || filter.acceptsName(path(folder)));
      return out ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (hidden(file) || excluded(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) {
        filter.passOver("link");
      } else if (!attributes.isRegularFile()) {
        filter.passOver("no regular file");
      } else if (Sidecar.isOne(file.toString())) {
        sidecars.put(
            Sidecar.document(path(file)),
            Sidecar.stamp(attributes.size(), attributes.lastModifiedTime().toInstant().toString()));
      } else if (named(file) && filter.accepts(path(file), attributes.size())) {
        if (Files.isReadable(file)) {
          found.put(
              path(file),
              new SourceEntry(
                  attributes.size(), attributes.lastModifiedTime().toInstant().toString(), null));
        } else {
          cannotRead(file, new AccessDeniedException(file.toString()));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path at, IOException e) throws IOException {
      if (at.equals(real)) {
        throw e;
      }
      if (!hidden(at) && !excluded(at)) {
        cannotRead(at, e);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      return e == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, e);
    }

    private boolean hidden(Path at) {
      return !at.equals(real) && at.getFileName().toString().startsWith(".");
    }

    private boolean excluded(Path at) {
      return !at.equals(real) && filter.excludes(path(at));
    }

    /// Whether a name is text; to the system, names are bytes that need not be.
    private boolean named(Path at) {
      if (at.equals(real)) {
        return true;
      }
      if (!at.equals(again(at))) {
        boolean all = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
        filter.reject(
            path(at),
            all
                ? "its name is not text in UTF-8: rename it and stage again"
                : "this system's language setting has not all of its letters: set LC_ALL=C.UTF-8"
                    + " and stage again");
        return false;
      }
      return true;
    }

    private static @Nullable Path again(Path at) {
      try {
        return at.getFileSystem().getPath(at.toString());
      } catch (InvalidPathException e) {
        return null;
      }
    }

    private void cannotRead(Path at, IOException e) {
      filter.cannotRead(path(at), FolderSource.reason(e));
    }

    private String path(Path at) {
      return Keys.of(real, at);
    }
  }

  private static String reason(IOException e) {
    String reason = FileTrouble.reason(e);
    return switch (e) {
      case NoSuchFileException _ -> reason;
      case AccessDeniedException _ -> reason + ": make it readable and stage again";
      default -> reason + ": mend that and stage again";
    };
  }

  @Override
  public Map<String, String> fetch(
      SequencedMap<String, CopyRequest> wanted, StagingFilter filter, Progress progress) {
    var sums = new HashMap<String, String>();
    try (var task = progress.start("stage", wanted.size(), "files")) {
      for (var each : wanted.entrySet()) {
        try {
          sums.put(each.getKey(), copy(root.resolve(each.getKey()), each.getValue()));
        } catch (IOException e) {
          filter.cannotRead(each.getKey(), reason(e));
        }
        task.advance(1);
      }
    }
    return sums;
  }

  /// @throws IOException if the file cannot be read, or changes meanwhile
  private static String copy(Path file, CopyRequest wanted) throws IOException {
    String sha256 = Sha256.of(file);
    if (!sha256.equals(wanted.known())) {
      WholeFile.copy(file, wanted.file(), sha256);
    }
    return sha256;
  }

  @Override
  public byte[] sidecar(String path) throws IOException {
    try (InputStream in = Files.newInputStream(file(path + Sidecar.SUFFIX))) {
      return in.readNBytes(Sidecar.LONGEST + 1);
    }
  }

  @Override
  public void close() {}
}
