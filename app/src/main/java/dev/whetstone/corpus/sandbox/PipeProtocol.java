package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Block;
import dev.whetstone.core.Document;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.TextBeside;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The messages that the program and its parsing process exchange over pipes.
///
/// A frame is the magic number, the payload's length and the payload, all numbers big-endian
/// 32-bit; a text is its length in bytes and its UTF-8. A request holds id, path, and path, name
/// and age of the text beside it; an answer a kind (0 parsed, 1 failed) and a document, or id,
/// reason and the pages that are pictures. When it is ready, the process sends an empty frame.
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
    TextBeside beside = source.text();
    out.writeBoolean(beside != null);
    if (beside != null) {
      text(out, beside.file().toAbsolutePath().toString());
      text(out, beside.name());
      out.writeBoolean(beside.older());
    }
    return bytes.toByteArray();
  }

  static SourceFile request(byte[] payload) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(payload));
    String id = text(in);
    Path file = Path.of(text(in));
    return in.readBoolean()
        ? new SourceFile(file, id, new TextBeside(Path.of(text(in)), text(in), in.readBoolean()))
        : new SourceFile(file, id);
  }

  static byte[] answer(ParseOutcome outcome) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    switch (outcome) {
      case ParseOutcome.Parsed(Document document) -> {
        out.writeByte(0);
        write(out, document);
      }
      case ParseOutcome.Failed(String id, String reason, List<Integer> pictures) -> {
        out.writeByte(1);
        text(out, id);
        text(out, reason);
        numbers(out, pictures);
      }
    }
    return bytes.toByteArray();
  }

  static ParseOutcome answer(byte[] payload) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(payload));
    return in.readByte() == 0
        ? new ParseOutcome.Parsed(document(in))
        : new ParseOutcome.Failed(text(in), text(in), numbers(in));
  }

  private static void write(DataOutputStream out, Document document) throws IOException {
    text(out, document.id());
    texts(out, document.metadata());
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
    out.writeInt(document.parts().size());
    for (Document.Part part : document.parts()) {
      out.writeInt(part.block());
      texts(out, part.metadata());
    }
    numbers(out, document.pictures());
    out.writeInt(document.notes().size());
    for (String note : document.notes()) {
      text(out, note);
    }
  }

  private static Document document(DataInputStream in) throws IOException {
    String id = text(in);
    Map<String, String> metadata = texts(in);
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
    int partCount = in.readInt();
    List<Document.Part> parts = new ArrayList<>(Math.min(partCount, 1 << 16));
    for (int i = 0; i < partCount; i++) {
      parts.add(new Document.Part(in.readInt(), texts(in)));
    }
    List<Integer> pictures = numbers(in);
    int count = in.readInt();
    List<String> notes = new ArrayList<>(Math.min(count, 1 << 16));
    for (int i = 0; i < count; i++) {
      notes.add(text(in));
    }
    return new Document(id, metadata, text, blocks, parts, pictures, notes);
  }

  private static void texts(DataOutputStream out, Map<String, String> texts) throws IOException {
    out.writeInt(texts.size());
    for (var entry : texts.entrySet()) {
      text(out, entry.getKey());
      text(out, entry.getValue());
    }
  }

  private static Map<String, String> texts(DataInputStream in) throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (int n = in.readInt(); n > 0; n--) {
      texts.put(text(in), text(in));
    }
    return texts;
  }

  private static void numbers(DataOutputStream out, List<Integer> numbers) throws IOException {
    out.writeInt(numbers.size());
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private static List<Integer> numbers(DataInputStream in) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      numbers.add(in.readInt());
    }
    return numbers;
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
