package dev.whetstone.cli;

import dev.whetstone.workshop.StepResult;
import java.util.ArrayList;
import java.util.List;

/// The pages of documents that are pictures, in English.
final class PictureWords {
  private static final int MOST_RANGES = 10;

  private PictureWords() {}

  static List<String> lines(StepResult.PicturePages pictures) {
    var lines = new ArrayList<String>();
    for (var each : pictures.documents().items()) {
      if (!each.pages().contains(0)) { // a file that is a picture was not read, which is told
        boolean one = each.pages().size() == 1;
        lines.add(
            "picture: %s: %s %s %s"
                .formatted(
                    each.document(),
                    one ? "page" : "pages",
                    ranges(each.pages()),
                    one ? "is a picture" : "are pictures"));
      }
    }
    if (pictures.documents().more() > 0) {
      lines.add(
          "picture: %s more, all in passages/*/failures.json"
              .formatted(StepWords.counted(pictures.documents().more(), "document")));
    }
    if (!lines.isEmpty()) {
      lines.add(
          "%s in all whose text was not read; run the files through text recognition (OCR) and put the text beside them (x.pdf.md beside x.pdf)"
              .formatted(StepWords.counted(pictures.pages(), "picture")));
    }
    return lines;
  }

  /// For example `2, 4-7, 9`.
  ///
  /// @param pages ascending
  static String ranges(List<Integer> pages) {
    var ranges = new ArrayList<String>();
    for (int i = 0; i < pages.size(); ) {
      int end = i;
      while (end + 1 < pages.size() && pages.get(end + 1) == pages.get(end) + 1) {
        end++;
      }
      if (ranges.size() == MOST_RANGES) {
        ranges.add("…");
        break;
      }
      ranges.add(end == i ? "" + pages.get(i) : pages.get(i) + "-" + pages.get(end));
      i = end + 1;
    }
    return String.join(", ", ranges);
  }
}
