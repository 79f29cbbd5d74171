package dev.whetstone.corpus.pdf;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.contentstream.operator.DrawObject;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorProcessor;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;

/// Measures how much of a page its pictures cover, also those that forms draw.
final class PdfPictures {
  private final PDFStreamEngine engine;
  private double area; // in square points, overlaps counted twice

  PdfPictures(PDFStreamEngine engine) {
    this.engine = engine;
  }

  /// Takes over the engine's operators for pictures; a later page's pictures take them over in
  /// turn.
  void listen() {
    engine.addOperator(
        new DrawObject(engine) {
          @Override
          public void process(Operator operator, List<COSBase> operands) throws IOException {
            PDResources resources = engine.getResources();
            if (resources != null
                && !operands.isEmpty()
                && operands.getFirst() instanceof COSName name
                && resources.isImageXObject(name)) {
              count();
            } else {
              super.process(operator, operands);
            }
          }
        });
    engine.addOperator(
        new OperatorProcessor(engine) {
          @Override
          public void process(Operator operator, List<COSBase> operands) {
            count();
          }

          @Override
          public String getName() {
            return "BI";
          }
        });
  }

  /// A picture is drawn on the unit square.
  private void count() {
    Matrix at = engine.getGraphicsState().getCurrentTransformationMatrix();
    area +=
        Math.abs(
            (double) at.getScaleX() * at.getScaleY() - (double) at.getShearX() * at.getShearY());
  }

  /// Of the page, at most 1.
  double share(PDRectangle page) {
    double whole = (double) page.getWidth() * page.getHeight();
    return whole > 0 ? Math.min(1, area / whole) : 0;
  }
}
