package dev.whetstone.corpus.pdf;

import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDSimpleFont;
import org.jspecify.annotations.Nullable;

/// Counts how many glyphs of a page have letters that can be trusted. A damaged font, or one that
/// is missing because the file was cut off, gives control characters between letters that are wrong
/// as well; a font without a map to Unicode gives no letters, or wrong signs.
///
/// @param glyphs of the page, except blanks
/// @param damaged those that are no characters
/// @param unknown those that may be any
record PdfTextQuality(int glyphs, int damaged, int unknown) {
  static final PdfTextQuality NONE = new PdfTextQuality(0, 0, 0);

  /// For each glyph that is no character, this many letters are assumed to be wrong.
  private static final int DAMAGE = 5;

  /// Whether half of the text or more must be assumed to be wrong. Of ten sound files, none has a
  /// damaged glyph and one glyph in 400 is unknown at most; in files that were cut off, on pages
  /// that lost a font, every fifth to second one is damaged.
  boolean isGarbled() {
    return glyphs > 0 && 2L * ((long) DAMAGE * damaged + unknown) > glyphs;
  }

  /// This count with one more glyph.
  ///
  /// @param text the text that the font gives for it; null for none
  PdfTextQuality with(@Nullable String text, PDFont font, int code) {
    if (text == null || text.isEmpty()) {
      return new PdfTextQuality(glyphs + 1, damaged, unknown + 1);
    }
    if (text.isBlank()) {
      return this;
    }
    int c = text.codePointAt(0);
    int type = Character.getType(c);
    boolean none =
        c == 0xFFFD
            || type == Character.CONTROL
            || type == Character.SURROGATE
            || type == Character.UNASSIGNED;
    boolean any =
        (type == Character.PRIVATE_USE && !PdfGlyphs.isBullet(c)) || guessed(text, font, code);
    return new PdfTextQuality(
        glyphs + 1, damaged + (none ? 1 : 0), unknown + (!none && any ? 1 : 0));
  }

  /// Where a simple font has no map, codes are taken for characters. That is right for old fonts
  /// that hold letters and digits where ASCII has them, and wrong for those that number what they
  /// hold from `!` on.
  private static boolean guessed(String text, PDFont font, int code) {
    return text.length() == 1
        && text.charAt(0) == code
        && !Character.isLetterOrDigit(code)
        && font instanceof PDSimpleFont
        && font.toUnicode(code) == null;
  }
}
