package dev.whetstone.workshop;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.workshop.app.AnswerReport;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.index.GenerationList;
import dev.whetstone.workshop.index.Indexing;
import dev.whetstone.workshop.index.Rollback;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.PreparedPassages.Unread;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workshop.questions.WritingEstimate;
import dev.whetstone.workshop.questions.WritingResult;
import dev.whetstone.workshop.stage.SkippedFiles;
import dev.whetstone.workshop.train.RerankerResult;
import dev.whetstone.workshop.train.TrainingResult;
import dev.whetstone.workspace.Adoption;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.TruncatedList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a command of the workshop came to, as figures and lists; a door makes words, JSON or a page
/// of it. The results of steps stand as JSON in their records, so their components are a file
/// format.
public sealed interface StepResult {
  /// A source was mirrored into the workspace, or taken out of it.
  ///
  /// @param removed documents that are staged no more
  /// @param trainedOnRemoved versions of the model that were trained on removed documents
  /// @param notStaged why nothing was staged again; null where it was
  record Staged(
      String source,
      Counts documents,
      TruncatedList<String> removed,
      SkippedFiles skipped,
      List<String> trainedOnRemoved,
      @Nullable NotStaged notStaged)
      implements StepResult {
    public Staged {
      trainedOnRemoved = List.copyOf(trainedOnRemoved);
    }

    static Staged not(String source, NotStaged why) {
      return new Staged(
          source,
          new Counts(0, 0, 0, 0, 0),
          TruncatedList.of(List.of()),
          SkippedFiles.NONE,
          List.of(),
          why);
    }

    /// Whether there is something to tell: documents changed, or some could not be read.
    boolean changes() {
      return notStaged != null
          || documents.added() + documents.changed() + removed.total() > 0
          || !skipped.unreadable().isEmpty();
    }
  }

  /// @param staged from all sources
  /// @param bytes of those
  /// @param unchanged of this source, or that nothing could be learnt about
  record Counts(int staged, long bytes, int added, int changed, int unchanged) {}

  /// What was staged before stays.
  ///
  /// @param reason what is wrong with the source; null where it was named elsewhere
  record NotStaged(Why why, @Nullable String reason) {
    public enum Why {
      /// The source cannot be read, or is not what it was.
      UNUSABLE,
      /// It was named on another machine, and others can write the workspace.
      NAMED_ELSEWHERE
    }
  }

  /// Documents became passages.
  ///
  /// @param documents that were read
  /// @param copies documents that are copies of another
  /// @param pictures pages of which no text was read, since they are pictures; null in records of
  ///   earlier versions
  /// @param otherLanguage that of most documents, ISO 639-1, where the base model was made for
  ///   another; null where it was not, and in records of earlier versions
  record Prepared(
      int documents,
      int passages,
      long tokens,
      TruncatedList<Copy> copies,
      TruncatedList<Unread> unread,
      TruncatedList<Unread> readInPart,
      @Nullable PicturePages pictures,
      @Nullable String otherLanguage)
      implements StepResult {}

  /// @param pages of all documents; a file that is a picture is one
  record PicturePages(int pages, TruncatedList<PreparedPassages.Pictures> documents) {}

  record Copy(String document, String original) {}

  /// A language model wrote questions.
  record QuestionsWritten(WritingResult writing) implements StepResult {}

  /// A run went on without new questions, since the language model, or something else that it takes
  /// to write them, was not available.
  ///
  /// @param used questions of an earlier writing that train and choose meanwhile
  record QuestionsNotWritten(ReportedFailure problem, int used) implements StepResult {}

  /// What writing questions will take. The model was asked nothing.
  ///
  /// @param writer the model and where it is
  /// @param remote whether passages would leave this machine
  record WritingEstimated(String writer, boolean remote, WritingEstimate estimate)
      implements StepResult {}

  /// Written questions were reviewed.
  ///
  /// @param file the table that held the decisions; null where they were made one by one
  record QuestionsReviewed(@Nullable String file, ReviewSheet.Taken decisions, Proving proving)
      implements StepResult {}

  /// A table for the review was written.
  record ReviewTable(String file, int questions) implements StepResult {}

  /// A person typed questions.
  record QuestionsTyped(int typed, Proving proving) implements StepResult {}

  /// @param name of the model
  record Trained(String name, TrainingResult training) implements StepResult {}

  /// @param name of the reranker
  record RerankerMade(String name, RerankerResult reranker) implements StepResult {}

  /// @param id of the report
  /// @param name of the model
  record Proven(String id, String name, Proof.Result proof) implements StepResult {}

  /// @param embedded of the vectors, now; the others were there
  ///
  /// @param sentences of the passages, for answers
  record Embedded(String space, int vectors, int dimension, int embedded, SentenceVectors sentences)
      implements StepResult {}

  /// @param sentences that have a vector
  /// @param passages whose sentences were embedded now
  record SentenceVectors(long sentences, int passages, double seconds) {}

  /// @param place name and engine of the index
  record Indexed(String place, Indexing.Loaded loaded) implements StepResult {}

  record AppMade(
      AppFitting.Fitted app,
      @JsonInclude(JsonInclude.Include.NON_NULL) AppFitting.@Nullable HeldBack heldBack)
      implements StepResult {}

  /// The answers of the workspace's app were proven.
  ///
  /// @param id of the report
  record AnswersProven(String id, AnswerReport report) implements StepResult {}

  /// Questions were imported.
  ///
  /// @param split how they are split; null where it is by document as usual, or no passages are up
  ///   to date
  record QuestionsImported(
      String file,
      ImportCounts questions,
      List<String> notes,
      TruncatedList<QuestionFile.BadRow> notTaken,
      TruncatedList<NotFound> notFound,
      QuestionLog.@Nullable SplitNote split)
      implements StepResult {
    public QuestionsImported {
      notes = List.copyOf(notes);
    }
  }

  record ImportCounts(int added, int changed, int same, int all) {}

  /// A question whose answer is not in the passages.
  ///
  /// @param id null where it was made of the text
  record NotFound(@Nullable String id, String question, String reason) {}

  /// @param name of the model
  record RolledBack(String name, Rollback.Result rollback, RerankerChange reranker)
      implements StepResult {}

  /// The reranker went back by itself.
  ///
  /// @param name of the reranker
  record RerankerRolledBack(String name, RerankerChange reranker) implements StepResult {}

  /// Which reranker serves. A model that serves again brings its own along: the one that was proven
  /// beside it.
  ///
  /// @param before version that served; null for none
  /// @param serving version that serves now; null for none
  record RerankerChange(@Nullable String before, @Nullable String serving) {
    public boolean changed() {
      return !Objects.equals(before, serving);
    }
  }

  record Generations(GenerationList index) implements StepResult {}

  /// @param endpoint of the cluster, as an app gives it
  record Adopted(Adoption adoption, String endpoint) implements StepResult {}

  record Exported(BulkExport.Written files) implements StepResult {}
}
