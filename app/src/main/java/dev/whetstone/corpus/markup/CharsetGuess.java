package dev.whetstone.corpus.markup;

import com.sigpwned.chardet4j.com.ibm.icu.text.CharsetDetector;
import com.sigpwned.chardet4j.com.ibm.icu.text.CharsetMatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Guesses the character set of bytes that declare none, by the statistics of ICU.
final class CharsetGuess {
  private static final int SAMPLE = 8_000; // bytes, as many as the detector reads
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
    List<CharsetMatch> matches = matches(bytes);
    boolean chinese =
        matches.stream()
            .anyMatch(m -> m.getName().equals("GB18030") && m.getConfidence() >= CERTAIN);
    return matches.stream()
        .limit(1)
        .filter(best -> EAST_ASIAN.contains(best.getName()) && best.getConfidence() >= CERTAIN)
        .filter(_ -> !chinese)
        .map(best -> DeclaredCharset.wider(Charset.forName(best.getName())))
        .findFirst();
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
    return matches(bytes).stream()
        .filter(m -> LETTERS.contains(m.getName()) && m.getConfidence() >= LIKELY)
        .findFirst()
        .map(m -> Charset.forName(m.getName()));
  }

  /// What the detector takes the bytes for, the likeliest first.
  private static List<CharsetMatch> matches(byte[] bytes) {
    return List.of(new CharsetDetector().setText(sample(bytes)).detectAll());
  }

  /// The detector reads [#SAMPLE] bytes. Of a longer text it gets the first lines that hold bytes
  /// beyond ASCII: the others say nothing about the set.
  private static byte[] sample(byte[] bytes) {
    if (bytes.length <= SAMPLE) {
      return bytes;
    }
    var sample = new ByteArrayOutputStream(SAMPLE);
    int lineStart = 0;
    boolean beyondAscii = false;
    for (int i = 0; i < bytes.length && sample.size() < SAMPLE; i++) {
      beyondAscii |= bytes[i] < 0;
      if (bytes[i] == '\n' || i + 1 == bytes.length || i + 1 - lineStart == SAMPLE) {
        if (beyondAscii) {
          sample.write(bytes, lineStart, i + 1 - lineStart);
        }
        lineStart = i + 1;
        beyondAscii = false;
      }
    }
    return sample.toByteArray();
  }
}
