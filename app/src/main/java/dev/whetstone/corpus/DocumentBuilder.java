package dev.whetstone.corpus;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.WebLink;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Collects the blocks of one file, in reading order, into the canonical extracted text.
///
/// Blocks are separated by an empty line; rows of one table and items of one list by one newline.
/// Cells of a row are joined by ` | `. Runs of white space become one space (none between two Han
/// characters that a line break separated), save in code. NUL and lone surrogates become U+FFFD.
/// Blank content is left out. For one thread.
public final class DocumentBuilder {
  private static final String CELL_SEPARATOR = " | ";
  private static final Pattern CODE = Pattern.compile("[a-z]{2,3}");
  private static final int MOST_NOTES = 1000;
  private static final int LONGEST_NOTE = 1000;
  private static final int MOST_KEYS = 50; // of metadata, in one document
  private static final int LONGEST_KEY = 100;

  private final String id;
  private final String format;
  private final ParseOptions options;
  private final StringBuilder text = new StringBuilder();
  private final List<Block> blocks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Document.Part> parts = new ArrayList<>();
  private final Map<String, String> metadata = new HashMap<>();
  private final Set<String> keys = new HashSet<>(); // of all metadata
  private final Set<String> furtherKeys = new TreeSet<>();
  private final TreeSet<Integer> pictures = new TreeSet<>();
  private int furtherNotes;
  private @Nullable String title;
  private @Nullable String language;
  private @Nullable String firstHeading;
  private int page;

  /// @param format as in [Document#format()]
  public DocumentBuilder(String id, String format) {
    this(id, format, ParseOptions.DEFAULT);
  }

  /// @param format as in [Document#format()]
  public DocumentBuilder(String id, String format, ParseOptions options) {
    this.id = id;
    this.format = format;
    this.options = options;
  }

  public String id() {
    return id;
  }

  /// Whether hidden content is read. Where it is not, the reader leaves it out and notes how much.
  public boolean readsHidden() {
    return options.hidden();
  }

  /// The document's own title; blank means none. The last call counts. A title that is too long is
  /// cut: every passage carries it.
  public DocumentBuilder title(@Nullable String title) {
    this.title = title == null ? null : Characters.oneLine(title);
    return this;
  }

  /// An ISO 639 code; without it, or with something else, the language is guessed from the text.
  public DocumentBuilder language(@Nullable String language) {
    this.language = language != null && CODE.matcher(language).matches() ? language : null;
    return this;
  }

  /// Where the document says that people read it: metadata `url`. The first call with a web address
  /// counts; what is none is passed over.
  public DocumentBuilder url(@Nullable String address) {
    if (!metadata.containsKey(Passage.URL)) {
      WebLink.of(address).ifPresent(url -> metadata.put(Passage.URL, url)); // whole: never cut
      keys.addAll(metadata.keySet());
    }
    return this;
  }

  /// Adds a note on content that was not read, and how much of it. Notes after the first thousand
  /// are only counted.
  public void note(String note) {
    if (notes.size() < MOST_NOTES) {
      notes.add(Characters.shortened(note, LONGEST_NOTE));
    } else {
      furtherNotes++;
    }
  }

  /// A property that the file has, as its author, for all passages of the document. A blank value
  /// is none; a long one is cut. A document has at most fifty keys.
  public DocumentBuilder metadata(String key, @Nullable String value) {
    putMetadata(metadata, key, value);
    return this;
  }

  /// Begins a part that stands for itself: no passage holds text of it and of what is before it.
  ///
  /// @param own its metadata; [Document#TITLE] stands in the place of the document's title
  public DocumentBuilder part(Map<String, String> own) {
    var kept = new HashMap<String, String>();
    new TreeMap<>(own).forEach((key, value) -> putMetadata(kept, key, value));
    if (!parts.isEmpty() && parts.getLast().block() == blocks.size()) {
      parts.removeLast(); // it holds nothing
    }
    parts.add(new Document.Part(blocks.size(), kept));
    return this;
  }

  private void putMetadata(Map<String, String> into, String key, @Nullable String value) {
    String line = value == null ? "" : Characters.oneLine(value);
    if (line.isEmpty()) {
      return;
    }
    String name = Characters.shortened(Characters.oneLine(key), LONGEST_KEY);
    if (!keys.contains(name) && keys.size() >= MOST_KEYS) {
      if (furtherKeys.size() < MOST_KEYS) {
        furtherKeys.add(name);
      }
      return;
    }
    keys.add(name);
    into.put(name, Characters.shortened(line, options.titleCharacters()));
  }

  /// Records a page that is a picture, of which no text was read.
  ///
  /// @param page from 1; 0 for the file as a whole
  public DocumentBuilder picture(int page) {
    pictures.add(page);
    return this;
  }

