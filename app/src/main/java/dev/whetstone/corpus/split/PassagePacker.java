package dev.whetstone.corpus.split;

import java.util.ArrayList;
import java.util.List;

/// Packs the units of one section into passages, in reading order.
///
/// Groups are added to the current passage while it stays within the budget. A group that does not
/// fit begins a passage of its own where it fits into one, provided that the current passage is
/// worth keeping; otherwise it is added unit by unit, its first two units together, since the first
/// may introduce the others. Afterwards a passage below [#SMALLEST] tokens is joined with the
/// passage before it, or else with the one after it, where both together fit.
final class PassagePacker {
  private static final int SMALLEST = 16; // tokens

  private final int budget;
  private final int most;
  private final List<List<SplitUnit>> passages = new ArrayList<>();
  private List<SplitUnit> current = new ArrayList<>();
  private int currentCost; // of `current`; it may have many units that count nothing

  /// @param budget tokens that a passage should have
  /// @param most tokens that a passage may have to keep a group whole or to take a small remainder
  PassagePacker(int budget, int most) {
    this.budget = budget;
    this.most = most;
  }

  List<List<SplitUnit>> pack(List<SplitUnit> units) {
    for (int i = 0; i < units.size(); ) {
      int end = i;
      while (end < units.size() && units.get(end).group() == units.get(i).group()) {
        end++;
      }
      add(units.subList(i, end));
      i = end;
    }
    flush();
    joinSmall();
    return passages;
  }

  private void add(List<SplitUnit> group) {
    int joinedCost = joinedCost(group);
    if (joinedCost <= budget) {
      append(group);
      return;
    }
    int groupCost = cost(List.of(), group);
    if (groupCost <= most && (currentCost >= 2 * SMALLEST || group.size() == 1)) {
      if (joinedCost > most || currentCost >= SMALLEST) {
        flush();
      }
      append(group);
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      boolean introduces = i == 0 && group.size() > 1;
      List<SplitUnit> next = group.subList(i, introduces ? 2 : i + 1);
      if (!current.isEmpty() && joinedCost(next) > budget) {
        flush();
      }
      append(group.subList(i, i + 1));
    }
  }

  private void append(List<SplitUnit> units) {
    currentCost = joinedCost(units);
    current.addAll(units);
  }

  /// Tokens of the current passage with these units behind it.
  private int joinedCost(List<SplitUnit> units) {
    SplitUnit.Table table = current.isEmpty() ? SplitUnit.Table.NONE : current.getLast().table();
    return (int) Math.min(Integer.MAX_VALUE, currentCost + cost(table, units));
  }

  private void flush() {
    if (!current.isEmpty()) {
      passages.add(current);
      current = new ArrayList<>();
      currentCost = 0;
    }
  }

  private void joinSmall() {
    for (int i = 0; i < passages.size() && passages.size() > 1; i++) {
      if (cost(List.of(), passages.get(i)) >= SMALLEST) {
        continue;
      }
      int with = i > 0 ? i - 1 : 1;
      if (i > 0 && cost(passages.get(with), passages.get(i)) > most && i + 1 < passages.size()) {
        with = i + 1;
      }
      int first = Math.min(i, with);
      if (cost(passages.get(first), passages.get(first + 1)) <= most) {
        passages.get(first).addAll(passages.remove(first + 1));
        i = first;
      }
    }
  }

  /// Tokens of the units one after another; each table's header counts once in a run of its rows.
  static int cost(List<SplitUnit> first, List<SplitUnit> second) {
    SplitUnit.Table table = first.isEmpty() ? SplitUnit.Table.NONE : first.getLast().table();
    return (int)
        Math.min(Integer.MAX_VALUE, cost(SplitUnit.Table.NONE, first) + cost(table, second));
  }

  /// @param before the table of the unit before them
  private static long cost(SplitUnit.Table before, List<SplitUnit> units) {
    long sum = 0;
    SplitUnit.Table table = before;
    for (SplitUnit unit : units) {
      sum += unit.tokens();
      if (unit.table().writesHeaderAfter(table)) {
        sum += unit.table().headerTokens();
      }
      table = unit.table();
    }
    return sum;
  }
}
