package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What questions are written about.
///
/// @param passages all of the workspace, because what is common or repeated shows among all
/// @param askable which of them may be asked about; others are held out
/// @param vectors of the passages by the base model, by which different ones are chosen; null where
///   there are none
/// @param examples questions of people, as they stand in the log: the model writes such ones; may
///   be empty
public record WriterInputs(
    List<Passage> passages,
    Predicate<Passage> askable,
    @Nullable Vectors vectors,
    List<String> examples) {
  public WriterInputs {
    passages = List.copyOf(passages);
    examples = List.copyOf(examples);
  }

  /// All passages, without vectors and examples.
  public static WriterInputs of(List<Passage> passages) {
    return new WriterInputs(passages, _ -> true, null, List.of());
  }
}
