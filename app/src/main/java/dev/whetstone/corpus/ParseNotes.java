package dev.whetstone.corpus;

import java.util.List;

/// Phrases for the notes on content that was not read.
public final class ParseNotes {
  private static final int MOST_NAMES = 20;

  private ParseNotes() {}

  /// For example `2 hidden sheets (Prices, Notes) were left out; parse.hidden: true reads them`.
  ///
  /// @param noun in the singular
  /// @param names of all items that were left out, or an empty list
  public static String hidden(int count, String noun, List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    return counted(count, "hidden " + noun)
        + (names.isEmpty() ? "" : " (" + some + (names.size() > MOST_NAMES ? ", …)" : ")"))
        + (count == 1 ? " was" : " were")
        + " left out; parse.hidden: true reads "
        + (count == 1 ? "it" : "them");
  }

  /// For example `1 character of hidden text was left out`.
  ///
  /// @param which characters, as ` of hidden text`
  public static String charactersLeftOut(int count, String which) {
    return counted(count, "character") + which + (count == 1 ? " was" : " were") + " left out";
  }

  /// Why there is no document: the file is pictures of text.
  public static final String ONLY_PICTURES =
      "holds no text, only pictures of it; run it through text recognition (OCR) and put the text"
          + " beside it, in a file of its whole name and .md";

  /// For example `1 cell`, `2,500 cells`.
  ///
  /// @param noun in the singular, with a plural in s
  public static String counted(int count, String noun) {
    return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
  }
}
