package dev.whetstone.corpus;

import dev.whetstone.core.BoundedInput;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// A zip that holds a document. Reading a part fails where it unpacks to far more than a writer of
/// documents would make.
public final class SafeZip implements AutoCloseable {
  private static final long LARGEST_PART = 1L << 30;
  private static final long ALWAYS_FINE = 8L << 20;
  private static final long LARGEST_RATIO = 200;

  private final ZipFile zip;
  private final String id;

  private SafeZip(ZipFile zip, String id) {
    this.zip = zip;
    this.id = id;
  }

  /// @param id of the document, for messages
  /// @throws Failure.BadInput if it is damaged
  public static SafeZip open(Path file, String id) throws IOException {
    try {
      return new SafeZip(new ZipFile(file.toFile()), id);
    } catch (ZipException e) {
      throw new Failure.BadInput(
          id + ": is damaged or cut off (" + e.getMessage() + "); save it again", e);
    }
  }

  public String id() {
    return id;
  }

  /// The names of its parts, in their order.
  public List<String> names() {
    return zip.stream().map(ZipEntry::getName).toList();
  }

  /// A part's content; null without such a part.
  public @Nullable InputStream open(String part) throws IOException {
    ZipEntry entry = zip.getEntry(part);
    if (entry == null) {
      return null;
    }
    long most =
        Math.min(LARGEST_PART, Math.max(ALWAYS_FINE, LARGEST_RATIO * entry.getCompressedSize()));
    return new BoundedInput(
        zip.getInputStream(entry),
        most,
        _ -> {
          throw new Failure.BadInput(
              "%s: looks like a zip bomb: its part %s unpacks to more than %d MB; not read"
                  .formatted(id, entry.getName(), most >> 20));
        });
  }

  /// A part that is small enough to be held; null without such a part.
  public byte @Nullable [] bytes(String part) throws IOException {
    try (InputStream in = open(part)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
