package dev.whetstone.serving;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A passage with what stands around it in its document.
///
/// @param passage that was asked for
/// @param around consecutive passages of the document in reading order, the passage among them
/// @param whole whether they are all that the document has
public record DocumentPart(Passage passage, List<Passage> around, boolean whole) {
  public DocumentPart {
    around = List.copyOf(around);
  }

  /// The passage without what stands around it.
  static DocumentPart alone(Passage passage) {
    return new DocumentPart(passage, List.of(passage), false);
  }

  /// The passage with as much of its document as fits, on both sides alike.
  ///
  /// @param document all its passages, in any order
  /// @param characters that the texts may have together
  static DocumentPart of(Passage passage, List<Passage> document, int characters) {
    var sorted = new ArrayList<>(document);
    sorted.sort(Comparator.comparingInt(Passage::from).thenComparing(Passage::id));
    int at = sorted.indexOf(passage);
    if (at < 0) {
      return alone(passage);
    }
    int from = at;
    int to = at + 1;
    int length = passage.text().length();
    boolean before = true; // whose turn it is
    boolean more = true;
    while (more) {
      more = false;
      for (int side = 0; side < 2; side++) {
        int next = before ? from - 1 : to;
        before = !before;
        if (next >= 0 && next < sorted.size()) {
          int with = length + sorted.get(next).text().length();
          if (with <= characters) {
            length = with;
            from = Math.min(from, next);
            to = Math.max(to, next + 1);
            more = true;
          }
        }
      }
    }
    return new DocumentPart(passage, sorted.subList(from, to), from == 0 && to == sorted.size());
  }
}
