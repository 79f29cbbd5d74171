package dev.whetstone.corpus.office;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Characters of the fonts whose letters are signs: Office stores them as codes of the font, often
/// raised into Unicode's private area (`F0B0` is the degree sign of Symbol).
final class SymbolFonts {
  private static final int PRIVATE = 0xF000;

  /// Adobe's Symbol encoding from 0x20, a space where it has no sign.
  private static final String SYMBOL =
      " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
          + " "
          + " ".repeat(32)
          + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ "
          + "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ ";

  private static final Map<Integer, String> WINGDINGS =
      Map.ofEntries(
          Map.entry(0x22, "✂"),
          Map.entry(0x28, "☎"),
          Map.entry(0x2A, "✉"),
          Map.entry(0x36, "⌛"),
          Map.entry(0x3A, "💻"),
          Map.entry(0x43, "👍"),
          Map.entry(0x44, "👎"),
          Map.entry(0x45, "☜"),
          Map.entry(0x46, "☞"),
          Map.entry(0x4A, "☺"),
          Map.entry(0x4C, "☹"),
          Map.entry(0x6C, "●"),
          Map.entry(0x6E, "■"),
          Map.entry(0x6F, "☐"),
          Map.entry(0x71, "❑"),
          Map.entry(0x74, "⧫"),
          Map.entry(0x75, "◆"),
          Map.entry(0x76, "❖"),
          Map.entry(0x77, "◆"),
          Map.entry(0x9F, "•"),
          Map.entry(0xA7, "▪"),
          Map.entry(0xA8, "☐"),
          Map.entry(0xAB, "★"),
          Map.entry(0xD8, "➢"),
          Map.entry(0xDF, "←"),
          Map.entry(0xE0, "→"),
          Map.entry(0xE1, "↑"),
          Map.entry(0xE2, "↓"),
          Map.entry(0xE8, "➔"),
          Map.entry(0xF0, "⇨"),
          Map.entry(0xFB, "✗"),
          Map.entry(0xFC, "✓"),
          Map.entry(0xFD, "☒"),
          Map.entry(0xFE, "☑"));

  private SymbolFonts() {}

  /// Whether the letters of the font are signs.
  static boolean has(@Nullable String font) {
    return font != null && font.toLowerCase(Locale.ROOT).matches("symbol(mt)?|wingdings");
  }

  /// The sign that a font has at a code; null where it is not known.
  static @Nullable String sign(@Nullable String font, int code) {
    int own = code >= PRIVATE && code <= PRIVATE + 0xFF ? code - PRIVATE : code;
    if (has(font) && own <= 0xFF) {
      boolean symbol = font != null && font.toLowerCase(Locale.ROOT).startsWith("symbol");
      if (!symbol) {
        return WINGDINGS.get(own);
      }
      int at = own - 0x20;
      boolean known = at >= 0 && at < SYMBOL.length() && (at == 0 || SYMBOL.charAt(at) != ' ');
      return known ? SYMBOL.substring(at, at + 1) : null;
    }
    boolean isPrivate = code >= 0xE000 && code <= 0xF8FF;
    return isPrivate || !Character.isDefined(code) ? null : Character.toString(code);
  }

  /// A text in such a font as Unicode; characters without a known sign stay as they are.
  static String plain(String font, String text) {
    return plain(font, text, 0);
  }

  /// As [#plain(String, String)], of the characters from a code on.
  static String plain(String font, String text, int from) {
    var plain = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String sign = c < from ? null : sign(font, c);
              plain.append(sign == null ? Character.toString(c) : sign);
            });
    return plain.toString();
  }
}
