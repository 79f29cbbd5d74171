package dev.whetstone.corpus.office;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import dev.whetstone.corpus.TableRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The content of a slide, in the order of its shapes.
///
/// The slide's heading is the text of its title placeholder. Without one it is the short line of
/// the box that stands alone at the top, else the first short line, else the slide's number.
final class PptxSlide {
  private static final int LONGEST_TITLE = 100;
  private static final double TITLE_SHARE = 0.25; // of the slide's height, for a title's box
  private static final double UNKNOWN = Double.NaN;

  private sealed interface SlideItem {
    /// In English Metric Units; NaN where the layout places the shape.
    double top();

    record Text(List<DrawingText.Line> lines, double top) implements SlideItem {}

    record Grid(List<TableRows.Row> rows, double top) implements SlideItem {}

    record Chart(String relation, double top) implements SlideItem {}

    record Diagram(String relation, double top) implements SlideItem {}
  }

  /// How a group's coordinates become the slide's: `offset + y * scale`.
  private record GroupTransform(double offset, double scale) {
    static final GroupTransform SLIDE = new GroupTransform(0, 1);

    double place(double y) {
      return offset + y * scale;
    }
  }

  private final boolean readsHidden;
  private final List<SlideItem> content = new ArrayList<>();
  private final List<String> embedded = new ArrayList<>();
  private String title = "";
  private int hidden;
  private int pictures;

  /// @param readsHidden whether shapes that are not shown are read
  PptxSlide(boolean readsHidden) {
    this.readsHidden = readsHidden;
  }

  /// Reads the shapes of the current element, however deep in groups.
  void shapes(Xml xml) {
    shapes(xml, GroupTransform.SLIDE, false);
  }

  /// The paragraphs of all shapes.
  List<String> texts() {
    return content.stream()
        .flatMap(item -> item instanceof SlideItem.Text text ? text.lines().stream() : null)
        .map(DrawingText.Line::text)
        .toList();
  }

  /// Adds what was read to the document.
  void add(OfficeZip zip, String part, int page, int height, DocumentBuilder into)
      throws IOException {
    String where = "slide " + page;
    String heading = title.isBlank() ? titleFromContent(height) : title;
    if (hidden > 0) {
      into.note(where + ": " + ParseNotes.hidden(hidden, "shape", List.of()));
    }
    if (!embedded.isEmpty()) {
      into.note(
          where
              + ": "
              + ParseNotes.counted(embedded.size(), "embedded object")
              + " not read: "
              + String.join(", ", embedded.stream().distinct().limit(10).toList()));
    }
    if (content.isEmpty() && heading == null) {
      if (pictures > 0) {
        into.picture(page);
      }
      return;
    }
    into.heading(1, heading == null ? "Slide " + page : heading);
    Map<String, OfficeZip.Relation> relations = zip.relations(part);
    for (SlideItem item : content) {
      switch (item) {
        case SlideItem.Text text -> text.lines().forEach(line -> line.add(into));
        case SlideItem.Grid grid -> TableRows.add(grid.rows(), into);
        case SlideItem.Chart chart -> {
          OfficeZip.Relation target = relations.get(chart.relation());
          DrawingChart.add(zip, target == null ? "" : target.part(), where, into);
        }
        case SlideItem.Diagram diagram -> {
          OfficeZip.Relation target = relations.get(diagram.relation());
          DrawingDiagram.add(zip, target == null ? "" : target.part(), where, into);
        }
      }
    }
  }

  /// A title from a box without a title's placeholder, taken out of the content.
  private @Nullable String titleFromContent(int height) {
    List<SlideItem> placed =
        content.stream()
            .filter(item -> !Double.isNaN(item.top()))
            .sorted(Comparator.comparingDouble(SlideItem::top))
            .toList();
    double second = placed.size() < 2 ? height : placed.get(1).top();
    if (!placed.isEmpty()
        && placed.getFirst() instanceof SlideItem.Text(var lines, double top)
        && lines.size() == 1
        && lines.getFirst().text().length() <= LONGEST_TITLE
        && top < TITLE_SHARE * height
        && second > top + height / 50.0) {
      content.remove(placed.getFirst());
      return lines.getFirst().text();
    }
    if (content.isEmpty() || !(content.getFirst() instanceof SlideItem.Text first)) {
      return null;
    }
    DrawingText.Line line = first.lines().getFirst();
    if (line.text().length() > LONGEST_TITLE) {
      return null;
    }
    List<DrawingText.Line> rest = first.lines().subList(1, first.lines().size());
    if (rest.isEmpty()) {
      content.removeFirst();
    } else {
      content.set(0, new SlideItem.Text(List.copyOf(rest), first.top()));
    }
    return line.text();
  }

