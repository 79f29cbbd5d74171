package dev.whetstone.corpus.markup;

import dev.whetstone.text.LanguageDetector;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Decodes bytes of an unknown character set.
///
/// Order: byte order mark; UTF-16 without a mark, recognised by its NULs; ISO-2022-JP, recognised
/// by its escape sequences; UTF-8 when every byte fits, or all but a few, whatever the page
/// declares; the set that the page declares ([DeclaredCharset]); a Japanese, Korean or Taiwanese
/// set that the bytes are typical of; GB18030 when every byte fits and the Han characters are
/// distributed as in Chinese; an alphabet other than the Latin one; else Windows-1252.
public final class TextDecoder {
  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final int SAMPLE = 8192;
  private static final double MOSTLY = 0.8;
  private static final Charset ISO_2022_JP = DeclaredCharset.wider(Charset.forName("ISO-2022-JP"));

  private TextDecoder() {}

  public static String decode(byte[] bytes) {
    int mark = 0;
    Charset marked = null;
    if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
      marked = StandardCharsets.UTF_8;
      mark = 3;
    } else if (starts(bytes, 0xFF, 0xFE)) {
      marked = StandardCharsets.UTF_16LE;
      mark = 2;
    } else if (starts(bytes, 0xFE, 0xFF)) {
      marked = StandardCharsets.UTF_16BE;
      mark = 2;
    }
    if (marked != null) {
      return new String(bytes, mark, bytes.length - mark, marked);
    }
    Optional<String> utf16 = utf16(bytes);
    if (utf16.isPresent()) {
      return utf16.get();
    }
    Optional<Charset> declared = DeclaredCharset.of(bytes);
    if (isIso2022(bytes) && declared.map(TextDecoder::isSevenBit).orElse(true)) {
      Optional<String> japanese = strictly(bytes, ISO_2022_JP);
      if (japanese.isPresent()) {
        return japanese.get();
      }
    }
    Optional<String> utf8 = strictly(bytes, StandardCharsets.UTF_8).or(() -> almostUtf8(bytes, 10));
    if (utf8.isPresent()) {
      return utf8.get();
    }
    if (declared.isPresent()) {
      return new String(bytes, declared.get());
    }
    return CharsetGuess.eastAsian(bytes)
        .flatMap(charset -> strictly(bytes, charset))
        .or(() -> strictly(bytes, GB18030).filter(text -> chinese(text, bytes)))
        .or(() -> almostUtf8(bytes, 4))
        .orElseGet(() -> new String(bytes, CharsetGuess.ofLetters(bytes).orElse(WINDOWS_1252)));
  }

  /// UTF-8 with a few damaged bytes, or cut off within its last character, stays UTF-8.
  ///
  /// @param validPerDamaged how many sound characters beyond ASCII there must be for each damaged
  ///   one
  private static Optional<String> almostUtf8(byte[] bytes, int validPerDamaged) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    long damaged = text.chars().filter(c -> c == '\uFFFD').count();
    long beyond = text.chars().filter(c -> c > 0x7F).count() - damaged;
    if (damaged == 1 && beyond > 0 && text.endsWith("\uFFFD")) {
      return Optional.of(text.substring(0, text.length() - 1));
    }
    return damaged * validPerDamaged <= beyond ? Optional.of(text) : Optional.empty();
  }

  /// Whether Japanese is written in seven bits, between escape sequences.
  private static boolean isIso2022(byte[] bytes) {
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == 0x1B && bytes[i + 1] == '$' && (bytes[i + 2] == '@' || bytes[i + 2] == 'B')) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSevenBit(Charset charset) {
    return charset.name().toLowerCase(Locale.ROOT).contains("2022");
  }

  /// Whether `text`, read from `bytes` as GB18030, is Chinese. An accented letter of Windows-1252
  /// and the letter after it also make a Han character, but its second byte is then ASCII, which is
  /// rare in Chinese, or it stands alone between Latin letters.
  private static boolean chinese(String text, byte[] bytes) {
    boolean prevails = LanguageDetector.of(text).equals("zh");
    if (!prevails && hanShare(text) <= 0.5) {
      return false;
    }
    int han = 0;
    int ascii = 0;
    int apart = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (han(c)) {
        han++;
        ascii += bytes[at + 1] >= 0 ? 1 : 0;
        char before = i == 0 ? ' ' : text.charAt(i - 1);
        char after = i + 1 == text.length() ? ' ' : text.charAt(i + 1);
        boolean among = han(before) || han(after);
        apart += !among && (latin(before) || latin(after)) ? 1 : 0;
      }
      if (!Character.isLowSurrogate(c)) {
        at += length(bytes, at);
      }
    }
    return ascii * 2L <= han && (prevails || apart * 2L <= han);
  }

  private static boolean han(char c) {
    return c >= 0x4E00 && c <= 0x9FA5;
  }

  private static boolean latin(char c) {
    return c < 0x80 && Character.isLetter(c);
  }

  /// How many bytes the GB18030 character takes that begins at `at`.
  private static int length(byte[] bytes, int at) {
    if (bytes[at] >= 0) {
      return 1;
    }
    return bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
  }

  private static double hanShare(String text) {
    long beyond = text.chars().filter(c -> c > 0x7F).count();
    long han = text.chars().filter(c -> han((char) c)).count();
    return beyond == 0 ? 0 : han / (double) beyond;
  }

  /// Only text of two bytes a character has NULs; the order of bytes is the one that reads as text.
  private static Optional<String> utf16(byte[] bytes) {
    int n = Math.min(SAMPLE, bytes.length) & ~1;
    boolean nul = false;
    for (int i = 0; i < n; i++) {
      nul |= bytes[i] == 0;
    }
    if (!nul) {
      return Optional.empty();
    }
    double little = readable(new String(bytes, 0, n, StandardCharsets.UTF_16LE));
    double big = readable(new String(bytes, 0, n, StandardCharsets.UTF_16BE));
    if (Math.max(little, big) < MOSTLY) {
      return Optional.empty();
    }
    return strictly(bytes, little > big ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE);
  }

  /// The share of characters that are Latin, Han or their punctuation.
  private static double readable(String text) {
    long readable =
        text.chars()
            .filter(
                c ->
                    (c >= ' ' && c < 0x250)
                        || c == '\n'
                        || c == '\r'
                        || c == '\t'
                        || (c >= 0x3000 && c < 0x3100)
                        || (c >= 0x4E00 && c < 0x9FA6)
                        || (c >= 0xFF00 && c < 0xFFF0))
            .count();
    return text.isEmpty() ? 0 : readable / (double) text.length();
  }

  private static Optional<String> strictly(byte[] bytes, Charset charset) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static boolean starts(byte[] bytes, int... first) {
    if (bytes.length < first.length) {
      return false;
    }
    for (int i = 0; i < first.length; i++) {
      if ((bytes[i] & 0xFF) != first[i]) {
        return false;
      }
    }
    return true;
  }
}
