package dev.whetstone.corpus.markup;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apache.tika.parser.txt.CharsetDetector;
import org.apache.tika.parser.txt.CharsetMatch;

/// The character set of bytes that name none, by ICU's statistics.
final class CharsetGuess {
  private static final int SAMPLE = 1 << 16; // bytes
  private static final Set<String> EAST_ASIAN = Set.of("Shift_JIS", "EUC-JP", "EUC-KR", "Big5");
  private static final Set<String> LETTERS =
      Set.of("windows-1251", "KOI8-R", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "windows-1256");
  private static final int CERTAIN = 90; // of 100
  private static final int LIKELY = 20;
  private static final double MOSTLY = 0.5;

  private CharsetGuess() {}

  /// A set of Japanese, Korean or traditional Chinese, when the bytes are typical of it and not of
  /// GB18030.
  static Optional<Charset> eastAsian(byte[] bytes) {
    CharsetMatch[] matches = matches(bytes);
    CharsetMatch best = matches[0];
    boolean chinese =
        Arrays.stream(matches)
            .anyMatch(m -> m.getName().equals("GB18030") && m.getConfidence() >= CERTAIN);
    return EAST_ASIAN.contains(best.getName()) && best.getConfidence() >= CERTAIN && !chinese
        ? Optional.of(DeclaredCharset.wider(Charset.forName(best.getName())))
        : Optional.empty();
  }

  /// A set of Cyrillic, Greek or Arabic letters, when most letters lie beyond ASCII.
  static Optional<Charset> ofLetters(byte[] bytes) {
    int beyond = 0;
    int ascii = 0;
    for (byte b : bytes) {
      beyond += b < 0 ? 1 : 0;
      ascii += Character.isLetter(b) ? 1 : 0;
    }
    if (beyond < MOSTLY * (beyond + ascii)) {
      return Optional.empty();
    }
    return Arrays.stream(matches(bytes))
        .filter(m -> LETTERS.contains(m.getName()) && m.getConfidence() >= LIKELY)
        .findFirst()
        .map(m -> Charset.forName(m.getName()));
  }

  private static CharsetMatch[] matches(byte[] bytes) {
    var detector = new CharsetDetector(SAMPLE);
    detector.setText(bytes);
    return detector.detectAll();
  }
}
