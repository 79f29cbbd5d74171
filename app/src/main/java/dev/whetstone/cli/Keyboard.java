package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Attributes;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/// What a person types: single keys where the terminal can give them, lines elsewhere, as from a
/// pipe. For one thread.
interface Keyboard extends AutoCloseable {
  /// The input has ended.
  int END = -1;

  /// The next key; where keys come as lines, the first letter of the next line that is not empty.
  int key();

  /// The next line without its end; null at the end of the input.
  @Nullable String line();

  /// Whether a single key is enough.
  boolean singleKeys();

  @Override
  void close();

  /// The keyboard of the terminal that this program runs in, or standard input.
  static Keyboard open(boolean terminal) {
    if (terminal) {
      try {
        return new Raw(
            TerminalBuilder.builder()
                .system(true)
                .dumb(false)
                .encoding(StandardCharsets.UTF_8)
                .build());
      } catch (IOException | IllegalStateException | IOError e) {
        System.getLogger(Keyboard.class.getName())
            .log(System.Logger.Level.DEBUG, "no single keys: {0}", e.getMessage());
      }
    }
    return new Lines(System.in);
  }

  /// A terminal in raw mode while a key is waited for.
  final class Raw implements Keyboard {
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;
    private static final int ESCAPE = 27;

    /// The rest of a key's sequence comes at once; a person's next key does not.
    private static final long REST_MILLIS = 50;

    private final org.jline.terminal.Terminal terminal;

    Raw(org.jline.terminal.Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public int key() {
      Attributes before = terminal.enterRawMode();
      try {
        Attributes raw = terminal.getAttributes(); // Ctrl-C is a key, too: it ends as `quit` does
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        int key = terminal.reader().read();
        while (key == ESCAPE) {
          skipSequence();
          key = terminal.reader().read();
        }
        return key == CTRL_C || key == CTRL_D ? END : key;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        terminal.setAttributes(before);
      }
    }

    /// Arrows and other keys without a letter send an escape and letters, which are no keys: up
    /// would be `ESC [ A`. The Linux console has a second bracket in F1 to F5, and Alt a second
    /// escape.
    private void skipSequence() throws IOException {
      int c = terminal.reader().read(REST_MILLIS);
      while (c == ESCAPE) {
        c = terminal.reader().read(REST_MILLIS);
      }
      if (c != '[' && c != 'O') {
        return;
      }
      c = terminal.reader().read(REST_MILLIS);
      if (c == '[') {
        c = terminal.reader().read(REST_MILLIS);
      }
      while (c >= 0 && (c < '@' || c > '~')) {
        c = terminal.reader().read(REST_MILLIS);
      }
    }

    /// The terminal itself edits the line.
    @Override
    public @Nullable String line() {
      var line = new StringBuilder();
      try {
        while (true) {
          int c = terminal.reader().read();
          if (c < 0 || c == CTRL_D) {
            return line.isEmpty() ? null : line.toString();
          }
          if (c == '\n' || c == '\r') {
            return line.toString();
          }
          line.append((char) c);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean singleKeys() {
      return true;
    }

    @Override
    public void close() {
      try {
        terminal.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Lines of a stream in UTF-8, with or without a byte order mark.
  final class Lines implements Keyboard {
    private final InputStream in;
    private boolean first = true;

    Lines(InputStream in) {
      this.in = new BufferedInputStream(in);
    }

    @Override
    public int key() {
      while (true) {
        String line = line();
        if (line == null) {
          return END;
        }
        if (!line.isBlank()) {
          return line.strip().charAt(0);
        }
      }
    }

    @Override
    public @Nullable String line() {
      try {
        byte[] bytes = bytes();
        if (bytes == null) {
          return null;
        }
        String line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        boolean marked = first && line.startsWith("\uFEFF");
        first = false;
        return marked ? line.substring(1) : line;
      } catch (CharacterCodingException e) {
        throw new Failure.BadInput(
            "a line of standard input is not UTF-8, so nothing more of it is read; what was decided"
                + " before is kept",
            e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Of the next line: it is decoded by itself, so that a wrong one spoils none before it.
    private byte @Nullable [] bytes() throws IOException {
      var line = new ByteArrayOutputStream();
      int c = in.read();
      if (c < 0) {
        return null;
      }
      for (; c >= 0 && c != '\n'; c = in.read()) {
        if (c != '\r') {
          line.write(c);
        }
      }
      return line.toByteArray();
    }

    @Override
    public boolean singleKeys() {
      return false;
    }

    /// The stream is the process's own.
    @Override
    public void close() {}
  }
}
