package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// What is put into a store: a file, which is streamed and never held in memory, or a few bytes.
/// May be read several times, from any place on.
public final class Content {
  private final @Nullable Path file;
  private final byte[] held;
  private final long length;
  private final LongConsumer sent;

  private Content(@Nullable Path file, byte[] held, long length, LongConsumer sent) {
    this.file = file;
    this.held = held;
    this.length = length;
    this.sent = sent;
  }

  /// @throws Failure.BadInput if the file cannot be read
  public static Content of(Path file) {
    try {
      return new Content(file, new byte[0], Files.size(file), _ -> {});
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + FileTrouble.reason(e), e);
    }
  }

  public static Content of(byte[] bytes) {
    return new Content(null, bytes.clone(), bytes.length, _ -> {});
  }

  public static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same content, telling how many bytes have arrived each time that some have; by any thread.
  public Content telling(LongConsumer listener) {
    return new Content(file, held, length, listener);
  }

  /// For stores: so many bytes more have arrived.
  public void sent(long bytes) {
    sent.accept(bytes);
  }

  public long length() {
    return length;
  }

  /// Opens the content.
  ///
  /// @param from of the first byte
  /// @param bytes at most so many
  public InputStream open(long from, long bytes) throws IOException {
    if (file == null) {
      int start = Math.toIntExact(from);
      return new ByteArrayInputStream(
          Arrays.copyOfRange(held, start, Math.toIntExact(Math.min(length, from + bytes))));
    }
    InputStream in = Files.newInputStream(file);
    try {
      in.skipNBytes(from);
      return new FirstBytes(in, bytes);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /// The file's name, or that it is bytes; for messages.
  @Override
  public String toString() {
    return file == null ? length + " bytes" : file.toString();
  }
}
