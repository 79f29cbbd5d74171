package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Glyph;
import dev.whetstone.corpus.pdf.PdfPage.GlyphFont;
import dev.whetstone.corpus.pdf.PdfPage.Rule;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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

/// Runs the content streams of pages and collects the glyphs they show and the lines they draw.
/// Text of each direction makes a sheet of its own, so that a table set sideways on an upright page
/// is read like one on a page that is shown turned. The second print of text printed twice is left
/// out.
///
/// Text that the file itself marks as an artifact of pagination (running headers and footers) is
/// marked, and [PdfHeadersAndFooters] removes it where it stands at the edge.
final class PdfGlyphs extends PDFTextStripper {
  private static final int MOST_GLYPHS = 500_000; // on one page
  private static final int LOOK_BACK = 12; // glyphs, for text printed twice
  private static final double ASLANT = 20; // degrees

  /// Where symbol fonts have their bullets, ticks and arrows, in the area for private use.
  private static final String SYMBOL_BULLETS =
      "\uF02D\uF06C\uF06E\uF06F\uF071\uF075\uF076\uF09F\uF0A7\uF0A8\uF0B7\uF0D8\uF0E0\uF0FC";

  private final IdentityHashMap<PDFont, Boolean> bold = new IdentityHashMap<>();
  private final Deque<Boolean> artifacts = new ArrayDeque<>(); // of pagination, or not
  private final PdfAnnotations annotations;
  private TreeMap<Integer, List<Glyph>> byTurn = new TreeMap<>(); // as of a sheet
  private final Map<Integer, PdfOrientation> frames = new HashMap<>(); // by turn
  private PDRectangle box = PDRectangle.LETTER;
  private int rotation;
  private int glyphCount;
  private int pagination;
  private PdfTextQuality quality = PdfTextQuality.NONE;
  private @Nullable String shown;

  PdfGlyphs(PdfAnnotations annotations) throws IOException {
    this.annotations = annotations;
    addOperator(new BeginMarkedContentSequence(this));
    addOperator(new BeginMarkedContentSequenceWithProperties(this));
    addOperator(new EndMarkedContentSequence(this));
  }

  /// @param number of the page, from 1
  PdfPage page(PDPage page, int number) throws IOException {
    artifacts.clear();
    byTurn = new TreeMap<>();
    frames.clear();
    glyphCount = 0;
    pagination = 0;
    quality = PdfTextQuality.NONE;
    box = page.getCropBox();
    rotation = page.getRotation();
    var rules = new PdfRules(this, box);
    rules.listen();
    var pictures = new PdfPictures(this);
    pictures.listen();
    processPage(page);
    for (PdfAnnotations.VisibleText shown : annotations.on(page, number)) {
      insert(shown);
    }
    List<PdfSheet> sheets = new ArrayList<>();
    byTurn.forEach((turn, glyphs) -> sheets.add(sheet(number, turn, glyphs, rules)));
    return new PdfPage(
        number, sheets, quality, pictures.share(box), Math.max(0, glyphCount - MOST_GLYPHS));
  }

  private void insert(PdfAnnotations.VisibleText shown) throws IOException {
    TreeMap<Integer, List<Glyph>> page = byTurn;
    byTurn = new TreeMap<>();
    if (shown.value() == null) {
      var blank = new PDPage(box);
      blank.setRotation(rotation);
      processPage(blank); // sets the engine's coordinates back
      try {
        showAnnotation(shown.annotation());
      } catch (IOException | RuntimeException _) { // of a damaged appearance, to be told
        annotations.countDamaged();
      }
    }
    TreeMap<Integer, List<Glyph>> own = byTurn;
    byTurn = page;
    String text = shown.value() == null ? shown.otherwise() : shown.value();
    if (own.isEmpty() && !text.isBlank()) {
      List<Glyph> upright = page.computeIfAbsent(0, _ -> new ArrayList<>());
      own.put(0, value(text, shown.annotation().getRectangle(), upright));
    }
    own.forEach(
        (turn, glyphs) ->
            PdfInsertion.insert(page.computeIfAbsent(turn, _ -> new ArrayList<>()), glyphs));
  }

