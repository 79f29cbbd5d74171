package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Block;
import dev.whetstone.core.Document;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The messages that the program and its parsing process exchange over pipes.
///
/// A frame is the magic number, the payload's length and the payload, all numbers big-endian
/// 32-bit; a text is its length in bytes and its UTF-8. A request holds id and path; an answer a
/// kind (0 parsed, 1 failed) and a document or id and reason. When it is ready, the process sends
/// an empty frame.
public final class PipeProtocol {
  private static final int MAGIC = 0x57484554; // WHET
  private static final List<Block.Kind> KINDS = List.of(Block.Kind.values());

  private PipeProtocol() {}

  static void write(DataOutputStream out, byte[] payload) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(payload.length);
    out.write(payload);
    out.flush();
  }

  /// The next frame's payload.
  ///
  /// @throws java.io.EOFException at the end of the stream
  /// @throws IOException if the bytes are no frame, or the payload is longer than `max` bytes
  static byte[] read(DataInputStream in, int max) throws IOException {
    int magic = in.readInt();
    int length = in.readInt();
    if (magic != MAGIC || length < 0 || length > max) {
      throw new IOException("not a frame");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return payload;
  }

  static byte[] request(SourceFile source) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    text(out, source.id());
    text(out, source.file().toAbsolutePath().toString());
    return bytes.toByteArray();
  }

  static SourceFile request(byte[] payload) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(payload));
    String id = text(in);
    return new SourceFile(Path.of(text(in)), id);
  }

  static byte[] answer(ParseOutcome outcome) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    switch (outcome) {
      case ParseOutcome.Parsed(Document document) -> {
        out.writeByte(0);
        write(out, document);
      }
      case ParseOutcome.Failed(String id, String reason) -> {
        out.writeByte(1);
        text(out, id);
        text(out, reason);
      }
    }
    return bytes.toByteArray();
  }

  static ParseOutcome answer(byte[] payload) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(payload));
    return in.readByte() == 0
        ? new ParseOutcome.Parsed(document(in))
        : new ParseOutcome.Failed(text(in), text(in));
  }

  private static void write(DataOutputStream out, Document document) throws IOException {
    text(out, document.id());
    text(out, document.title());
    text(out, document.format());
    text(out, document.language());
    String url = document.about().url();
    text(out, url == null ? "" : url);
    text(out, document.text());
    out.writeInt(document.blocks().size());
    for (Block block : document.blocks()) {
      out.writeByte(KINDS.indexOf(block.kind()));
      out.writeInt(block.from());
      out.writeInt(block.to());
      out.writeInt(block.level());
      out.writeInt(block.page());
      out.writeInt(block.header());
    }
    out.writeInt(document.notes().size());
    for (String note : document.notes()) {
      text(out, note);
    }
  }

  private static Document document(DataInputStream in) throws IOException {
    String id = text(in);
    String title = text(in);
    String format = text(in);
    String language = text(in);
    String url = text(in);
    String text = text(in);
    int size = in.readInt();
    List<Block> blocks = new ArrayList<>(Math.min(size, 1 << 16));
    for (int i = 0; i < size; i++) {
      blocks.add(
          new Block(
              KINDS.get(in.readByte()),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt()));
    }
    int count = in.readInt();
    List<String> notes = new ArrayList<>(Math.min(count, 1 << 16));
    for (int i = 0; i < count; i++) {
      notes.add(text(in));
    }
    var about = new Document.About(title, format, language, url.isEmpty() ? null : url);
    return new Document(id, about, text, blocks, notes);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a text longer than its frame");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
