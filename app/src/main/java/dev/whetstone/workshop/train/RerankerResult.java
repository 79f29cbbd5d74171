package dev.whetstone.workshop.train;

import dev.whetstone.workspace.RerankerShelf;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What making a reranker came to.
///
/// @param version that was made; [RerankerShelf#NONE] where none was
/// @param questions that it could learn from
/// @param from name of what it was made of; null where none was made
/// @param reason why there was nothing to learn; null for other endings
/// @param figures of the training; null where none took place now
public record RerankerResult(
    String version,
    Ending ending,
    int questions,
    @Nullable String from,
    @Nullable String reason,
    @Nullable Figures figures) {
  public enum Ending {
    TRAINED,
    /// The reranker that the settings name, as it is: there are too few questions to train it on.
    LOADED,
    /// This training had made its reranker before, and was stopped before that was recorded.
    MADE_BEFORE,
    /// The settings want none.
    NOT_WANTED,
    /// There are fewer than [Training#FEWEST_PASSAGES] passages.
    TOO_FEW_PASSAGES,
    /// There are fewer than [RerankerMaking#FEWEST_QUESTIONS] questions, and no reranker to begin
    /// with.
    TOO_FEW_QUESTIONS,
    NOTHING_LEARNT
  }

  /// @param origins pairs that lists were made from, by origin
  /// @param lists seen
  /// @param seconds of training alone, without mining and choosing
  /// @param loss mean of the last steps, in nats
  /// @param because why it is of this shape
  /// @param dev what the questions for choosing said
  public record Figures(
      SortedMap<String, Integer> origins,
      Lists lists,
      double seconds,
      String precision,
      double loss,
      String because,
      Dev dev) {}

  /// Means of nDCG@10 over the questions for choosing, 0–1; zeros where there were none.
  ///
  /// @param firstStage before reordering
  public record Dev(int questions, double firstStage, double reranked) {}

  /// @param seen counted as often as they were
  /// @param negatives of each
  public record Lists(long seen, int negatives, long steps, double perSecond) {}

  static RerankerResult without(Ending ending, int questions, @Nullable String reason) {
    return new RerankerResult(RerankerShelf.NONE, ending, questions, null, reason, null);
  }

  /// Whether there is a reranker.
  public boolean made() {
    return !version.equals(RerankerShelf.NONE);
  }
}
