package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Power;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the questions that are held out could prove.
///
/// @param questions held out
/// @param gain smallest true gain in nDCG@10, 0–1, that they would prove four times in five; null
///   where they are too few to prove any
/// @param measured standard deviation of the differences between the models of the last proof, from
///   question to question; null where none was measured, and [Power#DEFAULT_DEVIATION] holds
/// @param level the confidence that the workspace's gate asks for
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Proving(
    int questions, @Nullable Double gain, @Nullable Double measured, @JsonIgnore double level) {
  public static Proving with(int questions, @Nullable Double measured, double level) {
    return new Proving(
        questions,
        questions < Gate.FEWEST ? null : new Power(level).provable(questions, deviation(measured)),
        measured,
        level);
  }

  /// @param passages of all documents
  /// @param measured as in [Proving]
  public static Proving of(Workspace workspace, List<Passage> passages, @Nullable Double measured) {
    double level = workspace.settings().prove().level();
    return with(QuestionLog.of(workspace, passages).heldOut().size(), measured, level);
  }

  /// With another question.
  public Proving oneMore() {
    return with(questions + 1, measured, level);
  }

  /// What tells how many questions prove which gain.
  public Power power() {
    return new Power(level);
  }

  /// The deviation that the gain was computed with.
  public double deviation() {
    return deviation(measured);
  }

  private static double deviation(@Nullable Double measured) {
    return measured == null ? Power.DEFAULT_DEVIATION : measured;
  }
}