  private void shapes(Xml xml, GroupTransform frame, boolean isHidden) {
    int depth = xml.depth();
    boolean alternatives = xml.name().equals("AlternateContent");
    boolean hiddenHere = isHidden;
    GroupTransform inner = frame;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "nvGrpSpPr" -> hiddenHere |= isHidden(xml);
        case "grpSpPr" -> inner = group(xml, frame);
        case "sp" -> shape(xml, inner, hiddenHere);
        case "graphicFrame" -> frame(xml, inner, hiddenHere);
        case "pic" -> pictures++;
        case "timing", "transition" -> {}
        default -> shapes(xml, inner, hiddenHere);
      }
      if (alternatives) {
        while (xml.child(depth)) {
          // the same once more, for older programs
        }
        return;
      }
    }
  }

  private static boolean isHidden(Xml xml) {
    int depth = xml.depth();
    boolean hidden = false;
    while (xml.child(depth)) {
      hidden |= xml.name().equals("cNvPr") && xml.flag("hidden");
    }
    return hidden;
  }

  /// The frame of a group whose `grpSpPr` is the current element.
  private static GroupTransform group(Xml xml, GroupTransform frame) {
    double[] place = transform(xml); // offset, height, and both of the children's coordinates
    double scale = place[3] > 0 && place[1] > 0 ? place[1] / place[3] : 1;
    return Double.isNaN(place[0]) || Double.isNaN(place[2])
        ? frame
        : new GroupTransform(frame.place(place[0] - place[2] * scale), frame.scale() * scale);
  }

  /// `y` and `cy` of the offset, the extent, and those that a group gives its children; NaN for
  /// none.
  private static double[] transform(Xml xml) {
    double[] place = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
    int depth = xml.depth();
    boolean itself = xml.name().equals("xfrm");
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "xfrm" -> {
          return transform(xml);
        }
        case "off" -> place[0] = itself ? number(xml, "y") : place[0];
        case "ext" -> place[1] = itself ? number(xml, "cy") : place[1];
        case "chOff" -> place[2] = itself ? number(xml, "y") : place[2];
        case "chExt" -> place[3] = itself ? number(xml, "cy") : place[3];
        default -> {}
      }
    }
    return place;
  }

  private static double number(Xml xml, String name) {
    try {
      return Double.parseDouble(xml.attribute(name, ""));
    } catch (NumberFormatException _) {
      return UNKNOWN;
    }
  }

  private void shape(Xml xml, GroupTransform frame, boolean isHidden) {
    boolean hiddenHere = isHidden;
    String kind = ""; // of its placeholder
    double top = UNKNOWN;
    List<DrawingText.Line> lines = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "nvSpPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "cNvPr" -> hiddenHere |= xml.flag("hidden");
              case "nvPr" -> kind = placeholder(xml);
              default -> {}
            }
          }
        }
        case "spPr" -> top = frame.place(transform(xml)[0]);
        case "txBody" ->
            lines = DrawingText.paragraphs(xml, kind.equals("body") || kind.equals("obj"));
        default -> {}
      }
    }
    if (isLeftOut(hiddenHere, !lines.isEmpty())) {
      return;
    }
    switch (kind) {
      case "title", "ctrTitle" ->
          title = String.join(" ", lines.stream().map(DrawingText.Line::text).toList());
      case "dt", "ftr", "sldNum", "hdr", "sldImg" -> {}
      default -> {
        if (lines.size() == 1 && lines.getFirst().depth() == 1) {
          lines = List.of(new DrawingText.Line(lines.getFirst().text(), 0));
        }
        if (!lines.isEmpty()) {
          content.add(new SlideItem.Text(lines, top));
        }
      }
    }
  }

  private boolean isLeftOut(boolean isHidden, boolean hasText) {
    boolean isOmitted = isHidden && !readsHidden;
    hidden += isOmitted && hasText ? 1 : 0;
    return isOmitted;
  }

  /// The kind of placeholder a shape fills, "" for none; `obj` where the file names no kind.
  private static String placeholder(Xml xml) {
    String kind = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("ph")) {
        kind = xml.attribute("type", "obj");
      }
    }
    return kind;
  }

  /// A frame around a table, a chart, a diagram or an object of another program.
  private void frame(Xml xml, GroupTransform frame, boolean isHidden) {
    boolean hiddenHere = isHidden;
    double top = UNKNOWN;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "nvGraphicFramePr" -> hiddenHere |= isHidden(xml);
        case "xfrm" -> top = frame.place(transform(xml)[0]);
        case "graphic" -> {
          if (!isLeftOut(hiddenHere, true)) {
            graphic(xml, top);
          }
        }
        default -> {}
      }
    }
  }

  private void graphic(Xml xml, double top) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tbl" -> content.add(new SlideItem.Grid(PptxTable.rows(xml), top));
        case "chart" -> content.add(new SlideItem.Chart(xml.attribute("id", ""), top));
        case "relIds" -> content.add(new SlideItem.Diagram(xml.attribute("dm", ""), top));
        case "oleObj" -> embedded.add(xml.attribute("progId", "of no known kind"));
        case "graphicData" -> graphic(xml, top);
        case "AlternateContent" -> {
          int choices = xml.depth();
          if (xml.child(choices)) {
            graphic(xml, top);
          }
          while (xml.child(choices)) {
            // the same once more, for older programs
          }
        }
        default -> {}
      }
    }
  }
}
