package dev.whetstone.corpus.split;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.TokenCounter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Splits a document into passages along its sections.
///
/// **The problem.** An embedding model reads a limited number of tokens and makes one vector of
/// them. A passage that is too long mixes subjects, one that is too short lacks its context, and
/// one that ends in the middle of an answer cannot be found for it. A row of a table means nothing
/// without the table's header, and a step of a procedure nothing without its introduction.
///
/// **The method.** Three passes over the blocks, each in its own class:
///
/// 1. *Sections.* The splitter walks through the blocks with the open headings ([HeadingPath]). All
///    blocks under one path form a run; a passage never crosses the end of a run. The path is
///    stored with the passage and embedded before its text ([Passage#embedded()]), so its tokens
///    are subtracted from the target first.
/// 2. *Units.* [SplitUnits] turns the blocks of a run into [SplitUnit]s. A block that is longer
///    than a passage may be is cut by [TextCutter] at the outermost boundary that makes the pieces
///    small enough: lines of code or cells of a row, then sentences, clauses, words, characters.
///    Units that belong together (a list and its introduction, the rows of a table, an article of a
///    statute) form a group.
/// 3. *Packing.* [PassagePacker] fills passages with units in reading order up to the target. A
///    group stays whole where it fits, for which a passage may be a quarter above the target.
///    Passages of fewer than 16 tokens are joined with a neighbour.
///
/// **Invariants.**
///
/// - Every block is in the text of a passage or, as a heading, in a path. A heading that no path
///   shows whole becomes text: without a body of its own (a step, a bold rule, a line of release
///   notes) it is text of the section around it, together with its neighbours of that kind; longer
///   than a path takes, it is the first text of its own section; dropped from every path because
///   the paths of its subsections were too long, it is a passage of its own before them.
/// - Passages do not overlap, except that each part of a table begins with the table's header.
/// - No passage has more tokens than [PassageLimits#tokens()].
/// - The same document and counter give the same passages with the same ids. An id is the hash of
///   document, path and text; where these recur, the number of the recurrence is hashed too.
///
/// **An example.** Target 32, so that a group may have 40; each word and each sign is a token:
///
/// ```
/// # Ferry                                  heading
/// ## Fares                                 heading
/// The fares by zone are:                   paragraph, 6 tokens
/// Zone | Adult | Child                     header, 5 tokens
/// A | 3.20 | 1.60    (ten rows)            row, 9 tokens each
/// ## Boats leave every hour                heading without a body
/// ```
///
/// The path `Ferry > Fares` costs 4 tokens with its full stop, which leaves a budget of 28 and 36
/// at most. The paragraph ends with a colon: it forms a group with the rows, which is too long for
/// one passage. The first passage holds the paragraph, the header and one row (20 tokens; a second
/// row would make 29), the next three the header and two rows each (23). The last two passages
/// would hold two rows and one; 14 tokens are too few, so one passage holds these three rows (32).
/// `Boats leave every hour` has no body and becomes text under the path `Ferry`.
///
/// **Cost.** Each block and each piece is counted once; a text with more than 16 characters for
/// each token of the budget is cut before it is counted. 71 documents of 2.4 million characters
/// take 0.3 s on one core with a counter that is free.
///
/// **Constants**, measured on those documents with a target of 256: the median passage has 201
/// tokens, 4 % are above the target (at most 320), 0.1 % below 16, and all of 840 phrases that
/// answer questions stand whole in one passage (target 128: 807, target 64: 213). `PhrasesTest`
/// with `WHETSTONE_DATA` set repeats the count of the phrases. Without the quarter there are 2 %
/// more passages and the same phrases; it keeps tables and lists whole.
///
/// Safe for use by several threads at once where the counter is.
public final class Splitter {
  /// The smallest target, in tokens.
  public static final int SMALLEST_TARGET = 32;

  private final TokenCounter tokens;
  private final int target;
  private final PassageLimits limits;

  /// @param target tokens of a passage, from 32 to 510
  public Splitter(TokenCounter tokens, int target) {
    this(tokens, target, PassageLimits.DEFAULT);
  }

  /// @param target tokens of a passage, from 32 to the limit
  public Splitter(TokenCounter tokens, int target, PassageLimits limits) {
    if (target < SMALLEST_TARGET || target > limits.tokens()) {
      throw new IllegalArgumentException(
          "target " + target + " is not within " + SMALLEST_TARGET + ".." + limits.tokens());
    }
    this.tokens = tokens;
    this.target = target;
    this.limits = limits;
  }

