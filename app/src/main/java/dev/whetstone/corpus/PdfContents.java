package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Drops tables of contents: lines that end with dots and a page number, the parts of such entries
/// that took two lines, and the heading over them.
final class PdfContents {
  private static final Pattern LEADER =
      Pattern.compile(".*(?:(?:[.·…_]\\s?){4,}|…{2,})\\s*(?:\\d{1,4}|[ivxlc]{1,6})?\\s*");
  private static final Pattern NUMBER_AT_END = Pattern.compile("\\S.*\\s\\d{1,3}");
  private static final Pattern HEADING =
      Pattern.compile("(?i)(?:table of )?contents|目\\s*录|list of (?:tables|figures)(?: and .*)?");
  private static final int LINES_OF_ENTRY = 2;

  private PdfContents() {}

  /// The lines of all pages in reading order, without contents.
  static List<PdfLine> drop(List<PdfLine> lines) {
    boolean[] drop = new boolean[lines.size()];
    int last = -1; // index of the last entry
    for (int i = 0; i < lines.size(); i++) {
      if (!LEADER.matcher(lines.get(i).text()).matches()) {
        continue;
      }
      drop[i] = true;
      if (last >= 0 && i - last - 1 <= LINES_OF_ENTRY) {
        for (int j = last + 1; j < i; j++) {
          drop[j] = lines.get(j).cells() == null;
        }
      }
      last = i;
    }
    for (int i = 0; i < lines.size(); i++) {
      if (HEADING.matcher(lines.get(i).text().strip()).matches()) {
        int end = i + 1;
        while (end < lines.size()
            && (drop[end] || NUMBER_AT_END.matcher(lines.get(end).text()).matches())) {
          end++;
        }
        boolean contents = end - i > 3 || (i + 1 < lines.size() && drop[i + 1]);
        for (int j = i; contents && j < end; j++) {
          drop[j] = true;
        }
      }
    }
    List<PdfLine> left = new ArrayList<>();
    for (int i = 0; i < drop.length; i++) {
      if (!drop[i]) {
        left.add(lines.get(i));
      }
    }
    return left;
  }
}
