package dev.whetstone.workspace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;

/// The first items of a list that may be long, and how many it has: ten thousand damaged files make
/// a few hundred items in a result, and stand in full in the step's artifact.
///
/// @param items at most [#MOST]
/// @param total of the whole list
public record TruncatedList<T>(List<T> items, int total) {
  static final int MOST = 500;

  /// Items alike that are shown before the others of their kind are only counted.
  static final int MOST_ALIKE = 10;

  public TruncatedList {
    items = List.copyOf(items);
  }

  public static <T> TruncatedList<T> of(List<T> all) {
    return new TruncatedList<>(all.subList(0, Math.min(all.size(), MOST)), all.size());
  }

  /// Of items whose texts differ in figures alone, as notes on the pages of one site do, the first
  /// ten.
  public static <T> TruncatedList<T> ofUnlike(List<T> all, Function<T, String> text) {
    var items = new ArrayList<T>();
    var alike = new HashMap<String, Integer>();
    for (T item : all) {
      String form = text.apply(item).replaceAll("[0-9,]+", "#");
      if (items.size() < MOST && alike.merge(form, 1, Integer::sum) <= MOST_ALIKE) {
        items.add(item);
      }
    }
    return new TruncatedList<>(items, all.size());
  }

  /// How many of the list are not among the items.
  public int more() {
    return total - items.size();
  }
}