  /// The passages in reading order; none for a document without text.
  ///
  /// @throws Failure.BadInput if there are more than a document may have
  public List<Passage> split(Document document) {
    var sections = new Sections(document);
    List<Block> blocks = document.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      sections.enterPart(i);
      if (blocks.get(i).kind() == Kind.HEADING) {
        sections.enter(i);
      } else {
        sections.body(i);
      }
    }
    return sections.end();
  }

  /// The walk through one document: the open headings, and the run of blocks under one path, which
  /// is split into passages when another path begins.
  private final class Sections {
    private final Document document;
    private HeadingPath path;
    private int part = -1; // of those of the document; -1 before the first
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<Passage> passages = new ArrayList<>();
    private final List<Integer> titles = new ArrayList<>();
    private int partStart; // number of passages before the part
    private List<String> headings = List.of();
    private int from;
    private int to; // one past the last block of the run; equal to `from` for an empty run
    private boolean entered = true; // whether a heading follows the last block of a body

    Sections(Document document) {
      this.document = document;
      this.path = path(document.title());
    }

    private HeadingPath path(String title) {
      return new HeadingPath(title, tokens, limits.headingCharacters(), target / 2);
    }

    /// Ends all sections where a part of the document begins at this block.
    void enterPart(int block) {
      List<Document.Part> parts = document.parts();
      if (part + 1 < parts.size() && parts.get(part + 1).block() == block) {
        endSections();
        part++;
        path = path(parts.get(part).metadata().getOrDefault(Document.TITLE, document.title()));
        entered = true;
      }
    }

    void enter(int block) {
      int level = document.blocks().get(block).level();
      while (path.closes(level)) {
        close();
      }
      path.open(new HeadingPath.Heading(level, document.text(document.blocks().get(block)), block));
      entered = true;
    }

    void body(int block) {
      if (entered) {
        List<String> shown = path.headings();
        boolean whole = path.isEmpty() || path.shown();
        if (!whole) {
          path.markShown();
        }
        extend(whole ? block : block - 1, block + 1, shown);
        entered = false;
      } else {
        to = block + 1;
      }
    }

    List<Passage> end() {
      endSections();
      passages.sort(Comparator.comparingInt(Passage::from)); // headings were added when they closed
      return List.copyOf(passages);
    }

    private void endSections() {
      while (!path.isEmpty()) {
        close();
      }
      flush();
      boolean shown = passages.size() > partStart && path.titleShown();
      for (int block : titles) {
        if (!shown) {
          extend(block, block + 1, path.headings());
        }
      }
      flush();
      titles.clear();
      partStart = passages.size();
    }

    /// Closes the innermost section. Its heading becomes text where no path has shown it.
    private void close() {
      boolean shown = path.shown();
      boolean title = path.isTitle();
      int block = path.close().block();
      if (!shown && title) {
        titles.add(block); // in every path, unless the path was shortened
      } else if (!shown) {
        extend(block, block + 1, path.headings());
        entered = true;
      }
    }

    private void extend(int first, int end, List<String> under) {
      if (first != to || from == to || !under.equals(headings)) {
        flush();
        from = first;
        headings = under;
      }
      to = end;
    }

    private void flush() {
      if (from < to) {
        section(document, from, to, headings, seen, passages);
        from = to;
      }
    }
  }

  private void section(
      Document document,
      int from,
      int to,
      List<String> headings,
      Map<String, Integer> seen,
      List<Passage> into) {
    int path = headings.isEmpty() ? 0 : tokens.count(String.join(" > ", headings) + ".");
    int budget = target - path;
    int most = Math.min(limits.tokens(), target + target / 4) - path;
    List<SplitUnit> units = new SplitUnits(tokens, document, budget, most).of(from, to);
    for (List<SplitUnit> packed : new PassagePacker(budget, most).pack(units)) {
      emit(document, packed, headings, seen, into);
    }
  }

  /// Adds a passage. Most tokenizers count a text as the sum of its units; where one counts more
  /// and the passage exceeds the limit, it is halved.
  private void emit(
      Document document,
      List<SplitUnit> units,
      List<String> headings,
      Map<String, Integer> seen,
      List<Passage> into) {
    Passage passage = passage(document, units, headings, 0);
    if (passage.tokens() > limits.tokens() && units.size() > 1) {
      int half = units.size() / 2;
      emit(document, units.subList(0, half), headings, seen, into);
      emit(document, units.subList(half, units.size()), headings, seen, into);
      return;
    }
    if (into.size() == limits.perDocument()) {
      throw new Failure.BadInput(
          "makes more than %,d passages; split the file, or raise passages.max_per_document"
              .formatted(limits.perDocument()));
    }
    int recurrence = seen.merge(passage.id(), 1, Integer::sum) - 1;
    into.add(recurrence == 0 ? passage : passage(document, units, headings, recurrence));
  }

  private Passage passage(
      Document document, List<SplitUnit> units, List<String> headings, int recurrence) {
    String text = text(document, units);
    String joined = String.join("\n", headings);
    String id =
        recurrence == 0
            ? Sha256.id(document.id(), joined, text)
            : Sha256.id(document.id(), joined, text, Integer.toString(recurrence));
    SplitUnit first = units.getFirst();
    var uncounted =
        new Passage(
            id,
            document.id(),
            headings,
            text,
            first.from(),
            units.getLast().to(),
            first.page(),
            0,
            metadata(document, first.from()));
    return new Passage(
        uncounted.id(),
        uncounted.document(),
        uncounted.headings(),
        uncounted.text(),
        uncounted.from(),
        uncounted.to(),
        uncounted.page(),
        tokens.count(uncounted.embedded()),
        uncounted.metadata());
  }

  /// The document's metadata, and that of the part that this character is in.
  private static Map<String, String> metadata(Document document, int from) {
    List<Document.Part> parts = document.parts();
    int low = 0; // parts before it begin at or before the character
    for (int high = parts.size(); low < high; ) {
      int middle = (low + high) / 2;
      if (document.blocks().get(parts.get(middle).block()).from() <= from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == 0) {
      return document.metadata();
    }
    var metadata = new HashMap<>(document.metadata());
    metadata.putAll(parts.get(low - 1).metadata());
    return metadata;
  }

  private static String text(Document document, List<SplitUnit> units) {
    var text = new StringBuilder();
    SplitUnit.Table table = SplitUnit.Table.NONE;
    int to = -1;
    for (SplitUnit unit : units) {
      if (!text.isEmpty()) { // pieces of one block stay on its line
        String between = to <= unit.from() ? document.text().substring(to, unit.from()) : "\n";
        text.append(between.indexOf('\n') >= 0 ? "\n" : between);
      }
      to = unit.to();
      if (unit.table().writesHeaderAfter(table)) {
        text.append(unit.table().header()).append('\n');
      }
      table = unit.table();
      text.append(unit.text());
    }
    return text.toString();
  }
}
