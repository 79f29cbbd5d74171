package dev.whetstone.pipeline;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Copies;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Lines of the steps' reports, bounded in number: a folder of ten thousand damaged files is told
/// in a few hundred lines, and whole in the step's artifact.
final class StepLines {
  private static final int SHOWN_COPIES = 5;
  private static final int MOST_OF_A_KIND = 500;

  private StepLines() {}

  static String staged(Staging.Result result) {
    return "%,d documents, %s: %d new, %d changed, %d removed, %d as before"
        .formatted(
            result.manifest().documents().size(),
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

  static Optional<String> copies(List<Passage> passages) {
    Map<String, String> copies = Copies.among(passages).originals();
    return copies.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%,d documents are copies of another, and count as one with it when questions are split: %s%s"
                .formatted(
                    copies.size(),
                    copies.entrySet().stream()
                        .limit(SHOWN_COPIES)
                        .map(copy -> copy.getKey() + " of " + copy.getValue())
                        .collect(Collectors.joining(", ")),
                    copies.size() > SHOWN_COPIES ? ", ..." : ""));
  }

  static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
