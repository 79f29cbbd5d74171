package dev.whetstone.http;

import dev.whetstone.answer.Retrieved;
import java.util.List;

/// Passages found, best first.
///
/// @param space of the vectors they were found by
/// @param generation of the index
public record Hits(List<Retrieved> hits, String space, String generation) {
  public Hits {
    hits = List.copyOf(hits);
  }
}
