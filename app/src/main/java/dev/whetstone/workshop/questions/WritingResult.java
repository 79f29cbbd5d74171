package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.questions.PassageFault;
import dev.whetstone.questions.QuestionFault;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.workspace.QuestionSettings;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What writing questions came to.
///
/// @param writer the model's name
/// @param passages that were asked about
/// @param written all questions
/// @param use of them
/// @param headroom share of the questions whose passage is not the first that the base finds
/// @param spent now; cached replies cost nothing
/// @param end why writing ended
/// @param reached the limits of the settings, where one of them ended it; null where something else
///   did, and in records of earlier versions
public record WritingResult(
    String writer,
    int passages,
    int written,
    Use use,
    Refused refused,
    double headroom,
    Spent spent,
    WriterResult.End end,
    @JsonInclude(JsonInclude.Include.NON_NULL) QuestionSettings.@Nullable Limits reached) {

  /// @param train questions that train
  /// @param dev that choose settings
  /// @param review that wait for review
  /// @param leftOut that are about what proves
  public record Use(int train, int dev, int review, int leftOut) {
    static Use of(WrittenSplit split, int waiting) {
      return new Use(split.train().size(), split.dev().size(), waiting, split.leftOut());
    }
  }

  /// What was not used.
  ///
  /// @param passages that were not asked about, by the reason
  /// @param questions that have a fault, by the fault; one question may have several
  public record Refused(
      SortedMap<String, Integer> passages, SortedMap<String, Integer> questions) {}

  /// @param replies of the model
  /// @param cost in the unit of the settings' prices; 0 where they name none
  public record Spent(
      long tokensRead, long tokensWritten, int replies, double seconds, double cost) {
    public static Spent of(WriterResult.Spent spent) {
      return new Spent(
          spent.tokensRead(),
          spent.tokensWritten(),
          spent.replies(),
          spent.time().toMillis() / 1000.0,
          spent.money());
    }
  }

  /// Passages that were not asked about, by the reason in words.
  public static SortedMap<String, Integer> passedOver(WriterResult result) {
    var passedOver = new TreeMap<String, Integer>();
    result
        .passedOver()
        .forEach((PassageFault fault, Integer count) -> passedOver.put(fault.words(), count));
    return passedOver;
  }

  /// Questions with a fault, by the fault's key.
  public static SortedMap<String, Integer> refused(WriterResult result) {
    var refused = new TreeMap<String, Integer>();
    result
        .refused()
        .forEach((QuestionFault fault, Integer count) -> refused.put(fault.key(), count));
    return refused;
  }
}