  private List<Glyph> value(String text, PDRectangle at, List<Glyph> upright) {
    PdfOrientation frame = frame(0);
    float left = at.getLowerLeftX() - box.getLowerLeftX();
    float low = at.getLowerLeftY() - box.getLowerLeftY();
    float x0 = frame.x(left, low);
    float x1 = frame.x(left + at.getWidth(), low + at.getHeight());
    float y0 = frame.y(left, low);
    float y1 = frame.y(left + at.getWidth(), low + at.getHeight());
    return PdfInsertion.value(
        text, Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1), upright);
  }

  private PdfSheet sheet(int number, int turn, List<Glyph> glyphs, PdfRules rules) {
    PdfOrientation frame = frame(turn);
    List<Rule> lines =
        turn % 90 == 0 ? rules.rules().stream().map(frame::rule).toList() : List.of();
    return new PdfSheet(number, turn, frame.width(), frame.height(), PdfChunks.of(glyphs), lines);
  }

  private PdfOrientation frame(int turn) {
    return frames.computeIfAbsent(turn, _ -> new PdfOrientation((turn + rotation) % 360, box));
  }

  @Override
  protected void writePage() {
    // the glyphs are all we want
  }

  @Override
  public void beginMarkedContentSequence(COSName tag, @Nullable COSDictionary properties) {
    boolean ofPagination =
        tag != null
            && tag.getName().equals("Artifact")
            && properties != null
            && "Pagination".equals(properties.getNameAsString(COSName.TYPE));
    pagination += ofPagination ? 1 : 0;
    artifacts.push(ofPagination);
  }

  @Override
  public void endMarkedContentSequence() {
    if (!artifacts.isEmpty() && artifacts.pop()) {
      pagination--;
    }
  }

  static boolean isBullet(int c) {
    return SYMBOL_BULLETS.indexOf(c) >= 0;
  }

  /// Receives every glyph, also those without text.
  @Override
  protected void showGlyph(Matrix at, PDFont font, int code, Vector displacement)
      throws IOException {
    shown = null;
    super.showGlyph(at, font, code, displacement);
    quality = quality.with(shown, font, code);
  }

  @Override
  protected void processTextPosition(TextPosition position) {
    String text = position.getUnicode();
    shown = text;
    if (text == null || text.isEmpty() || ++glyphCount > MOST_GLYPHS) {
      return;
    }
    char first = text.charAt(0);
    if (first >= '\uFB00' && first <= '\uFB06') { // Latin ligatures
      text = Normalizer.normalize(text, Normalizer.Form.NFKC);
    }
    if (isBullet(first)) {
      text = "•";
    }
    Matrix at = position.getTextMatrix(); // from the font's em to the page
    float size = (float) Math.hypot(at.getShearX(), at.getScaleY());
    int turn = Math.floorMod(angle(at) - rotation, 360);
    PdfOrientation frame = frame(turn);
    float x = frame.x(at.getTranslateX(), at.getTranslateY());
    var glyph =
        new Glyph(
            text,
            x,
            Math.max(x, frame.x(position.getEndX(), position.getEndY())),
            frame.y(at.getTranslateX(), at.getTranslateY()),
            new GlyphFont(
                size < 2 ? Math.max(size, position.getHeightDir()) : size,
                bold.computeIfAbsent(position.getFont(), PdfGlyphs::isBold),
                position.getWidthOfSpace()),
            pagination > 0);
    List<Glyph> glyphs = byTurn.computeIfAbsent(turn, _ -> new ArrayList<>());
    if (!isSecondPrint(glyph, glyphs)) {
      glyphs.add(glyph);
    }
  }

  /// The direction of the text in degrees from 0 to 359, counter-clockwise: a multiple of 90 where
  /// it is near one (pages are scanned aslant), else of 5.
  private static int angle(Matrix text) {
    double degrees = Math.toDegrees(Math.atan2(text.getShearY(), text.getScaleX()));
    long right = Math.round(degrees / 90) * 90;
    long angle = Math.abs(degrees - right) <= ASLANT ? right : Math.round(degrees / 5) * 5;
    return (int) Math.floorMod(angle, 360L);
  }

  private static boolean isSecondPrint(Glyph glyph, List<Glyph> glyphs) {
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
