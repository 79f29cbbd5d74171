package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The text of a diagram (SmartArt; ECMA-376, part 1, 21.4) as a list: points in the order of their
/// connections, each below the one it belongs to.
final class DrawingDiagram {
  private static final int DEEPEST = 9; // of a list
  private static final int DEEPEST_POINT = 200;

  private record Connection(int order, String to) {}

  private final Map<String, List<DrawingText.Line>> points = new LinkedHashMap<>(); // by id
  private final Map<String, List<Connection>> children = new LinkedHashMap<>(); // by parent
  private final Set<String> isChild = new HashSet<>();
  private final Set<String> read = new HashSet<>();

  private DrawingDiagram() {}

  /// Adds the diagram whose data are in `part` to the document; where it cannot be read, a note.
  ///
  /// @param where the diagram stands, for example `slide 3`
  static void add(OfficeZip zip, String part, String where, DocumentBuilder into)
      throws IOException {
    try {
      lines(zip, part).forEach(line -> line.add(into));
    } catch (Failure.BadInput damaged) {
      into.note(where + ": a diagram was not read (" + damaged.getMessage() + ")");
    }
  }

  private static List<DrawingText.Line> lines(OfficeZip zip, String part) throws IOException {
    var diagram = new DrawingDiagram();
    try (Xml xml = zip.need(part)) {
      int root = xml.root();
      while (xml.child(root)) {
        int list = xml.depth();
        switch (xml.name()) {
          case "ptLst" -> {
            while (xml.child(list)) {
              diagram.point(xml);
            }
          }
          case "cxnLst" -> {
            while (xml.child(list)) {
              diagram.connection(xml);
            }
          }
          default -> {}
        }
      }
    }
    List<DrawingText.Line> lines = new ArrayList<>();
    for (String point : diagram.points.keySet()) {
      if (!diagram.isChild.contains(point)) {
        diagram.add(point, 0, lines);
      }
    }
    for (String point : diagram.points.keySet()) { // connected in a circle, or to nothing
      diagram.add(point, 1, lines);
    }
    return lines;
  }

  private void point(Xml xml) {
    String id = xml.attribute("modelId", "");
    List<DrawingText.Line> text = new ArrayList<>();
    boolean drawn = xml.attribute("type", "node").equals("pres"); // how a point is drawn
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("t") && !drawn) {
        text.addAll(DrawingText.paragraphs(xml, false));
      }
    }
    if (!drawn) {
      points.put(id, text);
    }
  }

  private void connection(Xml xml) {
    if (!xml.attribute("type", "parOf").equals("parOf")) {
      return;
    }
    String from = xml.attribute("srcId", "");
    String to = xml.attribute("destId", "");
    List<Connection> ofParent = children.computeIfAbsent(from, _ -> new ArrayList<>());
    int order = xml.number("srcOrd", ofParent.size());
    ofParent.add(new Connection(order, to));
    isChild.add(to);
    for (String words : List.of(xml.attribute("parTransId", ""), xml.attribute("sibTransId", ""))) {
      if (points.containsKey(words)) { // on the line between them
        ofParent.add(new Connection(order, words));
        isChild.add(words);
      }
    }
  }

  /// @param depth of the point in the list, 0 for the diagram itself
  private void add(String id, int depth, List<DrawingText.Line> lines) {
    List<DrawingText.Line> text = points.get(id);
    if (text == null || depth > DEEPEST_POINT || !read.add(id)) {
      return;
    }
    int shown = text.isEmpty() ? depth : Math.max(1, depth);
    text.forEach(line -> lines.add(new DrawingText.Line(line.text(), Math.min(DEEPEST, shown))));
    children.getOrDefault(id, List.of()).stream()
        .sorted(Comparator.comparingInt(Connection::order))
        .forEach(connection -> add(connection.to(), shown + 1, lines));
  }
}
