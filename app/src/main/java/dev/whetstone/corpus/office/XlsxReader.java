package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads workbooks (`.xlsx`): a sheet is a page and a heading, with its tables and the words of its
/// drawings. Values are as Excel shows them; hidden sheets are left out.
public final class XlsxReader {
  private static final int MOST_CELLS = 5_000_000;
  private static final Pattern NAME_OF_NEW_SHEET =
      Pattern.compile(
          "(?iu)(sheet|tabelle|feuil|hoja|foglio|blad|ark|planilha|лист|工作表|シート) ?\\d*");

  private final OfficeZip zip;
  private final DocumentBuilder into;
  private final XlsxStyles formats;
  private final List<String> shared;
  private int cells;
  private int comments;

  private record Sheet(String name, String relation, boolean hidden) {}

  private XlsxReader(OfficeZip zip, DocumentBuilder into, XlsxStyles formats, List<String> shared) {
    this.zip = zip;
    this.into = into;
    this.formats = formats;
    this.shared = shared;
  }

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      String main = zip.mainPart();
      if (main.endsWith(".bin")) {
        throw new Failure.BadInput(id + ": is a binary workbook; save it as .xlsx");
      }
      List<Sheet> sheets = new ArrayList<>();
      boolean since1904 = sheets(zip, main, sheets);
      XlsxStyles formats;
      try (Xml xml = zip.related(main, "styles")) {
        formats = XlsxStyles.read(xml, since1904);
      }
      List<String> shared;
      try (Xml xml = zip.related(main, "sharedStrings")) {
        shared = sharedStrings(xml);
      }
      if (shared.stream().anyMatch(XlsxReader::hasKana)) {
        formats.japanese();
      }
      List<String> hidden =
          sheets.stream()
              .filter(sheet -> sheet.hidden() && !into.readsHidden())
              .map(Sheet::name)
              .toList();
      if (!hidden.isEmpty()) {
        into.note(ParseNotes.hidden(hidden.size(), "sheet", hidden));
        sheets.removeIf(Sheet::hidden);
      }
      String title = zip.title();
      boolean named =
          sheets.size() == 1 && !NAME_OF_NEW_SHEET.matcher(sheets.getFirst().name()).matches();
      into.title(title == null && !named ? name(id) : title);
      var reader = new XlsxReader(zip, into, formats, shared);
      Map<String, OfficeZip.Relation> relations = zip.relations(main);
      int page = 0;
      for (Sheet sheet : sheets) {
        OfficeZip.Relation target = relations.get(sheet.relation());
        if (target != null) {
          into.page(++page);
          reader.sheet(sheet.name(), target);
        }
      }
      OfficeComments.note(reader.comments, into);
    }
  }

  /// The file's name, for a workbook that the name of its one sheet does not name.
  private static String name(String id) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /// Collects the sheets; returns whether the workbook counts its days from 1904.
  private static boolean sheets(OfficeZip zip, String main, List<Sheet> sheets) throws IOException {
    boolean since1904 = false;
    try (Xml xml = zip.need(main)) {
      int root = xml.root();
      while (xml.child(root)) {
        switch (xml.name()) {
          case "workbookPr" -> since1904 = xml.flag("date1904");
          case "sheets" -> {
            int list = xml.depth();
            while (xml.child(list)) {
              sheets.add(
                  new Sheet(
                      xml.attribute("name", ""),
                      xml.attribute("id", ""),
                      !xml.attribute("state", "visible").equals("visible")));
            }
          }
          default -> {}
        }
      }
    }
    return since1904;
  }

  private static List<String> sharedStrings(@Nullable Xml xml) {
    List<String> shared = new ArrayList<>();
    if (xml == null) {
      return shared;
    }
    int root = xml.root();
    while (xml.child(root)) {
      shared.add(richText(xml));
    }
    return shared;
  }

  private static boolean hasKana(String text) {
    return text.chars().anyMatch(c -> c >= '\u3041' && c <= '\u30FA');
  }

  /// The text of an `si` or `is`, without its phonetic hints.
  static String richText(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "t" -> text.append(xml.text());
        case "r" -> run(xml, text);
        default -> {}
      }
    }
    return Characters.oneLine(text.toString());
  }

  private static void run(Xml xml, StringBuilder text) {
    String shift = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "rPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            shift = xml.name().equals("vertAlign") ? xml.attribute("val", "") : shift;
          }
        }
        case "t" -> {
          switch (shift) {
            case "superscript" -> SuperSubscript.raise(xml.text(), text);
            case "subscript" -> SuperSubscript.lower(xml.text(), text);
            default -> text.append(xml.text());
          }
        }
        default -> {}
      }
    }
  }

  private void sheet(String name, OfficeZip.Relation target) throws IOException {
    switch (target.type()) {
      case "worksheet" -> {
        into.heading(1, name);
        var sheet =
            new XlsxSheet(name, formats, shared, XlsxSheetLayout.read(zip, target.part()), into);
        cells += sheet.read(zip, target.part(), MOST_CELLS - cells);
      }
      case "chartsheet" -> into.heading(1, name);
      default -> into.note("sheet \"" + name + "\": is a " + target.type() + " and was not read");
    }
    comments += OfficeComments.count(zip, target.part());
    XlsxDrawing.add(zip, target.part(), "sheet \"" + name + "\"", into);
  }
}
