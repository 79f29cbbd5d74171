package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Word;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Headings as questions. A heading that is only a number (Article 31, 第三十一条, 4.2) does not
/// describe its section: what counts is how many different headings are the same but for their
/// numbers.
final class Headings {
  private static final Pattern NUMBER =
      Pattern.compile("[\\p{N}〇零一二三四五六七八九十百千]+|\\b[ivxlcIVXLC]+\\b");

  /// More headings of one form are numbers of a series.
  private static final int SERIES = 4;

  private final Map<String, Integer> forms = new HashMap<>();

  Headings(Collection<Passage> passages) {
    var seen = new HashSet<String>();
    for (Passage passage : passages) {
      String heading = text(passage);
      if (seen.add(heading)) {
        forms.merge(form(heading), 1, Integer::sum);
      }
    }
  }

  /// The passage's title and section as a question; null when they say nothing.
  @Nullable String question(Passage passage) {
    String heading = text(passage);
    return Word.of(heading, Analyzers.language(passage)).size() < 2
            || forms.getOrDefault(form(heading), 0) > SERIES
        ? null
        : heading;
  }

  /// Title and section say it all; what stands between them seldom adds a thing.
  private static String text(Passage passage) {
    List<String> path = passage.headings();
    return switch (path.size()) {
      case 0 -> "";
      case 1 -> path.getFirst();
      default -> path.getFirst() + " " + path.getLast();
    };
  }

  private static String form(String heading) {
    return NUMBER.matcher(heading).replaceAll("#");
  }
}
