package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import dev.whetstone.corpus.pdf.PdfPage.Glyph;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Glyphs, in the order they are drawn, to chunks of text: a chunk ends where the baseline changes
/// or a gap is wider than about an em. Superscripts stay in their chunk, written as such, and
/// subscripts as plain text: `10⁶`, `CO2`. Leaders are shortened to four dots.
final class PdfChunks {
  /// Dots or lines that lead the eye, of which four say as much.
  private static final Pattern LEADER = Pattern.compile("([.·…_])(?:\\s?\\1){4,}");

  private static final float WIDEST_GAP = 1.0f; // of the font's size
  private static final float RAISED = 0.6f;
  private static final float SHIFTED = 0.15f;
  private static final float TOUCHING = 0.12f;

  private final List<Chunk> chunks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder raised = new StringBuilder(); // the superscript being read
  private float x0;
  private float x1;
  private float y;
  private float size;
  private float letters;
  private float boldLetters;
  private boolean spaceBefore;
  private boolean pagination;

  static List<Chunk> of(List<Glyph> glyphs) {
    var all = new PdfChunks();
    for (Glyph glyph : glyphs) {
      all.add(glyph);
    }
    all.end();
    return all.chunks;
  }

  private void add(Glyph glyph) {
    if (glyph.text().isBlank()) {
      spaceBefore |= !isEmpty();
      return;
    }
    if (!isEmpty() && !follows(glyph)) {
      end();
    }
    boolean first = isEmpty();
    if (first) {
      x0 = glyph.x0();
      y = glyph.y();
      size = glyph.size();
      pagination = glyph.pagination();
    }
    boolean isRaised = !first && y - glyph.y() > SHIFTED * Math.max(size, glyph.size());
    boolean larger = glyph.size() > size * 1.1f;
    if (!isRaised || larger) {
      lower(glyph.text().charAt(0));
    }
    if (!first) {
      space(glyph, isRaised && raised.isEmpty() ? 0.25f * size : 0);
    }
    if (glyph.size() > size) {
      if (larger && glyph.y() - y > SHIFTED * glyph.size()) { // a superscript began the line
        raised.append(text);
        text.setLength(0);
        lower(glyph.text().charAt(0));
      }
      y = glyph.y();
      size = glyph.size();
      isRaised = false;
    }
    (isRaised ? raised : text).append(glyph.text());
    spaceBefore = false;
    x1 = first ? glyph.x1() : Math.max(x1, glyph.x1());
    letters++;
    boldLetters += glyph.font().bold() ? 1 : 0;
  }

  /// @param atLeast how wide a gap is a space
  private void space(Glyph glyph, float atLeast) {
    StringBuilder before = raised.isEmpty() ? text : raised;
    if (before.isEmpty()) {
      return;
    }
    float gap = glyph.x0() - x1;
    boolean wide =
        Characters.isWide(before.charAt(before.length() - 1))
            && Characters.isWide(glyph.text().charAt(0));
    float space = glyph.font().space() > 0 ? glyph.font().space() : 0.25f * glyph.size();
    float enough = wide ? 0.5f * glyph.size() : Math.min(0.5f * space, 0.16f * glyph.size());
    enough = Math.max(enough, atLeast);
    if (gap > enough || (spaceBefore && !(wide && gap < enough))) {
      before.append(' ');
    }
  }

  /// Ends the superscript, if one is being read, before this character.
  private void lower(char next) {
    if (!raised.isEmpty()) {
      text.append(PdfSuperscript.render(text, raised.toString(), next));
      raised.setLength(0);
    }
  }

  private boolean isEmpty() {
    return text.isEmpty() && raised.isEmpty();
  }

  private boolean follows(Glyph glyph) {
    float larger = Math.max(size, glyph.size());
    float shift = Math.abs(glyph.y() - y);
    float gap = glyph.x0() - x1;
    boolean sameLine = shift < SHIFTED * larger;
    boolean smaller = Math.abs(glyph.size() - size) > 0.1f * larger && gap < 0.5f * larger;
    boolean exponent = // of the same size: only what jumps up, and touches what it belongs to
        y - glyph.y() > 2 * SHIFTED * larger
            && Character.isDigit(glyph.text().charAt(0))
            && Math.abs(gap) < TOUCHING * larger;
    return glyph.pagination() == pagination
        && (sameLine || (shift < RAISED * larger && (smaller || exponent)))
        && gap < WIDEST_GAP * larger
        && gap > -0.5f * larger;
  }

  private void end() {
    lower(' ');
    if (!text.isEmpty()) {
      chunks.add(
          new Chunk(
              LEADER.matcher(text).replaceAll("$1$1$1$1"),
              x0,
              x1,
              y,
              size,
              boldLetters * 10 >= letters * 9,
              pagination));
    }
    text.setLength(0);
    letters = 0;
    boldLetters = 0;
    spaceBefore = false;
  }
}
