package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Rule;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorProcessor;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/// Collects the straight lines that a page draws, which may be borders of tables.
final class PdfRules {
  private static final float THIN = 3f; // points
  private static final float SHORTEST = 4f;
  private static final int MOST = 20_000;

  private final PDFStreamEngine engine;
  private final PDRectangle box;
  private final List<Rule> path = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private Point2D.Float at = new Point2D.Float();
  private Point2D.Float start = new Point2D.Float();

  PdfRules(PDFStreamEngine engine, PDRectangle box) {
    this.engine = engine;
    this.box = box;
  }

  List<Rule> rules() {
    return rules;
  }

  /// Takes over the engine's path operators; a later page's rules take them over in turn.
  void listen() {
    on("m", o -> start = at = point(o, 0));
    on("l", o -> lineTo(point(o, 0)));
    on("c", o -> at = point(o, 4));
    on("v", o -> at = point(o, 2));
    on("y", o -> at = point(o, 2));
    on("h", _ -> lineTo(start));
    on("re", this::rectangle);
    for (String stroke : List.of("S", "s", "B", "B*", "b", "b*")) {
      on(stroke, _ -> paint(true));
    }
    for (String fill : List.of("f", "F", "f*")) {
      on(fill, _ -> paint(false));
    }
    on("n", _ -> path.clear());
  }

  private void on(String name, Consumer<List<COSBase>> action) {
    engine.addOperator(
        new OperatorProcessor(engine) {
          @Override
          public void process(Operator operator, List<COSBase> operands) {
            action.accept(operands);
          }

          @Override
          public String getName() {
            return name;
          }
        });
  }

  private Point2D.Float point(List<COSBase> operands, int from) {
    return point(number(operands, from), number(operands, from + 1));
  }

  private Point2D.Float point(float x, float y) {
    Point2D.Float user = engine.transformedPoint(x, y);
    return new Point2D.Float(user.x - box.getLowerLeftX(), box.getUpperRightY() - user.y);
  }

  private static float number(List<COSBase> operands, int i) {
    return i < operands.size() && operands.get(i) instanceof COSNumber n ? n.floatValue() : 0;
  }

  private void rectangle(List<COSBase> operands) {
    float x = number(operands, 0);
    float y = number(operands, 1);
    start = at = point(x, y);
    Point2D.Float far = point(x + number(operands, 2), y + number(operands, 3));
    Point2D.Float first = start;
    lineTo(new Point2D.Float(far.x, first.y));
    lineTo(far);
    lineTo(new Point2D.Float(first.x, far.y));
    lineTo(first);
  }

  private void lineTo(Point2D.Float to) {
    if (path.size() < MOST) {
      float width = Math.abs(to.x - at.x);
      float height = Math.abs(to.y - at.y);
      if (width < 1 && height >= 0.1f) {
        path.add(new Rule(true, (to.x + at.x) / 2, Math.min(at.y, to.y), Math.max(at.y, to.y)));
      } else if (height < 1 && width >= 0.1f) {
        path.add(new Rule(false, (to.y + at.y) / 2, Math.min(at.x, to.x), Math.max(at.x, to.x)));
      } else {
        path.add(new Rule(true, Float.NaN, 0, 0)); // slanted: this shape is no rectangle
      }
    }
    at = to;
  }

  /// A stroked path is lines; a filled one is a line only when it is a thin rectangle.
  private void paint(boolean stroke) {
    for (int i = 0; i < path.size(); i++) {
      Rule rule = path.get(i);
      if (Float.isNaN(rule.at()) || rule.to() - rule.from() < SHORTEST || rules.size() >= MOST) {
        continue;
      }
      if (stroke || thin(i)) {
        rules.add(rule);
      }
    }
    path.clear();
  }

  /// Whether the side before or after this one, at a right angle to it, is short.
  private boolean thin(int i) {
    Rule side = path.get(i);
    for (int j : new int[] {i - 1, i + 1}) {
      if (j >= 0 && j < path.size()) {
        Rule other = path.get(j);
        if (other.vertical() != side.vertical() && other.to() - other.from() <= THIN) {
          return true;
        }
      }
    }
    return false;
  }
}
