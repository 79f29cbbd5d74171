package dev.whetstone.pairs;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The text of a file of questions, and of its cells. A file is UTF-8, or what its byte order mark
/// says: spreadsheets save "Unicode text" as UTF-16. Anything else is refused, since a guess that
/// is wrong makes phrases that no document holds.
final class QuestionText {
  /// In bytes: some millions of questions.
  private static final long LARGEST = 256L << 20;

  private QuestionText() {}

  /// @throws Failure.BadInput if the file is missing, too large, or in no encoding that is known
  static String of(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        throw new Failure.BadInput(
            "%s has more than %,d MB: split it, and import the parts one after the other"
                .formatted(file, LARGEST >> 20));
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput("there is no file " + file, e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
    String text = decode(bytes, file);
    if (text.indexOf('\0') >= 0) { // UTF-16 without a mark, or no text at all
      throw notUtf8(file, null);
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static String decode(byte[] bytes, Path file) {
    Charset charset =
        begins(bytes, 0xFF, 0xFE)
            ? StandardCharsets.UTF_16LE
            : begins(bytes, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw notUtf8(file, e);
    }
  }

  private static boolean begins(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
  }

  private static Failure notUtf8(
      Path file, @org.jspecify.annotations.Nullable CharacterCodingException e) {
    return new Failure.BadInput(
        file + " is not UTF-8: save it as UTF-8 (in Excel, as \"CSV UTF-8\")", e);
  }

  /// A cell without what surrounds its text unseen: white space of all kinds, and characters of no
  /// width, which web pages and spreadsheets leave.
  static String trimmed(String cell) {
    int from = 0;
    int to = cell.length();
    while (from < to && unseen(cell.charAt(from))) {
      from++;
    }
    while (to > from && unseen(cell.charAt(to - 1))) {
      to--;
    }
    return cell.substring(from, to);
  }

  private static boolean unseen(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT;
  }

  /// A text without characters of no width that mean nothing: where a line may break or must not,
  /// and byte order marks. Those that join letters stay.
  static String visible(String text) {
    return trimmed(text).replaceAll("[\u200B\u2060\uFEFF\u00AD]", "");
  }
}
