package dev.whetstone.workshop.questions;

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
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Proving(int questions, @Nullable Double gain) {
  public static Proving with(int questions) {
    return new Proving(
        questions,
        questions < Gate.FEWEST ? null : Power.provable(questions, Power.DEFAULT_DEVIATION));
  }

  /// @param passages of all documents
  public static Proving of(Workspace workspace, List<Passage> passages) {
    return with(QuestionLog.of(workspace, passages).heldOut().size());
  }
}
