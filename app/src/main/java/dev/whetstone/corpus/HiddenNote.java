package dev.whetstone.corpus;

import java.util.List;

/// Says what of a file was left out because its application does not show it, and the setting that
/// reads it.
final class HiddenNote {
  private static final int MOST_NAMES = 20;

  private HiddenNote() {}

  /// For example `2 hidden sheets (Prices, Notes) were left out; parse.hidden: true reads them`.
  ///
  /// @param noun in the singular
  /// @param names of what was left out, all or none
  static String of(int count, String noun, List<String> names) {
    boolean one = count == 1;
    String some = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    return "%,d hidden %s%s%s %s left out; parse.hidden: true reads %s"
        .formatted(
            count,
            noun,
            one ? "" : "s",
            names.isEmpty() ? "" : " (" + some + (names.size() > MOST_NAMES ? ", …)" : ")"),
            one ? "was" : "were",
            one ? "it" : "them");
  }
}
