package dev.whetstone.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operator can do about a [Failure]. It names an action, not a command: each door spells
/// it in its own words, and may leave it out where its caller cannot act on it.
public sealed interface Remedy {
  /// Runs these steps, in this order.
  record RunSteps(List<String> names) implements Remedy {
    public RunSteps {
      names = List.copyOf(names);
    }
  }

  /// Runs all steps that are out of date.
  record RunAll() implements Remedy {}

  /// Builds or updates the index.
  ///
  /// @param engine null for that of the settings
  record BuildIndex(Build build, @Nullable String engine) implements Remedy {
    /// `FRESH` makes a new generation in any case; `FORCE` promotes one whose check failed.
    public enum Build {
      UPDATE,
      FRESH,
      FORCE
    }
  }

  /// Searches an existing index that this program did not create.
  ///
  /// @param index null where the operator has to choose it
  /// @param engine null for that of the settings
  record AdoptIndex(@Nullable String index, @Nullable String engine) implements Remedy {}

  /// Stages a folder or bucket of documents.
  ///
  /// @param source null where the operator has to choose it
  record Stage(@Nullable String source) implements Remedy {}

  /// Takes out of the workspace what was staged from a source.
  record Unstage(String source) implements Remedy {}

  /// Imports the questions again, in place of those that are there.
  record ReplaceQuestions() implements Remedy {}

  /// Makes a workspace.
  ///
  /// @param place null for the current folder
  record CreateWorkspace(@Nullable String place) implements Remedy {}

  /// Trains a model, although the last one is up to date.
  record TrainAgain() implements Remedy {}

  /// Rolls back to the model that served before.
  record RollBackModel() implements Remedy {}

  /// Imports questions of people.
  record ImportQuestions() implements Remedy {}

  /// Has a language model write questions.
  record GenerateQuestions() implements Remedy {}

  /// Reviews written questions.
  record ReviewQuestions() implements Remedy {}

  /// Brings a model into the cache.
  ///
  /// @param name as the operator called it
  record AddModel(String name) implements Remedy {}

  /// Deploys a model under the same name again.
  record Deploy() implements Remedy {}

  static Remedy step(String name) {
    return new RunSteps(List.of(name));
  }

  static Remedy index() {
    return new BuildIndex(BuildIndex.Build.UPDATE, null);
  }
}
