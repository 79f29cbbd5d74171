package dev.whetstone.corpus.split;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns the blocks of one section into [SplitUnit]s: whole blocks where they fit into a passage,
/// pieces where not. Decides which units belong to one group:
///
/// - an article of a Chinese statute (`第三条`) and all that follows up to the next article;
/// - a list, with the paragraph before it where that ends with a colon or is short;
/// - the rows of a table, with the paragraph before them where that ends with a colon;
/// - code, with the paragraph before it where that ends with a colon.
///
/// Every other block is a group of its own.
final class SplitUnits {
  /// An article of a Chinese statute.
  private static final Pattern ARTICLE =
      Pattern.compile("^第[零〇一二三四五六七八九十百千万0-9]{1,12}条.*", Pattern.DOTALL);

  /// Characters of a paragraph that counts as the introduction of the list below it.
  private static final int LONGEST_INTRODUCTION = 400;

  private final TokenCounter tokens;
  private final Document document;
  private final int budget;
  private final int most;
  private final List<SplitUnit> units = new ArrayList<>();
  private int group;
  private int tableNumber;
  private SplitUnit.Table table = SplitUnit.Table.NONE; // of the row being read
  private boolean headerShortened; // the table's header is longer than what is repeated of it
  private int headerAt = -1; // position of the table's header among the blocks

  /// @param budget tokens that a passage of this section should have
  /// @param most tokens that a block may have and stay whole
  SplitUnits(TokenCounter tokens, Document document, int budget, int most) {
    this.tokens = tokens;
    this.document = document;
    this.budget = budget;
    this.most = most;
  }

  /// @param from first block of the section's body
  /// @param to one past its last; a heading among them is text like a paragraph
  List<SplitUnit> of(int from, int to) {
    boolean inArticle = false;
    for (int i = from; i < to; i++) {
      Block block = document.blocks().get(i);
      Block before = i > from ? document.blocks().get(i - 1) : null;
      String text = document.text(block);
      boolean article = block.kind() == Kind.PARAGRAPH && ARTICLE.matcher(text).matches();
      inArticle = article || inArticle;
      if (article || before == null || !(inArticle || belongs(before, block))) {
        group++;
      }
      if (isNewTable(before, block)) {
        tableNumber++;
      }
      boolean headsRows =
          block.kind() == Kind.TABLE_HEADER
              && i + 1 < to
              && document.blocks().get(i + 1).header() == i;
      if (!headsRows) {
        add(i, block, text);
      }
    }
    return units;
  }

  private boolean belongs(Block before, Block block) {
    String textBefore = document.text(before);
    boolean introduces =
        before.kind() == Kind.PARAGRAPH && (textBefore.endsWith(":") || textBefore.endsWith("："));
    return switch (block.kind()) {
      case LIST_ITEM ->
          before.kind() == Kind.LIST_ITEM
              || introduces
              || (before.kind() == Kind.PARAGRAPH && textBefore.length() <= LONGEST_INTRODUCTION);
      case TABLE_ROW -> introduces || !isNewTable(before, block);
      case TABLE_HEADER, CODE -> introduces;
      case HEADING, PARAGRAPH -> false;
    };
  }

  private static boolean isNewTable(@Nullable Block before, Block block) {
    return switch (block.kind()) {
      case TABLE_HEADER -> true;
      case TABLE_ROW ->
          before == null
              || !(before.kind() == Kind.TABLE_HEADER
                  || (before.kind() == Kind.TABLE_ROW && before.header() == block.header()));
      case HEADING, PARAGRAPH, LIST_ITEM, CODE -> false;
    };
  }

  private void add(int position, Block block, String text) {
    int from = block.from();
    if (block.kind() != Kind.TABLE_ROW) {
      leaveTable(SplitUnit.Table.NONE);
    } else if (block.header() < 0) {
      leaveTable(new SplitUnit.Table(tableNumber, "", 0));
    } else {
      if (block.header() != headerAt) {
        enterTable(block.header());
      }
      if (position == block.header() + 1 && !headerShortened) {
        from = document.blocks().get(block.header()).from();
      }
    }
    int room = most - table.headerTokens();
    int count = TextCutter.isPlainlyTooLong(text, room) ? Integer.MAX_VALUE : tokens.count(text);
    if (count <= room) {
      units.add(new SplitUnit(from, block.to(), text, count, block.page(), table, group));
      return;
    }
    int pieceBudget = Math.max(1, budget - table.headerTokens());
    for (TextCutter.Piece piece :
        TextCutter.cut(tokens, text, document.language(), outermost(block.kind()), pieceBudget)) {
      int start = piece.from() == 0 ? from : block.from() + piece.from();
      units.add(unit(piece, start, block, text, table));
    }
  }

  private SplitUnit unit(
      TextCutter.Piece piece, int from, Block block, String text, SplitUnit.Table ofTable) {
    return new SplitUnit(
        from,
        block.from() + piece.to(),
        text.substring(piece.from(), piece.to()),
        piece.tokens(),
        block.page(),
        ofTable,
        group);
  }

  private void leaveTable(SplitUnit.Table next) {
    table = next;
    headerAt = -1;
  }

  /// Takes up the header of the rows that follow. Where it needs more than half of the budget, only
  /// its beginning is repeated, and the whole header becomes units of its own before the rows, so
  /// that no part of it is lost.
  private void enterTable(int position) {
    Block block = document.blocks().get(position);
    headerAt = position;
    String header = document.text(block);
    int headerTokens = TextCutter.isPlainlyTooLong(header, budget) ? most : tokens.count(header);
    headerShortened = headerTokens > budget / 2;
    if (headerShortened) {
      for (TextCutter.Piece piece :
          TextCutter.cut(tokens, header, document.language(), TextCutter.Boundary.CELL, budget)) {
        units.add(unit(piece, block.from() + piece.from(), block, header, SplitUnit.Table.NONE));
      }
      TextCutter.Piece repeatedPart =
          TextCutter.cut(tokens, header, document.language(), TextCutter.Boundary.CELL, budget / 2)
              .getFirst();
      header = header.substring(0, repeatedPart.to());
      headerTokens = repeatedPart.tokens();
    }
    table = new SplitUnit.Table(tableNumber, header, headerTokens);
  }

  private static TextCutter.Boundary outermost(Kind kind) {
    return switch (kind) {
      case CODE -> TextCutter.Boundary.LINE;
      case TABLE_HEADER, TABLE_ROW -> TextCutter.Boundary.CELL;
      case HEADING, PARAGRAPH, LIST_ITEM -> TextCutter.Boundary.SENTENCE;
    };
  }
}
