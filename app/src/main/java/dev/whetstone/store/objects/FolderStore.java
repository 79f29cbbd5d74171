package dev.whetstone.store.objects;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.FirstBytes;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// A folder as an object store. Listings pass over links, and files that are being written.
final class FolderStore implements ObjectStore {
  private final Path folder;

  FolderStore(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public String uri() {
    return folder + "/";
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    Path file = Keys.within(folder, key);
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile() ? Optional.of(info(key, attributes)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static ObjectInfo info(String key, BasicFileAttributes attributes) {
    return new ObjectInfo(key, attributes.size(), null, attributes.lastModifiedTime().toInstant());
  }

  @Override
  @MustBeClosed
  public InputStream read(String key) {
    return open(key, 0);
  }

  @Override
  @MustBeClosed
  public InputStream read(String key, long from, long length) {
    return new FirstBytes(open(key, from), length);
  }

  @SuppressWarnings("MustBeClosedChecker") // the channel is handed over to the stream
  private InputStream open(String key, long from) {
    Path file = Keys.within(folder, key);
    try {
      return Channels.newInputStream(FileChannel.open(file).position(from));
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput("there is no " + file, e);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  @Override
  public void put(String key, Content content, Acl acl) {
    Path file = Keys.within(folder, key);
    Path beside = beside(file);
    try {
      write(beside, content, acl);
      WholeFile.move(beside, file);
      content.sent(content.length());
    } catch (IOException e) {
      throw WholeFile.cannotWrite(file, e);
    } finally {
      WholeFile.delete(beside);
    }
  }

  @Override
  public boolean create(String key, Content content, Acl acl) {
    Path file = Keys.within(folder, key);
    Path beside = beside(file);
    try {
      write(beside, content, acl);
      Files.createLink(file, beside); // one operation that fails where something stands
      WholeFile.sync(Objects.requireNonNull(file.getParent()));
      content.sent(content.length());
      return true;
    } catch (FileAlreadyExistsException e) {
      return same(file, beside);
    } catch (IOException e) {
      throw WholeFile.cannotWrite(file, e);
    } finally {
      WholeFile.delete(beside);
    }
  }

  /// Of this one writing alone, and of the form that [WholeFile#beside] gives.
  private static Path beside(Path file) {
    return WholeFile.beside(file.resolveSibling(UUID.randomUUID().toString()));
  }

  /// Writes a file whose permissions hold before there is anything to read in it.
  private static void write(Path beside, Content content, Acl acl) throws IOException {
    Files.createDirectories(Objects.requireNonNull(beside.getParent()));
    Files.createFile(beside);
    permit(beside, acl);
    try (InputStream in = content.open(0, content.length());
        OutputStream out = Files.newOutputStream(beside)) {
      in.transferTo(out);
    }
    WholeFile.sync(beside);
  }

  private static boolean same(Path file, Path other) {
    try {
      return Files.isRegularFile(file) && Files.mismatch(file, other) < 0;
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  /// Private is the owner alone; public is what everybody may read.
  private static void permit(Path file, Acl acl) {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    String permissions =
        switch (acl) {
          case DEFAULT -> null;
          case PRIVATE -> "rw-------";
          case BUCKET_OWNER_READ, BUCKET_OWNER_FULL_CONTROL, AUTHENTICATED_READ -> "rw-r-----";
          case PUBLIC_READ -> "rw-r--r--";
          case PUBLIC_READ_WRITE -> "rw-rw-rw-";
        };
    if (view == null || permissions == null) {
      return;
    }
    try {
      Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
      view.setPermissions(set);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot set the permissions of " + file + ": " + FileTrouble.reason(e), e);
    }
  }

  @Override
  public Stream<ObjectInfo> list(String prefix) {
    var found = new ArrayList<ObjectInfo>();
    int slash = prefix.lastIndexOf('/');
    Path below = slash < 0 ? folder : Keys.within(folder, prefix.substring(0, slash));
    if (!Files.isDirectory(below)) {
      return Stream.empty();
    }
    try {
      Files.walkFileTree(
          below,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String key = Keys.of(folder, file);
              if (attributes.isRegularFile() && !unfinished(file) && key.startsWith(prefix)) {
                found.add(info(key, attributes));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw cannotRead(below, e);
    }
    found.sort(Comparator.comparing(ObjectInfo::key));
    return found.stream();
  }

  private static boolean unfinished(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(".") && (name.endsWith(".part") || name.endsWith(".new"));
  }

  @Override
  public void delete(Collection<String> keys) {
    for (String key : List.copyOf(keys)) {
      WholeFile.delete(Keys.within(folder, key));
    }
  }

  private static Failure cannotRead(Path file, IOException e) {
    return new Failure.BadInput("cannot read " + file + ": " + FileTrouble.reason(e), e);
  }

  @Override
  public void close() {}
}
