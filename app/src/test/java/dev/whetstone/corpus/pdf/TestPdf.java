package dev.whetstone.corpus.pdf;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.sandbox.Parsers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDPageContentStream.AppendMode;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.util.Matrix;

/// A PDF that a test draws, on A4 pages (595 by 842 points, y upward).
final class TestPdf implements AutoCloseable {
  static final PDType1Font PLAIN = new PDType1Font(FontName.HELVETICA);
  static final PDType1Font BOLD = new PDType1Font(FontName.HELVETICA_BOLD);

  final PDDocument pdf = new PDDocument();
  private PDPage page = new PDPage(PDRectangle.A4);

  /// Begins the next page.
  TestPdf page() {
    page = new PDPage(PDRectangle.A4);
    pdf.addPage(page);
    return this;
  }

  /// The page last begun.
  PDPage current() {
    return page;
  }

  TestPdf line(float x, float y, String text) throws IOException {
    return line(PLAIN, 10, Matrix.getTranslateInstance(x, y), text);
  }

  TestPdf lines(float x, float y, float step, List<String> lines) throws IOException {
    for (int i = 0; i < lines.size(); i++) {
      line(x, y - i * step, lines.get(i));
    }
    return this;
  }

  /// @param at the text's matrix: where it begins and how it is turned
  TestPdf line(PDType1Font font, float size, Matrix at, String text) throws IOException {
    try (var content = content()) {
      content.beginText();
      content.setFont(font, size);
      content.setTextMatrix(at);
      content.showText(text);
      content.endText();
    }
    return this;
  }

  TestPdf rule(float x0, float y0, float x1, float y1) throws IOException {
    try (var content = content()) {
      content.moveTo(x0, y0);
      content.lineTo(x1, y1);
      content.stroke();
    }
    return this;
  }

  private PDPageContentStream content() throws IOException {
    return new PDPageContentStream(pdf, page, AppendMode.APPEND, false, false);
  }

  /// What the reader makes of it.
  Document read(Path folder) throws IOException {
    Path file = folder.resolve("made.pdf");
    pdf.save(file.toFile());
    return Parsers.parse(file, "made.pdf");
  }

  @Override
  public void close() throws IOException {
    pdf.close();
  }
}
