package dev.whetstone.corpus.office;

import com.rtfparserkit.rtf.Command;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.office.DocxElement.Cell;
import dev.whetstone.corpus.office.DocxElement.Grid;
import dev.whetstone.corpus.office.DocxElement.Line;
import dev.whetstone.corpus.office.DocxElement.Row;
import java.util.ArrayList;
import java.util.List;

/// One flow of text of an RTF file, the body or a note: its paragraphs, and its tables, which RTF
/// writes as paragraphs that end with a cell or a row instead.
final class RtfFlow {
  private static final int MOST_CELLS = 1_000; // of a row

  /// @param continued merged with the cell above
  /// @param covered merged with the cell before
  private record CellShape(boolean continued, boolean covered) {}

  private final RtfStyles styles;
  private final List<DocxElement> pieces = new ArrayList<>();
  private final List<DocxElement> after = new ArrayList<>(); // notes of the paragraph
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder label = new StringBuilder();
  private int letters;
  private int boldLetters;
  private int halfPoints;

  // the paragraph
  private int style;
  private int list; // 0 for none
  private int listLevel;
  private boolean labelled;
  private boolean inTable;

  // the table
  private final List<Row> rows = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();
  private final List<DocxElement> cell = new ArrayList<>();
  private final List<Row> nestedRows = new ArrayList<>();
  private final List<Cell> nestedCells = new ArrayList<>();
  private final List<CellShape> shapes = new ArrayList<>();
  private boolean continued;
  private boolean covered;
  private boolean headerRow;

  RtfFlow(RtfStyles styles) {
    this.styles = styles;
  }

  boolean isEmpty() {
    return pieces.isEmpty() && rows.isEmpty() && cells.isEmpty();
  }

  /// All pieces; what was not ended is ended.
  List<DocxElement> end() {
    if (!cells.isEmpty() || !cell.isEmpty()) {
      endParagraph(cell);
      endCell();
      endRow();
    }
    endTable();
    endParagraph(pieces);
    return pieces;
  }

  /// Pieces that follow the paragraph that is being read.
  void after(List<DocxElement> notes) {
    after.addAll(notes);
  }

  void startLabel() {
    label.setLength(0);
    labelled = true;
  }

  void label(String more) {
    if (label.length() < 100) {
      label.append(more);
    }
  }

  /// @param shift 1 for raised letters, -1 for lowered ones, 2 and -2 for those of full size
  void text(String more, boolean bold, int shift, int size) {
    switch (shift) {
      case 1 -> SuperSubscript.raise(more, text);
      case -1 -> SuperSubscript.lower(more, text);
      case 2 -> SuperSubscript.moveUp(more, text);
      case -2 -> SuperSubscript.moveDown(more, text);
      default -> text.append(more);
    }
    int visible = (int) more.chars().filter(c -> c > ' ').count();
    letters += visible;
    boldLetters += bold ? visible : 0;
    halfPoints = visible == 0 ? halfPoints : Math.max(halfPoints, size);
  }

  /// A word that ends or shapes a paragraph, a cell or a row; others are ignored.
  void word(Command word, int parameter) {
    switch (word) {
      case par, sect, page -> paragraph();
      case pard -> {
        style = 0;
        list = 0;
        listLevel = 0;
        inTable = false;
      }
      case s -> style = parameter;
      case ls -> list = parameter;
      case ilvl -> listLevel = Math.clamp(parameter, 0, 8);
      case intbl -> inTable = true;
      case itap -> inTable |= parameter > 0;
      case trowd -> {
        shapes.clear();
        continued = false;
        covered = false;
        headerRow = false;
      }
      case trhdr -> headerRow = true;
      case clvmrg -> continued = true;
      case clmrg -> covered = true;
      case cellx -> {
        if (shapes.size() < MOST_CELLS) {
          shapes.add(new CellShape(continued, covered));
        }
        continued = false;
        covered = false;
      }
      case cell -> {
        endParagraph(cell);
        endCell();
      }
      case row -> endRow();
      case nestcell -> {
        List<DocxElement> inner = new ArrayList<>();
        endParagraph(inner);
        nestedCells.add(new Cell(inner, 1, false));
      }
      case nestrow -> {
        nestedRows.add(new Row(List.copyOf(nestedCells), false));
        nestedCells.clear();
      }
      default -> {}
    }
  }

  private void paragraph() {
    if (inTable) {
      endParagraph(cell);
    } else {
      if (!cells.isEmpty()) {
        endRow();
      }
      endTable();
      endParagraph(pieces);
    }
  }

  private void endParagraph(List<DocxElement> into) {
    String line = Characters.oneLine(text.toString());
    if (!line.isEmpty() && !styles.isContents(style)) {
      int level = styles.headingLevel(style);
      boolean listed = labelled || (list > 0 && level == 0);
      into.add(
          new Line(
              line,
              level,
              listed ? listLevel + 1 : 0,
              number(),
              letters > 0 && boldLetters * 10 >= letters * 9,
              halfPoints,
              styles.isTitle(style)));
    }
    into.addAll(after);
    after.clear();
    text.setLength(0);
    label.setLength(0);
    labelled = false;
    letters = 0;
    boldLetters = 0;
    halfPoints = 0;
  }

  /// The label of the list item, "" for a bullet.
  private String number() {
    String own = Characters.oneLine(label.toString());
    return own.codePoints().anyMatch(Character::isLetterOrDigit) && !own.equals("o") ? own : "";
  }

  private void endCell() {
    if (!nestedRows.isEmpty()) {
      cell.add(new Grid(List.copyOf(nestedRows)));
      nestedRows.clear();
    }
    cells.add(new Cell(List.copyOf(cell), 1, false));
    cell.clear();
  }

  private void endRow() {
    if (cells.isEmpty()) {
      return;
    }
    List<Cell> shaped = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      var shape = i < shapes.size() ? shapes.get(i) : new CellShape(false, false);
      Cell own = cells.get(i);
      if (shape.covered() && !shaped.isEmpty()) {
        Cell first = shaped.removeLast();
        shaped.add(new Cell(first.pieces(), first.span() + 1, first.continued()));
      } else {
        shaped.add(new Cell(own.pieces(), 1, shape.continued()));
      }
    }
    rows.add(new Row(List.copyOf(shaped), headerRow));
    cells.clear();
  }

  private void endTable() {
    if (!rows.isEmpty()) {
      pieces.add(new Grid(List.copyOf(rows)));
      rows.clear();
    }
  }
}
