package dev.whetstone.corpus.split;

import dev.whetstone.corpus.split.SplitUnits.Unit;
import java.util.ArrayList;
import java.util.List;

/// Packs the units of one section, in order, into passages: groups whole where that is possible.
final class PassagePacker {
  private static final int SMALLEST = 16;

  private final int budget;
  private final int most;
  private final List<List<Unit>> passages = new ArrayList<>();
  private List<Unit> current = new ArrayList<>();

  /// @param budget tokens that a passage should have
  /// @param most tokens that it may have to keep a group whole or to take a small leftover
  PassagePacker(int budget, int most) {
    this.budget = budget;
    this.most = most;
  }

  List<List<Unit>> pack(List<Unit> units) {
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

  private void add(List<Unit> group) {
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
      List<Unit> next = group.subList(i, introduces ? 2 : i + 1);
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

  /// Tokens of the units one after another, each table's header once in a run of its rows.
  static int cost(List<Unit> first, List<Unit> second) {
    long sum = 0;
    int table = -1;
    for (List<Unit> units : List.of(first, second)) {
      for (Unit unit : units) {
        sum += unit.tokens();
        if (unit.table() >= 0 && unit.table() != table) {
          sum += unit.headerTokens();
        }
        table = unit.table();
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, sum);
  }
}
