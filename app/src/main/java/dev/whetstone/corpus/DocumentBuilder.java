package dev.whetstone.corpus;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the blocks of one file, in reading order, into the canonical extracted text.
///
/// Blocks are separated by an empty line; rows of one table and items of one list by one newline.
/// Cells of a row are joined by ` | `. Runs of white space become one space (none between two Han
/// characters that a line break separated), save in code. NUL and lone surrogates become U+FFFD.
/// What is blank is left out. For one thread.
public final class DocumentBuilder {
  private static final String CELL_SEPARATOR = " | ";

  private final String id;
  private final String format;
  private final StringBuilder text = new StringBuilder();
  private final List<Block> blocks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable String title;
  private @Nullable String language;
  private @Nullable String firstHeading;
  private int page;

  /// @param format as in [Document#format()]
  public DocumentBuilder(String id, String format) {
    this.id = id;
    this.format = format;
  }

  /// The document's own title; blank means none. The last call counts.
  public DocumentBuilder title(@Nullable String title) {
    this.title = title == null ? null : Characters.oneLine(title);
    return this;
  }

  /// An ISO 639-1 code; without it the language is guessed from the text.
  public DocumentBuilder language(@Nullable String language) {
    this.language = language;
    return this;
  }

  /// What of the file could not be read.
  void note(String note) {
    notes.add(note);
  }

  /// The page (slide, worksheet) of the blocks that follow, from 1; 0 for none.
  public DocumentBuilder page(int page) {
    if (page < 0) {
      throw new IllegalArgumentException("page " + page);
    }
    this.page = page;
    return this;
  }

  /// @param level from 1, the outermost
  public DocumentBuilder heading(int level, String heading) {
    String line = Characters.oneLine(heading);
    if (firstHeading == null && !line.isEmpty()) {
      firstHeading = line;
    }
    return add(Kind.HEADING, line, Math.max(1, level), -1);
  }

  public DocumentBuilder paragraph(String paragraph) {
    return add(Kind.PARAGRAPH, Characters.oneLine(paragraph), 0, -1);
  }

  /// @param depth from 1, the outermost list
  /// @param item without its bullet or number, unless the number is part of what is said
  public DocumentBuilder item(int depth, String item) {
    return add(Kind.LIST_ITEM, Characters.oneLine(item), Math.max(1, depth), -1);
  }

  /// Keeps line breaks and indentation.
  public DocumentBuilder code(String code) {
    return add(Kind.CODE, Characters.lines(code), 0, -1);
  }

  /// A header without rows is kept as a row.
  ///
  /// @param header null when the table has none
  public DocumentBuilder table(@Nullable List<String> header, List<List<String>> rows) {
    List<String> lines = rows.stream().map(DocumentBuilder::row).filter(r -> !r.isEmpty()).toList();
    String head = header == null ? "" : row(header);
    if (lines.isEmpty()) {
      return add(Kind.TABLE_ROW, head, 0, -1);
    }
    int position = -1;
    if (!head.isEmpty()) {
      position = blocks.size();
      add(Kind.TABLE_HEADER, head, 0, -1);
    }
    if (position < 0 && !blocks.isEmpty() && blocks.getLast().kind() == Kind.TABLE_ROW) {
      text.append('\n'); // not a part of the table before it
    }
    for (String line : lines) {
      add(Kind.TABLE_ROW, line, 0, position);
    }
    return this;
  }

  /// Whether nothing but blanks was added.
  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  public Document build() {
    String name = id.substring(id.lastIndexOf('/') + 1);
    String shown = title != null && !title.isEmpty() ? title : firstHeading;
    String all = text.toString();
    return new Document(
        id,
        shown == null ? name : shown,
        format,
        language == null ? Language.of(all) : language,
        all,
        blocks,
        notes);
  }

  private static String row(List<String> cells) {
    var line = new StringBuilder();
    int filled = 0; // end of the last cell that says something
    for (int i = 0; i < cells.size(); i++) {
      String said = Characters.oneLine(cells.get(i));
      line.append(i == 0 ? "" : CELL_SEPARATOR).append(said);
      filled = said.isEmpty() ? filled : line.length();
    }
    line.setLength(filled);
    return line.toString().strip();
  }

  private DocumentBuilder add(Kind kind, String said, int level, int header) {
    if (said.isEmpty()) {
      return this;
    }
    if (!blocks.isEmpty()) {
      text.append(continues(blocks.getLast().kind(), kind) ? "\n" : "\n\n");
    }
    int from = text.length();
    text.append(said);
    blocks.add(new Block(kind, from, text.length(), level, page, header));
    return this;
  }

  private static boolean continues(Kind before, Kind kind) {
    return switch (kind) {
      case LIST_ITEM -> before == Kind.LIST_ITEM;
      case TABLE_ROW -> before == Kind.TABLE_ROW || before == Kind.TABLE_HEADER;
      case HEADING, PARAGRAPH, TABLE_HEADER, CODE -> false;
    };
  }
}
