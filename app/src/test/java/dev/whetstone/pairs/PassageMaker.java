package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import java.util.List;
import java.util.Map;

/// Passages for tests, with what the test does not care about filled in.
final class PassageMaker {
  private PassageMaker() {}

  static Passage passage(String id, String document, String heading, String text) {
    return passage(id, document, heading, text, 0, 0);
  }

  static Passage passage(
      String id, String document, String heading, String text, int from, int page) {
    return new Passage(
        id,
        document,
        heading.isEmpty() ? List.of() : List.of(heading),
        text,
        from,
        from + text.length(),
        page,
        0,
        Map.of());
  }
}