  /// Adds another document, of a file that this one holds, as a part under a heading of its name.
  ///
  /// @param own metadata of the part beside what the other document has
  public DocumentBuilder append(String name, Document other, Map<String, String> own) {
    var all = new HashMap<>(other.metadata());
    all.remove(Document.TITLE); // the document's own stays
    all.putAll(own);
    part(all);
    heading(1, name);
    include(other, 1);
    other.notes().forEach(note -> note(name + ": " + note));
    if (!other.pictures().isEmpty()) {
      note(
          "%s: %s not read: they are pictures"
              .formatted(name, ParseNotes.counted(other.pictures().size(), "page")));
    }
    return this;
  }

  /// Adds the blocks of another document.
  public DocumentBuilder include(Document other) {
    include(other, 0);
    other.notes().forEach(this::note);
    return this;
  }

  /// @param levels that the other's headings stand below their own
  private void include(Document other, int levels) {
    int first = blocks.size();
    int end = 0; // of the block before, in the other text
    for (Block block : other.blocks()) {
      page = block.page();
      int level = block.level() + (block.kind() == Kind.HEADING ? levels : 0);
      int header = block.header() < 0 ? -1 : first + block.header();
      if (block.from() > end + 1 && blocks.size() > first) {
        boolean joined = continues(blocks.getLast().kind(), block.kind());
        text.append(joined ? "\n" : ""); // of another table than the row before
      }
      end = block.to();
      add(block.kind(), other.text(block), level, header);
    }
    page = 0;
  }

  /// A builder with the same options, for a document that this one holds.
  public DocumentBuilder inner(String name, String ofFormat) {
    return new DocumentBuilder(name, ofFormat, options);
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
  /// @param item without its bullet or number, unless the number carries information
  public DocumentBuilder item(int depth, String item) {
    return add(Kind.LIST_ITEM, Characters.oneLine(item), Math.max(1, depth), -1);
  }

  /// Adds code; line breaks and indentation stay.
  public DocumentBuilder code(String code) {
    return add(Kind.CODE, Characters.lines(code), 0, -1);
  }

  /// Adds a table. A header without rows becomes a row.
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

  /// Adds further rows to the table that was added last.
  public DocumentBuilder moreRows(List<List<String>> rows) {
    if (blocks.isEmpty() || blocks.getLast().kind() != Kind.TABLE_ROW) {
      return table(null, rows);
    }
    int header = blocks.getLast().header();
    rows.forEach(cells -> add(Kind.TABLE_ROW, row(cells), 0, header));
    return this;
  }

  /// Whether the document takes this much more.
  public boolean hasRoom(int characters, int moreBlocks) {
    return characters < options.maxCharacters() - text.length()
        && moreBlocks < options.maxBlocks() - blocks.size();
  }

  /// Whether no block was added.
  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  public Document build() {
    String name = id.substring(id.lastIndexOf('/') + 1);
    String shown = title != null && !title.isEmpty() ? title : firstHeading;
    String all = text.toString();
    var allNotes = new ArrayList<String>(notes);
    if (shown != null && shown.length() > options.titleCharacters()) {
      allNotes.add(
          "its title of %,d characters was cut to %,d"
              .formatted(shown.length(), options.titleCharacters()));
      shown = Characters.shortened(shown, options.titleCharacters());
    }
    if (furtherNotes > 0) {
      allNotes.add("and %,d further parts".formatted(furtherNotes));
    }
    if (!furtherKeys.isEmpty()) {
      allNotes.add(
          "more than %d kinds of metadata; not kept: %s"
              .formatted(MOST_KEYS, String.join(", ", furtherKeys)));
    }
    var properties = new HashMap<>(metadata);
    properties.put(Document.TITLE, shown == null ? name : shown);
    properties.put(Document.FORMAT, format);
    properties.put(Document.LANGUAGE, language == null ? LanguageDetector.of(all) : language);
    List<Document.Part> filled = parts.stream().filter(p -> p.block() < blocks.size()).toList();
    return new Document(id, properties, all, blocks, filled, List.copyOf(pictures), allNotes);
  }

  private static String row(List<String> cells) {
    var line = new StringBuilder();
    int lastFilled = 0; // end of the last cell that says something
    for (int i = 0; i < cells.size(); i++) {
      String cell = Characters.oneLine(cells.get(i));
      line.append(i == 0 ? "" : CELL_SEPARATOR).append(cell);
      lastFilled = cell.isEmpty() ? lastFilled : line.length();
    }
    line.setLength(lastFilled);
    return line.toString().strip();
  }

  private DocumentBuilder add(Kind kind, String content, int level, int header) {
    if (content.isEmpty()) {
      return this;
    }
    if (!blocks.isEmpty()) {
      text.append(continues(blocks.getLast().kind(), kind) ? "\n" : "\n\n");
    }
    if (blocks.size() == options.maxBlocks()) {
      throw new Failure.BadInput(
          "holds more than %,d paragraphs, headings, list items and table rows; split the file, or raise parse.max_blocks"
              .formatted(options.maxBlocks()));
    }
    if (content.length() > options.maxCharacters() - text.length()) {
      throw new Failure.BadInput(
          "holds more than %,d characters of text; split it into smaller files"
              .formatted(options.maxCharacters()));
    }
    int from = text.length();
    text.append(content);
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
