package dev.whetstone.corpus;

import dev.whetstone.core.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The way from a document's title down to the section being read.
final class HeadingPath {
  private static final int LONGEST_HEADING = 160;

  private static final Pattern NUMBER =
      Pattern.compile("^[0-9]{1,3}(?:\\.[0-9]{1,3}){0,5}\\.?\\s+");

  private record Heading(int level, String text) {}

  private final String title;
  private final TokenCounter tokens;
  private final int most;
  private final List<Heading> open = new ArrayList<>();

  /// @param most tokens of the path; a longer one is shortened
  HeadingPath(String title, TokenCounter tokens, int most) {
    this.title = title;
    this.tokens = tokens;
    this.most = most;
  }

  void enter(int level, String heading) {
    while (!open.isEmpty() && open.getLast().level() >= level) {
      open.removeLast();
    }
    open.add(new Heading(level, heading));
  }

  /// Outermost first, no heading directly below itself (whatever its number). One that is too long
  /// is cut; when all are still too long together, the inner ones go, save the last.
  List<String> headings() {
    var path = new ArrayList<String>();
    add(path, title);
    for (Heading heading : open) {
      add(path, heading.text());
    }
    while (path.size() > 2 && count(path) > most) {
      path.remove(path.size() - 2);
    }
    for (int length = LONGEST_HEADING / 2; length >= 8 && count(path) > most; length /= 2) {
      for (int i = 0; i < path.size(); i++) {
        path.set(i, shortened(path.get(i), length));
      }
    }
    return List.copyOf(path);
  }

  private int count(List<String> path) {
    return tokens.count(String.join(" > ", path));
  }

  private static void add(List<String> path, String heading) {
    String shown = shortened(heading.strip(), LONGEST_HEADING);
    if (!shown.isEmpty() && (path.isEmpty() || !named(path.getLast()).equals(named(shown)))) {
      path.add(shown);
    }
  }

  /// Without its number and case.
  private static String named(String heading) {
    String name = NUMBER.matcher(heading).replaceFirst("");
    return (name.isBlank() ? heading : name).toLowerCase(Locale.ROOT);
  }

  private static String shortened(String heading, int length) {
    if (heading.length() <= length) {
      return heading;
    }
    int end = Character.isLowSurrogate(heading.charAt(length - 1)) ? length - 2 : length - 1;
    return heading.substring(0, end).strip() + "…";
  }
}
