package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What of a Word file is not read, for its notes.
final class DocxLosses {
  private final Map<String, Integer> signs = new TreeMap<>(); // by font
  private final List<String> objects = new ArrayList<>(); // their programs
  private int hiddenCharacters;
  private int hiddenRows;
  private int otherFormats;

  void hiddenText(String text) {
    hiddenCharacters += text.strip().length();
  }

  void hiddenRow() {
    hiddenRows++;
  }

  void sign(String font) {
    signs.merge(font, 1, Integer::sum);
  }

  void object(String program) {
    objects.add(program);
  }

  void otherFormat() {
    otherFormats++;
  }

  void note(DocumentBuilder into) {
    if (hiddenCharacters > 0) {
      into.note(HiddenNote.of(hiddenCharacters, "character", List.of()));
    }
    if (hiddenRows > 0) {
      into.note(HiddenNote.of(hiddenRows, "table row", List.of()));
    }
    if (!objects.isEmpty()) {
      into.note(
          "%,d embedded object(s) were not read (%s)"
              .formatted(
                  objects.size(),
                  String.join(", ", objects.stream().distinct().limit(10).toList())));
    }
    signs.forEach(
        (font, count) ->
            into.note("%,d sign(s) of the font %s have no known meaning".formatted(count, font)));
    if (otherFormats > 0) {
      into.note(
          "%,d part(s) inserted from files of other formats were not read; open and save it again"
              .formatted(otherFormats));
    }
  }
}
