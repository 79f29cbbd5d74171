package dev.whetstone.corpus.split;

import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.Characters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The path from a document's title down to the section being read. Remembers which of its headings
/// have been written whole into the path of a passage.
final class HeadingPath {
  private static final Pattern NUMBER =
      Pattern.compile("^[0-9]{1,3}(?:\\.[0-9]{1,3}){0,5}\\.?\\s+");

  /// @param block its position among the document's blocks
  record Heading(int level, String text, int block) {}

  /// An open section. Its name and its text in a path are made once, as a heading may be the whole
  /// of a long text, and many sections may stand below it.
  private static final class Open {
    private final Heading heading;
    private final String name;
    private final String text; // as a path has it
    private boolean shown;

    Open(Heading heading, int longest) {
      String whole = heading.text().strip();
      this.heading = heading;
      this.name = bareName(whole);
      this.text = Characters.shortened(whole, longest);
    }
  }

  private final String title; // without white space at its ends
  private final String titleName;
  private final String titleText; // as a path has it
  private final TokenCounter tokens;
  private final int longest;
  private final int most;
  private final List<Open> open = new ArrayList<>();
  private boolean titleShown;

  /// @param longest characters of one heading; a longer one is cut in the path
  /// @param most tokens of the path; a longer one is shortened
  HeadingPath(String title, TokenCounter tokens, int longest, int most) {
    this.title = title.strip();
    this.titleName = bareName(this.title);
    this.titleText = Characters.shortened(this.title, longest);
    this.tokens = tokens;
    this.longest = longest;
    this.most = most;
  }

  /// Whether a heading of this level ends the innermost open section.
  boolean closes(int level) {
    return !open.isEmpty() && open.getLast().heading.level() >= level;
  }

  /// Opens a section inside the innermost open one.
  void open(Heading heading) {
    open.add(new Open(heading, longest));
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /// Closes the innermost section.
  ///
  /// @return its heading
  Heading close() {
    return open.removeLast().heading;
  }

  /// Whether the innermost heading stood whole in a path that [#headings()] returned.
  boolean shown() {
    return open.getLast().shown;
  }

  /// Whether the innermost heading is equal to the document's title.
  boolean isTitle() {
    return titleName.equals(open.getLast().name);
  }

  /// Whether the title stood whole in a path that [#headings()] returned.
  boolean titleShown() {
    return titleShown;
  }

  /// Records that the innermost heading has been made text of a passage.
  void markShown() {
    open.getLast().shown = true;
  }

  /// The path of a passage, outermost heading first; a heading equal to the one above it, but for
  /// its number, is left out. Each heading is cut to the longest length. While the path is too
  /// long, the heading above the last is removed, and in the end the remaining ones are shortened.
  /// Headings that the path holds whole count as shown from then on.
  List<String> headings() {
    var path = new ArrayList<String>();
    add(path, titleText);
    for (Open section : open) {
      add(path, section.text);
    }
    while (path.size() > 2 && count(path) > most) {
      path.remove(path.size() - 2);
    }
    for (int length = longest / 2; length >= 8 && count(path) > most; length /= 2) {
      for (int i = 0; i < path.size(); i++) {
        path.set(i, Characters.shortened(path.get(i), length));
      }
    }
    titleShown |= path.contains(title);
    List<String> names = path.stream().map(HeadingPath::bareName).toList();
    for (Open section : open) {
      section.shown |= names.contains(section.name);
    }
    return List.copyOf(path);
  }

  private int count(List<String> path) {
    return tokens.count(String.join(" > ", path));
  }

  private static void add(List<String> path, String shown) {
    if (!shown.isEmpty() && (path.isEmpty() || !bareName(path.getLast()).equals(bareName(shown)))) {
      path.add(shown);
    }
  }

  /// The heading without its number, in lower case.
  private static String bareName(String heading) {
    String name = NUMBER.matcher(heading).replaceFirst("");
    return (name.isBlank() ? heading : name).toLowerCase(Locale.ROOT);
  }
}
