package dev.whetstone.corpus;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.Units.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts a document into passages along its sections.
///
/// A passage never crosses a heading, and passages never overlap, save that every part of a table
/// begins with the table's header row. Blocks are packed up to the target, counted on
/// [Passage#embedded()]; what belongs together (a list and its introduction, a table, an article of
/// a statute, code) stays together when it fits, for which a passage may be a quarter above the
/// target. What is too long by itself is cut at sentences, then clauses, words, characters. A
/// heading without text makes no passage.
///
/// The same document and counter give the same passages. Safe for many threads when the counter is.
public final class Splitter {
  /// What BERT takes, less `[CLS]` and `[SEP]`.
  private static final int LIMIT = 510;

  private static final int SMALLEST_TARGET = 32;

  private final TokenCounter tokens;
  private final int target;
  private final int limit;

  /// @param target tokens of a passage, from 32 to 510
  public Splitter(TokenCounter tokens, int target) {
    this(tokens, target, LIMIT);
  }

  /// @param limit tokens that no passage exceeds, special tokens not counted; at least the target
  public Splitter(TokenCounter tokens, int target, int limit) {
    if (target < SMALLEST_TARGET || target > limit) {
      throw new IllegalArgumentException(
          "target " + target + " is not within " + SMALLEST_TARGET + ".." + limit);
    }
    this.tokens = tokens;
    this.target = target;
    this.limit = limit;
  }

  /// The passages in reading order; none for a document without text.
  public List<Passage> split(Document document) {
    var passages = new ArrayList<Passage>();
    var seen = new HashMap<String, Integer>();
    var path = new HeadingPath(document.title(), tokens, target / 2);
    List<Block> blocks = document.blocks();
    for (int i = 0; i < blocks.size(); ) {
      if (blocks.get(i).kind() == Kind.HEADING) {
        path.enter(blocks.get(i).level(), document.text(blocks.get(i)));
        i++;
        continue;
      }
      int end = i;
      while (end < blocks.size() && blocks.get(end).kind() != Kind.HEADING) {
        end++;
      }
      section(document, i, end, path.headings(), seen, passages);
      i = end;
    }
    return List.copyOf(passages);
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
    int most = Math.min(limit, target + target / 4) - path;
    List<Unit> units = new Units(tokens, document, budget, most).of(from, to);
    for (List<Unit> packed : new Packer(budget, most).pack(units)) {
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
    if (passage.tokens() > limit && units.size() > 1) {
      int half = units.size() / 2;
      emit(document, units.subList(0, half), headings, seen, into);
      emit(document, units.subList(half, units.size()), headings, seen, into);
      return;
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
