package dev.whetstone.corpus.office;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/// The fields that are open while a Word file is read (ECMA-376, part 1, 17.16): an instruction,
/// then its result. Only results are text, and not those of a table of contents. A field within
/// another's instruction is a part of that instruction.
final class DocxFields {
  private static final Pattern CONTENTS = Pattern.compile("(?is)\\s*TO[CA]\\b.*");

  private static final class Field {
    final StringBuilder instruction = new StringBuilder();
    boolean result;
    boolean dropped;
    String form = ""; // what a form field shows that has no result
  }

  private final Deque<Field> open = new ArrayDeque<>();

  /// Whether text that comes now is shown.
  boolean show() {
    return open.stream().allMatch(field -> field.result && !field.dropped);
  }

  /// Takes up a `fldChar`, the current element; returns the text that a form field shows at its
  /// end, "" for none.
  String mark(Xml xml) {
    switch (xml.attribute("fldCharType", "")) {
      case "begin" -> {
        var field = new Field();
        field.form = form(xml);
        open.push(field);
      }
      case "separate" -> {
        Field field = open.peek();
        if (field != null) {
          field.result = true;
          field.dropped = isContents(field.instruction.toString());
        }
      }
      case "end" -> {
        Field field = open.poll();
        return field != null && !field.result && show() ? field.form : "";
      }
      default -> {}
    }
    return "";
  }

  void instruction(String text) {
    Field field = open.peek();
    if (field != null) {
      field.instruction.append(text);
    }
  }

  /// Takes an instruction that its paragraph does not end as broken, so that it hides no text.
  void endParagraph() {
    open.forEach(field -> field.result = true);
  }

  static boolean isContents(String instruction) {
    return CONTENTS.matcher(instruction).matches();
  }

  /// A check box, or the entry chosen from a list.
  private static String form(Xml xml) {
    String shown = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("ffData")) {
        int data = xml.depth();
        while (xml.child(data)) {
          switch (xml.name()) {
            case "checkBox" -> shown = checkBox(xml);
            case "ddList" -> shown = chosen(xml);
            default -> {}
          }
        }
      }
    }
    return shown;
  }

  private static String checkBox(Xml xml) {
    boolean byDefault = false;
    Boolean checked = null;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "default" -> byDefault = xml.on();
        case "checked" -> checked = xml.on();
        default -> {}
      }
    }
    return (checked == null ? byDefault : checked) ? "☒" : "☐";
  }

  private static String chosen(Xml xml) {
    int chosen = 0;
    int entry = 0;
    String shown = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "default", "result" -> chosen = xml.number("val", 0);
        case "listEntry" -> {
          if (entry++ == chosen) {
            shown = xml.attribute("val", "");
          }
        }
        default -> {}
      }
    }
    return shown;
  }
}
