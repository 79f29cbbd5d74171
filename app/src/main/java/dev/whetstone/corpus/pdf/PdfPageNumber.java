package dev.whetstone.corpus.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number in a row that may be the page's: it has a chunk of its own, or stands after the word
/// `page`, before a total, or beside a bar or dash. Other digits belong to the row's text.
///
/// @param rest of the row, `#` in the number's place
/// @param number as it is read, Roman or Arabic
/// @param bare whether the rest holds no other word
record PdfPageNumber(String rest, int number, boolean bare) {
  private static final String WORD = "\\b(?:page|seite|página|pagina|pág\\.|p\\.|pg\\.)";
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?iU)(?:(?<=^|\\t)(?:(?:[A-Z]|\\d{1,2})[-–])?|(?<=[|•·–—-] )|WORD:?\\s*|第\\s*)"
                  .replace("WORD", WORD)
              + "(\\d{1,4}|[ivxl]{1,7})"
              + "(?=\\t|$|\\s*(?:of|von|de|di|/)\\s*\\d{1,4}(?:\\D|$)|\\s*页| [|•·–—-])");
  private static final Pattern NOTHING_ELSE =
      Pattern.compile(
          "(?iU)(?:WORD|第|页|共|of|von|de|di|[A-Z](?=[-–]#)|\\d+|[#\\s:|/•·–—-])*"
              .replace("WORD", WORD));

  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 2100;

  /// The numbers in this text that may be page numbers.
  ///
  /// @param row its chunks parted by tabs
  /// @param pages of the file: a bare number that is a year and not among them is none
  static List<PdfPageNumber> in(String row, int pages) {
    List<PdfPageNumber> found = new ArrayList<>();
    Matcher number = NUMBER.matcher(row);
    while (number.find()) {
      int value = value(number.group(1));
      String rest = row.substring(0, number.start(1)) + "#" + row.substring(number.end(1));
      boolean bare = NOTHING_ELSE.matcher(rest).matches();
      boolean year = bare && value >= FIRST_YEAR && value <= LAST_YEAR && value > pages;
      if (value > 0 && !year) {
        found.add(new PdfPageNumber(rest, value, bare));
      }
    }
    return found;
  }

  /// A key that two rows share when each has the number of its own page.
  ///
  /// @param page on which this one stands, in the file's count
  String key(int page) {
    return rest + '\0' + (number - page);
  }

  private static int value(String number) {
    if (Character.isDigit(number.charAt(0))) {
      return Integer.parseInt(number);
    }
    int value = 0;
    int before = 0;
    String roman = number.toLowerCase(Locale.ROOT);
    for (int i = roman.length() - 1; i >= 0; i--) {
      int digit =
          switch (roman.charAt(i)) {
            case 'i' -> 1;
            case 'v' -> 5;
            case 'x' -> 10;
            default -> 50;
          };
      value += digit < before ? -digit : digit;
      before = Math.max(before, digit);
    }
    return value;
  }
}
