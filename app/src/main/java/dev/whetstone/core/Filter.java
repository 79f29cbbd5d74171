package dev.whetstone.core;

import java.util.Map;
import java.util.Set;

/// Which passages may be returned: for every field named, the passage's value must be one of those
/// given. The field `document` is [Passage#document()]; all others are keys of
/// [Passage#metadata()], and a passage without the field does not match. Applied inside each search
/// arm, before its top k.
public record Filter(Map<String, Set<String>> anyOf) {
  public static final Filter ALL = new Filter(Map.of());

  public Filter {
    anyOf = Map.copyOf(anyOf);
  }

  public boolean matches(Passage passage) {
    return anyOf.entrySet().stream()
        .allMatch(
            field -> {
              String value =
                  field.getKey().equals("document")
                      ? passage.document()
                      : passage.metadata().get(field.getKey());
              return value != null && field.getValue().contains(value);
            });
  }
}
