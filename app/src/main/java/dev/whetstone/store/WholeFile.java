package dev.whetstone.store;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Files written whole or not at all: beside their place, synced, then moved there in one
/// operation.
public final class WholeFile {
  /// Writes the content of a file.
  @FunctionalInterface
  public interface FileWriter {
    void to(OutputStream out) throws IOException;
  }

  private static final FileAttribute<?> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private WholeFile() {}

  /// Writes `bytes` to `file`, making its folder, replacing what stands there.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /// Writes `text` as UTF-8.
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Streams a file's content.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static void write(Path file, FileWriter content) {
    write(file, content, new FileAttribute<?>[0]);
  }

  /// The same, of a file that only its owner reads, as one that says what people asked.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static void writePrivate(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)), OWNER_ALONE);
  }

  private static void write(Path file, FileWriter content, FileAttribute<?>... attributes) {
    Path beside = beside(file);
    try {
      Files.createDirectories(beside.getParent());
      Files.deleteIfExists(beside);
      Files.createFile(beside, attributes);
      try (OutputStream out = Files.newOutputStream(beside)) {
        content.to(out);
      }
      sync(beside);
      move(beside, file);
    } catch (IOException | UncheckedIOException e) {
      deleteQuietly(beside);
      throw cannotWrite(file, e);
    } catch (RuntimeException e) {
      deleteQuietly(beside);
      throw e;
    }
  }

  /// A name in the same folder that no reader takes for an artifact: hidden, with this process's
  /// id.
  public static Path beside(Path file) {
    Path absolute = file.toAbsolutePath();
    return absolute.resolveSibling(
        "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".part");
  }

  private static final Pattern PART = Pattern.compile("\\.(.+)\\.([0-9]+|old)\\.part");

  /// Removes what killed writers left beside their places, anywhere below `folder`; an artifact
  /// that had stepped aside for a new one that never came is put back. For the one writer there.
  static void tidy(Path folder) throws IOException {
    var left = new ArrayList<Path>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
            return visit(at) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path at, BasicFileAttributes attributes) {
            visit(at);
            return FileVisitResult.CONTINUE;
          }

          private boolean visit(Path at) {
            boolean part = PART.matcher(String.valueOf(at.getFileName())).matches();
            return part && left.add(at);
          }
        });
    for (Path path : left) {
      Matcher name = PART.matcher(String.valueOf(path.getFileName()));
      if (name.matches()) {
        settle(path, name);
      }
    }
  }

  /// The same for one place, which need not be where a writer's lock is.
  static void tidyBeside(Path place) throws IOException {
    Path folder = place.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    List<Path> beside;
    try (Stream<Path> all = Files.list(folder)) {
      beside = all.toList();
    }
    for (Path path : beside) {
      Matcher name = PART.matcher(String.valueOf(path.getFileName()));
      if (name.matches() && name.group(1).equals(String.valueOf(place.getFileName()))) {
        settle(path, name);
      }
    }
  }

  private static void settle(Path part, Matcher name) throws IOException {
    Path place = part.resolveSibling(name.group(1));
    if (name.group(2).equals("old") && !Files.exists(place)) {
      move(part, place);
    } else if (!writing(name.group(2))) {
      delete(part);
    }
  }

  private static boolean writing(String pid) {
    return !pid.equals("old")
        && pid.length() < 19
        && Long.parseLong(pid) != ProcessHandle.current().pid()
        && ProcessHandle.of(Long.parseLong(pid)).isPresent();
  }

  /// Waits until a file's content, or a folder's names, are on the disk.
  public static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Moves in one operation and syncs the folder, so that the new name survives a power cut.
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(java.util.Objects.requireNonNull(to.toAbsolutePath().getParent()));
  }

  /// The failure of a write that changed nothing, with what an operator can do.
  public static Failure cannotWrite(Path file, Exception e) {
    return new Failure.Unavailable(
        "cannot write "
            + file
            + ": "
            + FileTrouble.reason(e)
            + "; nothing was changed. "
            + FileTrouble.remedy(e)
            + ", then run the same command again",
        e);
  }

  /// Deletes what stands in a folder, but for the entries of these names.
  ///
  /// @param names not to be deleted
  public static void deleteOthers(Path folder, Collection<String> names) {
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(path -> !names.contains(String.valueOf(path.getFileName())))
          .toList()
          .forEach(WholeFile::delete);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Deletes a file or a whole folder; what is not there is fine.
  ///
  /// @throws Failure.Unavailable if something cannot be deleted
  public static void delete(Path path) {
    if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path folder, @org.jspecify.annotations.Nullable IOException e) throws IOException {
              if (e != null) {
                throw e;
              }
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot delete " + path + ": " + FileTrouble.reason(e), e);
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      delete(path);
    } catch (Failure e) {
      System.getLogger(WholeFile.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
    }
  }

  /// Copies `source` to `file`, whole or not at all.
  public static void copy(Path source, Path file) {
    write(file, out -> Files.copy(source, out));
  }

  /// Copies what others may be writing to at this moment.
  ///
  /// @param sha256 of what `source` held when it was looked at
  /// @throws IOException if `source` cannot be read or holds something else by now
  /// @throws Failure.Unavailable if the disk refuses; what stood at `file` still does in any case
  public static void copy(Path source, Path file, String sha256) throws IOException {
    try {
      write(
          file,
          out -> {
            if (!copy(source, out).equals(sha256)) {
              throw new ReadFailure(new IOException("it changed while it was copied"));
            }
          });
    } catch (ReadFailure e) {
      throw e.why;
    }
  }

  /// @return the SHA-256
  private static String copy(Path source, OutputStream out) throws IOException {
    var hash = new Sha256();
    var buffer = new byte[1 << 16];
    try (InputStream in = open(source)) {
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        hash.add(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    return hash.hex();
  }

  private static InputStream open(Path source) {
    try {
      return Files.newInputStream(source);
    } catch (IOException e) {
      throw new ReadFailure(e);
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ReadFailure(e);
    }
  }

  /// The trouble is with what is read, not with what is written.
  private static final class ReadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException why;

    ReadFailure(IOException why) {
      super(why);
      this.why = why;
    }
  }
}
