package dev.whetstone.workshop;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Printable;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workshop.stage.Staging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Lines of the steps' reports, bounded in number: ten thousand damaged files make a few hundred
/// lines here, and stand in full in the step's artifact.
final class StepLines {
  private static final int SHOWN_COPIES = 5;
  private static final int MOST_OF_A_KIND = 500;
  private static final int MOST_ALIKE = 10;
  private static final int QUESTION_CHARACTERS = 80;

  private StepLines() {}

  static String staged(Staging.Result result) {
    return "%s, %s: %d new, %d changed, %d removed, %d as before"
        .formatted(
            counted(result.manifest().documents().size(), "document"),
            size(result.manifest().bytes()),
            result.added(),
            result.changed(),
            result.gone().size(),
            result.unchanged());
  }

  /// A line for each of the first, and how many there are beside them.
  ///
  /// @param what each line begins with
  static <T> List<String> each(String what, List<T> all, Function<T, String> words) {
    Stream<String> first =
        all.stream().limit(MOST_OF_A_KIND).map(each -> what + ": " + words.apply(each));
    return all.size() <= MOST_OF_A_KIND
        ? first.toList()
        : Stream.concat(
                first, Stream.of("%s: %,d more".formatted(what, all.size() - MOST_OF_A_KIND)))
            .toList();
  }

  /// Lines for what was read in part. Of notes that differ in figures alone, as those of the pages
  /// of one site do, the first [#MOST_ALIKE] are shown; the artifact's list holds them all.
  static List<String> inPart(List<Preparing.Unread> all) {
    var shown = new ArrayList<Preparing.Unread>();
    var alike = new HashMap<String, Integer>();
    for (Preparing.Unread part : all) {
      if (alike.merge(part.reason().replaceAll("[0-9,]+", "#"), 1, Integer::sum) <= MOST_ALIKE) {
        shown.add(part);
      }
    }
    var lines =
        new ArrayList<>(
            each("read in part", shown, part -> part.document() + ": " + part.reason()));
    if (shown.size() < all.size()) {
      lines.add(
          "read in part: %,d more for the same reasons, all in passages/*/%s"
              .formatted(all.size() - shown.size(), Preparing.FAILURES));
    }
    return lines;
  }

  /// A question as its file names it: by its id, or by its text where the id was made of that.
  static String name(Question question) {
    return question.unnamed()
        ? "\"" + Printable.escape(question.text(), QUESTION_CHARACTERS) + "\""
        : question.id();
  }

  static Optional<String> copies(List<Passage> passages) {
    Map<String, String> copies = Copies.among(passages).originals();
    return copies.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%,d %s of another, and %s as one with it when questions are split: %s%s"
                .formatted(
                    copies.size(),
                    copies.size() == 1 ? "document is a copy" : "documents are copies",
                    copies.size() == 1 ? "counts" : "count",
                    copies.entrySet().stream()
                        .limit(SHOWN_COPIES)
                        .map(copy -> copy.getKey() + " of " + copy.getValue())
                        .collect(Collectors.joining(", ")),
                    copies.size() > SHOWN_COPIES ? ", ..." : ""));
  }

  /// For example `1 document`, `2,500 documents`.
  ///
  /// @param noun in the singular, with a plural in s
  static String counted(long count, String noun) {
    return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
  }

  static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
