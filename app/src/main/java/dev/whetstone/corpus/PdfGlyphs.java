package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Glyph;
import dev.whetstone.corpus.PdfPage.Rule;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.apache.pdfbox.contentstream.operator.markedcontent.BeginMarkedContentSequence;
import org.apache.pdfbox.contentstream.operator.markedcontent.BeginMarkedContentSequenceWithProperties;
import org.apache.pdfbox.contentstream.operator.markedcontent.EndMarkedContentSequence;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;
import org.jspecify.annotations.Nullable;

/// Runs pages' content streams and notes the glyphs they show and the lines they draw. Artifacts of
/// pagination (running headers and footers that the file itself calls so), rotated text and the
/// second print of text printed twice are left out.
final class PdfGlyphs extends PDFTextStripper {
  private static final int MOST_GLYPHS = 500_000; // on one page
  private static final int LOOK_BACK = 12; // glyphs, for text printed twice

  /// Where symbol fonts have their bullets, ticks and arrows, in the area for private use.
  private static final String SYMBOL_BULLETS =
      "\uF02D\uF06C\uF06E\uF06F\uF071\uF075\uF076\uF09F\uF0A7\uF0A8\uF0B7\uF0D8\uF0E0\uF0FC";

  private final IdentityHashMap<PDFont, Boolean> bold = new IdentityHashMap<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private List<Glyph> glyphs = new ArrayList<>();
  private int artifacts;
  private PdfSense sense = PdfSense.NONE;
  private @Nullable String shown;

  PdfGlyphs() throws IOException {
    addOperator(new BeginMarkedContentSequence(this));
    addOperator(new BeginMarkedContentSequenceWithProperties(this));
    addOperator(new EndMarkedContentSequence(this));
  }

  /// @param number of the page, from 1
  PdfPage page(PDPage page, int number) throws IOException {
    glyphs = new ArrayList<>();
    marks.clear();
    artifacts = 0;
    sense = PdfSense.NONE;
    PDRectangle box = page.getCropBox();
    var rules = new PdfRules(this, box);
    rules.listen();
    processPage(page);
    boolean turned = page.getRotation() % 180 != 0;
    List<Rule> lines = page.getRotation() == 0 ? rules.found() : List.of();
    return new PdfPage(
        number,
        turned ? box.getHeight() : box.getWidth(),
        turned ? box.getWidth() : box.getHeight(),
        glyphs,
        lines,
        sense);
  }

  @Override
  protected void writePage() {
    // the glyphs are all we want
  }

  @Override
  public void beginMarkedContentSequence(COSName tag, @Nullable COSDictionary properties) {
    boolean artifact = tag != null && tag.getName().equals("Artifact");
    artifacts += artifact ? 1 : 0;
    int inherited = marks.isEmpty() ? -1 : marks.peek();
    int mark = properties == null ? -1 : properties.getInt(COSName.MCID, -1);
    marks.push(artifact ? Integer.MIN_VALUE : mark >= 0 ? mark : inherited);
  }

  @Override
  public void endMarkedContentSequence() {
    if (!marks.isEmpty() && marks.pop() == Integer.MIN_VALUE) {
      artifacts--;
    }
  }

  static boolean isBullet(int c) {
    return SYMBOL_BULLETS.indexOf(c) >= 0;
  }

  /// Is given every glyph, also those that come to no text.
  @Override
  protected void showGlyph(Matrix at, PDFont font, int code, Vector displacement)
      throws IOException {
    shown = null;
    super.showGlyph(at, font, code, displacement);
    sense = sense.with(shown, font, code);
  }

  @Override
  protected void processTextPosition(TextPosition position) {
    String text = position.getUnicode();
    shown = text;
    if (artifacts > 0 || text == null || text.isEmpty() || position.getDir() != 0) {
      return;
    }
    if (glyphs.size() >= MOST_GLYPHS) {
      return;
    }
    char first = text.charAt(0);
    if (first >= '\uFB00' && first <= '\uFB06') { // Latin ligatures
      text = Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
    if (isBullet(first)) {
      text = "•";
    }
    float size = Math.abs(position.getFontSizeInPt());
    float x = position.getXDirAdj();
    var glyph =
        new Glyph(
            text,
            x,
            x + Math.max(0, position.getWidthDirAdj()),
            position.getYDirAdj(),
            size < 1 ? position.getHeightDir() : size,
            bold.computeIfAbsent(position.getFont(), PdfGlyphs::isBold),
            position.getWidthOfSpace(),
            marks.isEmpty() ? -1 : marks.peek());
    if (!printedBefore(glyph)) {
      glyphs.add(glyph);
    }
  }

  private boolean printedBefore(Glyph glyph) {
    float near = Math.min(0.15f * glyph.size(), 0.3f * (glyph.x1() - glyph.x0()));
    for (int i = glyphs.size() - 1; i >= Math.max(0, glyphs.size() - LOOK_BACK); i--) {
      Glyph before = glyphs.get(i);
      if (Math.abs(before.x0() - glyph.x0()) < near
          && Math.abs(before.y() - glyph.y()) < near
          && before.text().equals(glyph.text())
          && !glyph.text().isBlank()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBold(@Nullable PDFont font) {
    if (font == null) {
      return false;
    }
    String name = font.getName() == null ? "" : font.getName().toLowerCase(Locale.ROOT);
    if (name.contains("bold") || name.contains("black") || name.contains("heavy")) {
      return true;
    }
    PDFontDescriptor descriptor = font.getFontDescriptor();
    return descriptor != null && (descriptor.isForceBold() || descriptor.getFontWeight() >= 600);
  }
}
