package dev.whetstone.corpus;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The blocks of one section as what the packer moves about: whole blocks where they fit, pieces of
/// them where not, and which of them belong together.
final class Units {
  /// What is never torn.
  ///
  /// @param from in the document's text; a table's first row begins with the table's header
  /// @param tokens of `text`
  /// @param header the table's header row, repeated in each passage; empty for what has none
  /// @param table tells tables apart; -1 for what is no table row
  /// @param group units of one group are best kept in one passage
  record Unit(
      int from,
      int to,
      String text,
      int tokens,
      int page,
      String header,
      int headerTokens,
      int table,
      int group) {}

  /// An article of a Chinese statute.
  private static final Pattern ARTICLE =
      Pattern.compile("^第[零〇一二三四五六七八九十百千万0-9]{1,12}条.*", Pattern.DOTALL);

  private static final int LONGEST_INTRODUCTION = 400;

  private final TokenCounter tokens;
  private final Document document;
  private final int budget;
  private final int most;
  private final List<Unit> units = new ArrayList<>();
  private int group;
  private int table;
  private String header = ""; // of the table being read
  private int headerTokens;
  private boolean headerCut; // it is longer than what is repeated
  private int headerAt = -1;

  /// @param budget tokens that a passage of this section should have
  /// @param most tokens that a block may have and stay whole
  Units(TokenCounter tokens, Document document, int budget, int most) {
    this.tokens = tokens;
    this.document = document;
    this.budget = budget;
    this.most = most;
  }

  /// @param from first block of the section's body
  /// @param to one past its last; a heading among them is text like a paragraph
  List<Unit> of(int from, int to) {
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
        table++;
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
    String said = document.text(before);
    boolean introduces =
        before.kind() == Kind.PARAGRAPH && (said.endsWith(":") || said.endsWith("："));
    return switch (block.kind()) {
      case LIST_ITEM ->
          before.kind() == Kind.LIST_ITEM
              || introduces
              || (before.kind() == Kind.PARAGRAPH && said.length() <= LONGEST_INTRODUCTION);
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
    boolean row = block.kind() == Kind.TABLE_ROW;
    int from = block.from();
    if (!row || block.header() < 0) {
      header = "";
      headerTokens = 0;
      headerAt = -1;
    } else {
      if (block.header() != headerAt) {
        header(block.header());
      }
      if (position == block.header() + 1 && !headerCut) {
        from = document.blocks().get(block.header()).from();
      }
    }
    int number = row ? table : -1;
    int room = most - headerTokens;
    int count = Cuts.isPlainlyTooLong(text, room) ? Integer.MAX_VALUE : tokens.count(text);
    if (count <= room) {
      units.add(
          new Unit(
              from, block.to(), text, count, block.page(), header, headerTokens, number, group));
      return;
    }
    int each = Math.max(1, budget - headerTokens);
    for (Cuts.Piece piece :
        Cuts.cut(tokens, text, document.language(), outermost(block.kind()), each)) {
      units.add(
          new Unit(
              piece.from() == 0 ? from : block.from() + piece.from(),
              block.from() + piece.to(),
              text.substring(piece.from(), piece.to()),
              piece.tokens(),
              block.page(),
              header,
              headerTokens,
              number,
              group));
    }
  }

  /// Takes up the header of the rows that follow, or as much of it as leaves room for a row: it is
  /// then a text of its own before them too, so that nothing of it is lost.
  private void header(int position) {
    Block block = document.blocks().get(position);
    headerAt = position;
    header = document.text(block);
    headerTokens = Cuts.isPlainlyTooLong(header, budget) ? most : tokens.count(header);
    headerCut = headerTokens > budget / 2;
    if (headerCut) {
      for (Cuts.Piece piece :
          Cuts.cut(tokens, header, document.language(), Cuts.Boundary.CELL, budget)) {
        int from = block.from() + piece.from();
        int to = block.from() + piece.to();
        String text = header.substring(piece.from(), piece.to());
        units.add(new Unit(from, to, text, piece.tokens(), block.page(), "", 0, -1, group));
      }
      Cuts.Piece kept =
          Cuts.cut(tokens, header, document.language(), Cuts.Boundary.CELL, budget / 2).getFirst();
      header = header.substring(0, kept.to());
      headerTokens = kept.tokens();
    }
  }

  private static Cuts.Boundary outermost(Kind kind) {
    return switch (kind) {
      case CODE -> Cuts.Boundary.LINE;
      case TABLE_HEADER, TABLE_ROW -> Cuts.Boundary.CELL;
      case HEADING, PARAGRAPH, LIST_ITEM -> Cuts.Boundary.SENTENCE;
    };
  }
}
