package dev.whetstone.bench;

import dev.whetstone.core.Failure;
import dev.whetstone.train.Recipe;
import dev.whetstone.train.TrainingLimits;
import dev.whetstone.workspace.QuestionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `whet prove DIR` is asked for.
///
/// @param collection a folder in BEIR layout
/// @param training how the model is trained
/// @param splits to score, at least one
/// @param limit scores the first so many questions by SHA-1 of their id; 0 for all
/// @param json where the report goes, one object a line for each split; null for nowhere
/// @param cache folder for vectors and candidates, kept between runs
/// @param reranking a reranker beside the model
/// @param guard whether the candidate must keep what its base knew in general
public record ProofOptions(
    Path collection,
    ModelTraining training,
    List<String> splits,
    int limit,
    @Nullable Path json,
    Path cache,
    boolean guard,
    Reranking reranking) {
  /// Whether and how a reranker is made and proven.
  ///
  /// @param from folder of a reranker to begin with, also that which teaches where the recipe wants
  ///   a teacher; null: the model becomes one
  /// @param budget the longest that reordering may take a question
  public record Reranking(boolean wanted, @Nullable Path from, Duration budget) {
    /// None is made.
    public static final Reranking NONE = new Reranking(false, null, Duration.ofMillis(150));
  }

  /// How the model is trained.
  ///
  /// @param labels whether the collection's train judgements may be used; null to use them if they
  ///   exist
  /// @param base a base model's name or folder; null for the one of the collection's language
  /// @param written a file of questions that a language model wrote, one object a line; null for
  ///   none
  /// @param writer writes such questions first; null where none is asked to
  /// @param recipe how the training goes about it
  /// @param limits of training and its choices
  /// @param seed of training, and of the bootstrap of the comparison
  public record ModelTraining(
      @Nullable Labels labels,
      @Nullable String base,
      @Nullable Path written,
      @Nullable QuestionSettings writer,
      Recipe recipe,
      TrainingLimits limits,
      long seed) {
    /// Whether there are, or will be, questions that a language model wrote.
    boolean withWritten() {
      return written != null || writer != null;
    }

    public ModelTraining {
      boolean questions = written != null || writer != null;
      if (labels == Labels.WRITTEN && !questions) {
        throw new Failure.BadInput(
            "--labels written needs the questions, for example --written questions.jsonl, or a"
                + " language model that writes them: --writer gguf:FILE");
      }
      if (labels == Labels.NONE && questions) {
        throw new Failure.BadInput("--written and --writer do not go with --labels none");
      }
      if (written != null && writer != null) {
        throw new Failure.BadInput(
            "--written names questions that are there, --writer has them written: give one of the"
                + " two");
      }
      if (limits.time().isNegative() || limits.time().isZero()) {
        throw new Failure.BadInput(
            "--budget must be longer than nothing; for example: --budget 20m");
      }
    }
  }

  /// What training may learn from, beside the documents.
  public enum Labels {
    /// The collection's train judgements; written questions beside them where there are some.
    TRAIN,
    /// Questions that a language model wrote, and no judgement.
    WRITTEN,
    NONE;

    /// Its name in commands and reports.
    public String key() {
      return switch (this) {
        case TRAIN -> "train";
        case WRITTEN -> "written";
        case NONE -> "none";
      };
    }

    /// @throws Failure.BadInput if it is none of `train`, `written` and `none`
    public static Labels of(String key) {
      return switch (key) {
        case "train" -> TRAIN;
        case "written" -> WRITTEN;
        case "none" -> NONE;
        default ->
            throw new Failure.BadInput(
                "--labels \"" + key + "\" is none of train, written and none");
      };
    }
  }

  public ProofOptions {
    splits = List.copyOf(new LinkedHashSet<>(splits));
    if (splits.isEmpty()) {
      throw new Failure.BadInput("--split names no split; for example: --split test");
    }
    if (limit < 0) {
      throw new Failure.BadInput("--limit " + limit + " must not be negative");
    }
  }
}
