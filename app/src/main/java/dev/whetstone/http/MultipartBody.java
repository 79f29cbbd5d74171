package dev.whetstone.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// The parts of a `multipart/form-data` body, one after another, as they come in: a file of any
/// length passes through a buffer. Jetty's parser takes the body apart; this turns its calls into
/// parts that are asked for. For one thread.
final class MultipartBody {
  /// Of a part that is no file, in bytes.
  private static final int LONGEST_FIELD = 8 << 10;

  private static final int MOST_PARTS = 1000;
  private static final int HEADERS = 8 << 10;

  /// A part's head. Its content is to be read before the next part is asked for.
  ///
  /// @param file the name of the file that it holds; null where it is a field
  record Part(String name, @Nullable String file) {}

  private sealed interface Event {
    record Begun(Part part) implements Event {}

    /// A piece of a part's content.
    final class Bytes implements Event {
      private final byte[] bytes;

      Bytes(ByteBuffer from) {
        bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
      }

      void to(OutputStream out) throws IOException {
        out.write(bytes);
      }
    }

    record Ended() implements Event {}

    record Complete() implements Event {}
  }

  private final InputStream in;
  private final MultiPart.Parser parser;
  private final Deque<Event> events = new ArrayDeque<>();
  private final byte[] buffer = new byte[16 << 10];
  private boolean last;

  /// @param type the request's content type
  /// @throws RequestException if it is another one
  MultipartBody(@Nullable String type, InputStream in) {
    this.in = in;
    String boundary = type == null ? null : MultiPart.extractBoundary(type);
    boolean form =
        type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    if (!form || boundary == null || boundary.isEmpty()) {
      throw new RequestException(
          415,
          "UnsupportedMediaType",
          "Send the documents as multipart/form-data (curl -F file=@guide.pdf), or one of them as"
              + " the body of PUT /v1/documents/NAME (curl -T guide.pdf).");
    }
    this.parser = new MultiPart.Parser(boundary, new Listener());
    parser.setMaxParts(MOST_PARTS);
    parser.setPartHeadersMaxLength(HEADERS);
  }

  private final class Listener extends MultiPart.AbstractPartsListener {
    private boolean begun;

    @Override
    public void onPartBegin() {
      super.onPartBegin();
      begun = false;
    }

    @Override
    public void onPartHeaders() {
      super.onPartHeaders();
      begun = true;
      events.add(new Event.Begun(new Part(String.valueOf(getName()), getFileName())));
    }

    @Override
    public void onPartContent(Content.Chunk chunk) {
      ByteBuffer from = chunk.getByteBuffer();
      if (begun && from.hasRemaining()) {
        events.add(new Event.Bytes(from));
      }
    }

    @Override
    public void onPartEnd() {
      events.add(new Event.Ended());
      super.onPartEnd();
    }

    @Override
    public void onPart(String name, String fileName, HttpFields headers) {}

    @Override
    public void onComplete() {
      super.onComplete();
      events.add(new Event.Complete());
    }

    @Override
    public void onFailure(Throwable failure) {
      throw RequestException.badRequest("The body is no multipart/form-data as its type says.");
    }
  }

  /// The next part; null behind the last one.
  @Nullable Part next() {
    while (true) {
      switch (event()) {
        case Event.Begun(Part part) -> {
          return part;
        }
        case Event.Complete _ -> {
          return null;
        }
        case Event.Bytes _, Event.Ended _ -> {} // of a part that was not read
      }
    }
  }

  /// The rest of the part's content.
  void transferTo(OutputStream out) throws IOException {
    while (event() instanceof Event.Bytes bytes) {
      bytes.to(out);
    }
  }

  /// The content of a field.
  String text() {
    var text = new ByteArrayOutputStream();
    while (event() instanceof Event.Bytes bytes) {
      text.writeBytes(bytes.bytes);
      if (text.size() > LONGEST_FIELD) {
        throw RequestException.badRequest("A field has more than " + LONGEST_FIELD + " bytes.");
      }
    }
    return text.toString(StandardCharsets.UTF_8).strip();
  }

  private Event event() {
    while (events.isEmpty()) {
      if (last) {
        throw RequestException.badRequest("The request's body broke off: nothing was kept of it.");
      }
      read();
    }
    return events.remove();
  }

  private void read() {
    int n;
    try {
      n = in.read(buffer);
    } catch (IOException _) {
      throw RequestException.badRequest("The request's body broke off: nothing was kept of it.");
    }
    last = n < 0;
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, Math.max(0, n));
    parser.parse(Content.Chunk.from(bytes, last));
  }
}
