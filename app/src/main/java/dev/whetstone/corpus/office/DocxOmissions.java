package dev.whetstone.corpus.office;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts the content of a Word file that is not read, for the notes.
final class DocxOmissions {
  private final Map<String, Integer> signs = new TreeMap<>(); // by font
  private final List<String> objects = new ArrayList<>(); // their programs
  private int hiddenCharacters;
  private int struckCharacters;
  private int hiddenRows;
  private int otherFormats;
  private int pictures;

  void hiddenText(String text) {
    hiddenCharacters += text.strip().length();
  }

  void struckText(String text) {
    struckCharacters += text.strip().length();
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

  void picture() {
    pictures++;
  }

  void note(DocumentBuilder into) {
    if (pictures > 0 && into.isEmpty()) {
      into.picture(0);
    }
    if (hiddenCharacters > 0) {
      into.note(ParseNotes.hidden(hiddenCharacters, "character", List.of()));
    }
    if (struckCharacters > 0) {
      into.note(
          "%,d characters of struck-out text were left out; parse.hidden: true reads them"
              .formatted(struckCharacters));
    }
    if (hiddenRows > 0) {
      into.note(ParseNotes.hidden(hiddenRows, "table row", List.of()));
    }
    if (!objects.isEmpty()) {
      into.note(
          ParseNotes.counted(objects.size(), "embedded object")
              + " not read: "
              + String.join(", ", objects.stream().distinct().limit(10).toList()));
    }
    signs.forEach(
        (font, count) ->
            into.note(ParseNotes.counted(count, "sign") + " of the font " + font + " not known"));
    if (otherFormats > 0) {
      into.note(
          ParseNotes.counted(otherFormats, "part")
              + " inserted from files of other formats not read; open the document in its program"
              + " and save it");
    }
  }
}
