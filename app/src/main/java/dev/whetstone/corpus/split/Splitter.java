package dev.whetstone.corpus.split;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.split.SplitUnits.Unit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts a document into passages along its sections.
///
/// A passage never crosses a heading, and passages never overlap, save that every part of a table
/// begins with the table's header row. Blocks are packed up to the target, counted on
/// [Passage#embedded()]; what belongs together (a list and its introduction, a table, an article of
/// a statute, code) stays together when it fits, for which a passage may be a quarter above the
/// target. What is too long by itself is cut at sentences, then clauses, words, characters.
///
/// **Every block is found.** A heading stands in the path of its section's passages. A heading that
/// no path shows whole becomes text:
///
/// - Without a body of its own (a step, a bold rule, a line of release notes) it is text of the
///   section around it, together with its neighbours of that kind.
/// - Longer than a path takes, it is the first text of its own section.
/// - Dropped from every path because its subsections' paths were too long, it is a passage of its
///   own before them.
///
/// Example: `# Notes`, `## Boats leave every hour`, `## Bicycles travel free` without any paragraph
/// give one passage with the path `Notes` and both sentences as its text.
///
/// The same document and counter give the same passages. Safe for many threads when the counter is.
public final class Splitter {
  /// Tokens of a passage aimed at, at least.
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
      if (blocks.get(i).kind() == Kind.HEADING) {
        sections.enter(i);
      } else {
        sections.body(i);
      }
    }
    return sections.end();
  }

  /// The walk through one document: the open headings, and the run of blocks under one path that is
  /// cut into passages when another path begins.
  private final class Sections {
    private final Document document;
    private final HeadingPath path;
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<Passage> passages = new ArrayList<>();
    private final List<Integer> titles = new ArrayList<>();
    private List<String> headings = List.of();
    private int from;
    private int to; // one past the last block of the run; no run where it is `from`
    private boolean entered = true; // a heading came after the last block of a body

    Sections(Document document) {
      this.document = document;
      this.path = new HeadingPath(document.title(), tokens, limits.headingCharacters(), target / 2);
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
      while (!path.isEmpty()) {
        close();
      }
      flush();
      boolean shown = !passages.isEmpty() && path.titleShown();
      for (int block : titles) {
        if (!shown) {
          extend(block, block + 1, path.headings());
        }
      }
      flush();
      passages.sort(Comparator.comparingInt(Passage::from)); // a dropped heading came late
      return List.copyOf(passages);
    }

    /// Ends the innermost section; its heading becomes text where no path has shown it.
    private void close() {
      boolean shown = path.shown();
      boolean title = path.isTitle();
      int block = path.close().block();
      if (!shown && title) {
        titles.add(block); // most likely it stands in every path
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
    List<Unit> units = new SplitUnits(tokens, document, budget, most).of(from, to);
    for (List<Unit> packed : new PassagePacker(budget, most).pack(units)) {
      emit(document, packed, headings, seen, into);
    }
  }

  /// Most tokenizers count a text as the sum of its blocks; where one does not and the limit is
  /// passed, the passage is halved.
  private void emit(
      Document document,
      List<Unit> units,
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
      Document document, List<Unit> units, List<String> headings, int recurrence) {
    String text = text(document, units);
    String joined = String.join("\n", headings);
    String id =
        recurrence == 0
            ? Sha256.id(document.id(), joined, text)
            : Sha256.id(document.id(), joined, text, Integer.toString(recurrence));
    Unit first = units.getFirst();
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
            Map.of(
                "format", document.format(),
                "language", document.language(),
                "title", document.title()));
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

  private static String text(Document document, List<Unit> units) {
    var text = new StringBuilder();
    int table = -1;
    int to = -1;
    for (Unit unit : units) {
      if (!text.isEmpty()) { // pieces of one block stay on its line
        String between = to <= unit.from() ? document.text().substring(to, unit.from()) : "\n";
        text.append(between.indexOf('\n') >= 0 ? "\n" : between);
      }
      to = unit.to();
      if (unit.table() >= 0 && unit.table() != table && !unit.header().isEmpty()) {
        text.append(unit.header()).append('\n');
      }
      table = unit.table();
      text.append(unit.text());
    }
    return text.toString();
  }
}
