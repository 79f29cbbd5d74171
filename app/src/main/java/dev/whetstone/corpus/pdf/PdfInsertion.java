package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Glyph;
import dev.whetstone.corpus.pdf.PdfPage.GlyphFont;
import java.util.ArrayList;
import java.util.List;

/// Inserts form values and text boxes among the glyphs of the page, beside their label or below the
/// text above them, so that they are read there.
final class PdfInsertion {
  private static final float LARGEST = 12f; // points: values in tall boxes are not set larger
  private static final float LEADING = 1.2f;
  private static final float LETTER = 0.5f; // width in sizes, for want of the font's

  private PdfInsertion() {}

  /// A value as glyphs, one a line.
  ///
  /// @param x0 of its box
  /// @param top of its box, `bottom` below it
  /// @param page the glyphs of the page, whose baseline a value of one line takes
  static List<Glyph> value(
      String text, float x0, float x1, float top, float bottom, List<Glyph> page) {
    List<String> lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    float size = Math.min(LARGEST, (bottom - top) / (LEADING * Math.max(1, lines.size())));
    float y = lines.size() > 1 ? top + size : (top + bottom) / 2 + 0.35f * size;
    if (lines.size() == 1 && bottom - top < 3 * LARGEST) {
      int beside = beside(page, x0, top, bottom);
      y = beside < 0 ? y : page.get(beside).y();
    }
    List<Glyph> glyphs = new ArrayList<>();
    var font = new GlyphFont(size, false, 0);
    for (String line : lines) {
      float end = Math.min(x1, x0 + LETTER * size * line.length());
      glyphs.add(new Glyph(line, x0, Math.max(end, x0 + 1), y, font, false));
      y += LEADING * size;
    }
    return glyphs;
  }

  /// Inserts glyphs that are read together.
  static void insert(List<Glyph> page, List<Glyph> glyphs) {
    if (glyphs.isEmpty()) {
      return;
    }
    Glyph first = glyphs.getFirst();
    float high = first.y() - 0.35f * first.size();
    float low = first.y() + 0.35f * first.size();
    int beside = beside(page, first.x0(), high, low);
    int at = beside < 0 ? -1 : page.get(beside).x0() < first.x0() ? beside + 1 : beside;
    if (at < 0) {
      float above = Float.NEGATIVE_INFINITY;
      at = 0;
      for (int i = 0; i < page.size(); i++) {
        if (page.get(i).y() <= low && page.get(i).y() >= above) {
          above = page.get(i).y();
          at = i + 1;
        }
      }
    }
    page.addAll(at, glyphs);
  }

  /// The glyph nearest to `x` on a baseline between these heights: to the left, or else to the
  /// right; -1 for none.
  private static int beside(List<Glyph> page, float x, float top, float bottom) {
    int left = -1;
    int right = -1;
    for (int i = 0; i < page.size(); i++) {
      Glyph glyph = page.get(i);
      if (glyph.y() < top || glyph.y() > bottom || glyph.text().isBlank()) {
        continue;
      }
      if (glyph.x0() < x) {
        left = left < 0 || glyph.x0() >= page.get(left).x0() ? i : left;
      } else {
        right = right < 0 || glyph.x0() < page.get(right).x0() ? i : right;
      }
    }
    return left >= 0 ? left : right;
  }
}
