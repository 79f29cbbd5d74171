package dev.whetstone.core;

import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which passages may be returned. The field `document` is [Passage#document()]; all others are
/// keys of [Passage#metadata()]. Applied inside each search arm, before its top k.
///
/// @param anyOf for every field named, the passage's value must be one of those given; a passage
///   without the field does not match
/// @param noneOf for every field named, the passage's value must be none of those given; a passage
///   without the field matches
public record Filter(Map<String, Set<String>> anyOf, Map<String, Set<String>> noneOf) {
  public static final Filter ALL = new Filter(Map.of());

  public Filter {
    anyOf = Map.copyOf(anyOf);
    noneOf = Map.copyOf(noneOf);
  }

  public Filter(Map<String, Set<String>> anyOf) {
    this(anyOf, Map.of());
  }

  public static Filter noneOf(String field, Set<String> values) {
    return new Filter(Map.of(), Map.of(field, values));
  }

  public boolean matches(Passage passage) {
    return anyOf.entrySet().stream().allMatch(field -> holds(field, passage))
        && noneOf.entrySet().stream().noneMatch(field -> holds(field, passage));
  }

  private static boolean holds(Entry<String, Set<String>> field, Passage passage) {
    String value = value(field.getKey(), passage);
    return value != null && field.getValue().contains(value);
  }

  private static @Nullable String value(String field, Passage passage) {
    return field.equals("document") ? passage.document() : passage.metadata().get(field);
  }
}
