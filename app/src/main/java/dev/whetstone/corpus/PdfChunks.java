package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Chunk;
import dev.whetstone.corpus.PdfPage.Glyph;
import java.util.ArrayList;
import java.util.List;

/// Glyphs, in the order they are drawn, to chunks of text: a chunk ends where the baseline changes
/// or a gap is wider than about an em. Superscripts stay in their chunk.
final class PdfChunks {
  private static final float WIDEST_GAP = 1.0f; // of the font's size
  private static final float RAISED = 0.6f;

  private final List<Chunk> chunks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private float x0;
  private float x1;
  private float y;
  private float size;
  private float letters;
  private float boldLetters;
  private boolean spaceAsked;

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
      spaceAsked |= !text.isEmpty();
      return;
    }
    if (!text.isEmpty() && !follows(glyph)) {
      end();
    }
    if (text.isEmpty()) {
      x0 = glyph.x0();
      y = glyph.y();
      size = glyph.size();
    } else {
      float gap = glyph.x0() - x1;
      boolean wide =
          Characters.isWide(text.charAt(text.length() - 1))
              && Characters.isWide(glyph.text().charAt(0));
      float space = glyph.space() > 0 ? glyph.space() : 0.25f * glyph.size();
      float enough = wide ? 0.5f * glyph.size() : Math.min(0.5f * space, 0.16f * glyph.size());
      if (gap > enough || (spaceAsked && !(wide && gap < enough))) {
        text.append(' ');
      }
      if (glyph.size() > size) { // the line was begun by a superscript
        y = glyph.y();
        size = glyph.size();
      }
    }
    spaceAsked = false;
    text.append(glyph.text());
    x1 = Math.max(x1, glyph.x1());
    if (text.length() == glyph.text().length()) {
      x1 = glyph.x1();
    }
    letters++;
    boldLetters += glyph.bold() ? 1 : 0;
  }

  private boolean follows(Glyph glyph) {
    float larger = Math.max(size, glyph.size());
    float shift = Math.abs(glyph.y() - y);
    float gap = glyph.x0() - x1;
    boolean sameLine = shift < 0.15f * larger;
    boolean raised =
        shift < RAISED * larger
            && Math.abs(glyph.size() - size) > 0.1f * larger
            && gap < 0.5f * larger;
    return (sameLine || raised) && gap < WIDEST_GAP * larger && gap > -0.5f * larger;
  }

  private void end() {
    if (!text.isEmpty()) {
      chunks.add(new Chunk(text.toString(), x0, x1, y, size, boldLetters * 10 >= letters * 9));
    }
    text.setLength(0);
    letters = 0;
    boldLetters = 0;
    spaceAsked = false;
  }
}
