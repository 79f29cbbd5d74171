package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Rule;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/// The rotation of a page that makes text of one direction upright: turns points of the page's own
/// coordinates (origin at the lower left corner, y upward) into points from the upper left corner
/// of the page so held (y downward).
///
/// Text of the angle `a` runs along `u = (cos a, sin a)`, and its lines follow each other along `v
/// = (sin a, -cos a)`. A point's place is its share along both, less that of the corner of the page
/// for which it is least.
final class PdfOrientation {
  private final double cos;
  private final double sin;
  private final double left;
  private final double top;
  private final float pageHeight;
  private final float width;
  private final float height;

  /// @param angle of the text, in degrees, counter-clockwise from the page's x axis
  PdfOrientation(int angle, PDRectangle page) {
    cos = Math.cos(Math.toRadians(angle));
    sin = Math.sin(Math.toRadians(angle));
    double w = page.getWidth();
    double h = page.getHeight();
    left = Math.min(0, w * cos) + Math.min(0, h * sin);
    top = Math.min(0, w * sin) + Math.min(0, -h * cos);
    pageHeight = page.getHeight();
    width = (float) (Math.abs(w * cos) + Math.abs(h * sin));
    height = (float) (Math.abs(w * sin) + Math.abs(h * cos));
  }

  float width() {
    return width;
  }

  float height() {
    return height;
  }

  float x(float x, float y) {
    return (float) (x * cos + y * sin - left);
  }

  float y(float x, float y) {
    return (float) (x * sin - y * cos - top);
  }

  /// The rule as it stands on the page so held; the angle must be a right one.
  ///
  /// @param rule from the page's upper left corner, y downward
  Rule rule(Rule rule) {
    float x0 = rule.vertical() ? rule.at() : rule.from();
    float y0 = pageHeight - (rule.vertical() ? rule.from() : rule.at());
    float x1 = rule.vertical() ? rule.at() : rule.to();
    float y1 = pageHeight - (rule.vertical() ? rule.to() : rule.at());
    boolean vertical = rule.vertical() == (Math.abs(cos) > 0.5);
    float a0 = vertical ? y(x0, y0) : x(x0, y0);
    float a1 = vertical ? y(x1, y1) : x(x1, y1);
    return new Rule(vertical, vertical ? x(x0, y0) : y(x0, y0), Math.min(a0, a1), Math.max(a0, a1));
  }
}
