package dev.whetstone.workshop.train;

import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a training came to.
///
/// @param version of the model that was made; [ModelShelf#NONE] where none was
/// @param passages that it could learn from
/// @param reason why there was nothing to learn; null for other endings
/// @param figures of the training; null where none took place now
/// @param split how the questions were split; null where it was by document as usual
public record TrainingResult(
    String version,
    Ending ending,
    int passages,
    @Nullable String reason,
    @Nullable Figures figures,
    QuestionLog.@Nullable SplitNote split) {
  public enum Ending {
    TRAINED,
    /// This training had made its model before, and was stopped before that was recorded.
    MADE_BEFORE,
    /// There are fewer than [Training#FEWEST_PASSAGES] passages.
    TOO_FEW_PASSAGES,
    NOTHING_LEARNT
  }

  /// @param seconds of training alone, without mining and choosing
  /// @param loss mean of the last steps, in nats
  public record Figures(
      Pairs pairs,
      long steps,
      double seconds,
      double pairsPerSecond,
      String precision,
      double loss,
      Choices choices) {}

  /// @param trained pairs that it was trained on
  /// @param origins of them, counted
  /// @param fromLog pairs at hand from the question log
  /// @param fromWritten pairs at hand from questions that a language model wrote
  /// @param fromDocuments pairs at hand from the documents
  public record Pairs(
      int trained,
      SortedMap<String, Integer> origins,
      int fromLog,
      int fromWritten,
      int fromDocuments) {}

  /// @param interpolation share of the trained weights, the rest being the base's
  public record Choices(double interpolation, List<Choice> settings) {
    public Choices {
      settings = List.copyOf(settings);
    }
  }

  /// A setting that was chosen, or that a rule settled.
  ///
  /// @param among what it was chosen among and by which figures, or why a rule settled it
  public record Choice(String setting, String chosen, String among) {}

  static TrainingResult without(Ending ending, int passages, @Nullable String reason) {
    return new TrainingResult(ModelShelf.NONE, ending, passages, reason, null, null);
  }

  /// Whether there is a model.
  public boolean made() {
    return !version.equals(ModelShelf.NONE);
  }
}
