package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Passages that are tables of named things: options, parameters, settings.
final class OptionTables {
  /// A name that says something when cut into words: `connectionTimeout`, `max-idle-time`,
  /// `MAX_SIZE`.
  private static final Pattern NAME =
      Pattern.compile("\\p{L}\\p{Ll}+(?:\\p{Lu}[\\p{L}\\p{N}]*)+|\\p{L}{2,}(?:[-_.]\\p{L}{2,})+");

  private static final Pattern HUMP =
      Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})|[-_.]");

  private OptionTables() {}

  /// Whether most lines are table rows: cells between bars or tabs.
  static boolean isTable(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    long rows = lines.stream().filter(OptionTables::isRow).count();
    return rows >= 2 && rows * 10 >= lines.size() * 6L;
  }

  private static boolean isRow(String line) {
    return line.indexOf('\t') >= 0 || line.indexOf('|') >= 0;
  }

  /// The words of the name that begins one of the rows, with the document's title where the name
  /// stands in other passages too; null when no row begins with a name. Which row is settled by the
  /// seed.
  static @Nullable String question(Passage passage, TermFrequencies terms, long seed) {
    var names = new ArrayList<String>();
    passage.text().lines().filter(OptionTables::isRow).forEach(line -> add(names, line));
    if (names.isEmpty()) {
      return null;
    }
    int pick = new Random(seed ^ passage.id().hashCode()).nextInt(names.size());
    String name = names.get(pick);
    String words = words(name);
    boolean rare = terms.least(Word.of(name, Analyzers.language(passage))) <= 2;
    return rare || passage.headings().isEmpty()
        ? words
        : passage.headings().getFirst() + " " + words;
  }

  private static void add(List<String> names, String line) {
    String start = line.length() > 80 ? line.substring(0, 80) : line;
    var matcher = NAME.matcher(start);
    // A row's name stands before its other words.
    if (matcher.find() && matcher.start() <= 24) {
      names.add(matcher.group());
    }
  }

  static String words(String name) {
    return String.join(" ", HUMP.split(name)).toLowerCase(Locale.ROOT).strip();
  }
}
