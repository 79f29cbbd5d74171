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
    int joinedCost = cost(current, group);
    if (joinedCost <= budget) {
      current.addAll(group);
      return;
    }
    int groupCost = cost(List.of(), group);
    int currentCost = cost(List.of(), current);
    if (groupCost <= most && (currentCost >= 2 * SMALLEST || group.size() == 1)) {
      if (joinedCost <= most && currentCost < SMALLEST) {
        current.addAll(group);
      } else {
        flush();
        current.addAll(group);
      }
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      boolean introduces = i == 0 && group.size() > 1;
      List<SplitUnit> next = group.subList(i, introduces ? 2 : i + 1);
      if (!current.isEmpty() && cost(current, next) > budget) {
        flush();
      }
      current.add(group.get(i));
    }
  }

  private void flush() {
    if (!current.isEmpty()) {
      passages.add(current);
      current = new ArrayList<>();
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
    long sum = 0;
    SplitUnit.Table table = SplitUnit.Table.NONE;
    for (List<SplitUnit> units : List.of(first, second)) {
      for (SplitUnit unit : units) {
        sum += unit.tokens();
        if (unit.table().writesHeaderAfter(table)) {
          sum += unit.table().headerTokens();
        }
        table = unit.table();
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, sum);
  }
}
