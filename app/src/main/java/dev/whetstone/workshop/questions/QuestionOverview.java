package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All questions of a workspace, and what each is used for. Read without the writer's lock.
public final class QuestionOverview {
  /// The origin of questions that a language model wrote and no person accepted.
  public static final String WRITTEN = "written";

  /// The origin of questions that a server was asked and no person accepted.
  public static final String ASKED = "asked";

  /// What a question is used for. Its name in lower case is what the command line takes.
  public enum Use {
    TRAIN,
    /// To choose the settings of the training, and those of the app.
    CHOOSE,
    PROVE,
    /// It has no answer in the documents, and fits or measures when the app declines.
    DECLINE,
    /// It waits for a person's review.
    REVIEW,
    /// A person dropped it, or the checks refused it, or it is about a document that proves.
    NONE;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param origin key of [Question.Origin], [#WRITTEN] or [#ASKED]
  /// @param answers where the documents answer it; of written ones the document
  /// @param written what wrote it and what the checks found; null for people's questions
  /// @param asked how it was answered; null for others than those of a server
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Entry(
      String id,
      String question,
      String origin,
      Use use,
      List<Place> answers,
      @Nullable WrittenQuestion written,
      @Nullable AskedQuestion asked) {
    public Entry {
      answers = List.copyOf(answers);
    }
  }

  /// How many questions there are of each origin.
  ///
  /// @param written by a language model, and not refused by the checks
  /// @param waiting of these, for review
  /// @param asked of a server, that wait for review
  public record Counts(int imported, int reviewed, int typed, int written, int waiting, int asked) {
    public static Counts of(Workspace workspace, WrittenSplit split) {
      Map<Question.Origin, Long> log =
          QuestionLog.read(workspace).stream()
              .collect(Collectors.groupingBy(Question::origin, Collectors.counting()));
      return new Counts(
          log.getOrDefault(Question.Origin.IMPORTED, 0L).intValue(),
          log.getOrDefault(Question.Origin.REVIEWED, 0L).intValue(),
          log.getOrDefault(Question.Origin.TYPED, 0L).intValue(),
          split.train().size() + split.dev().size() + split.review().size() + split.leftOut(),
          Reviewing.waiting(workspace, split).size(),
          AskedReview.waiting(workspace, Reviewing.refused(workspace), Map.of()).size());
    }
  }

  private QuestionOverview() {}

  /// The questions of the log in its order, then the written ones.
  ///
  /// @param passages of all documents; none where they are not up to date
  public static List<Entry> of(Workspace workspace, List<Passage> passages) {
    var entries = new ArrayList<Entry>();
    QuestionLog log = QuestionLog.of(workspace, passages);
    var uses = new HashMap<String, Use>();
    log.train().forEach(q -> uses.put(q.id(), Use.TRAIN));
    log.dev().forEach(q -> uses.put(q.id(), Use.CHOOSE));
    log.heldOut().forEach(q -> uses.put(q.id(), Use.PROVE));
    for (Question question : QuestionLog.read(workspace)) {
      entries.add(
          new Entry(
              question.id(),
              question.text(),
              question.origin().key(),
              uses.getOrDefault(question.id(), Use.DECLINE),
              question.places(),
              null,
              null));
    }
    entries.addAll(written(workspace, passages));
    entries.addAll(asked(workspace));
    return entries;
  }

  /// Those that no person accepted. Of several that are nearly the same one waits for the review.
  private static List<Entry> asked(Workspace workspace) {
    var waiting =
        AskedReview.waiting(workspace, Reviewing.refused(workspace), Map.of()).stream()
            .map(ReviewItem::id)
            .collect(Collectors.toSet());
    var accepted = QuestionLog.read(workspace).stream().map(Question::id).toList();
    return AskedReview.all(workspace).stream()
        .filter(asked -> !accepted.contains(asked.id()))
        .map(
            asked ->
                new Entry(
                    asked.id(),
                    asked.question(),
                    ASKED,
                    waiting.contains(asked.id()) ? Use.REVIEW : Use.NONE,
                    List.of(),
                    null,
                    asked))
        .toList();
  }

  private static List<Entry> written(Workspace workspace, List<Passage> passages) {
    WrittenSplit split = WrittenSplit.of(workspace, passages);
    var uses = new HashMap<String, Use>();
    split.train().forEach(q -> uses.put(q.id(), Use.TRAIN));
    split.dev().forEach(q -> uses.put(q.id(), Use.CHOOSE));
    Reviewing.waiting(workspace, split).forEach(q -> uses.put(q.id(), Use.REVIEW));
    var accepted = new HashSet<String>();
    QuestionLog.read(workspace).forEach(question -> accepted.add(question.id()));
    return WrittenQuestions.read(workspace).questions().stream()
        .filter(question -> !accepted.contains(question.id()))
        .map(
            question ->
                new Entry(
                    question.id(),
                    question.question(),
                    WRITTEN,
                    uses.getOrDefault(question.id(), Use.NONE),
                    List.of(new Place(question.source().document(), null, 0)),
                    question,
                    null))
        .toList();
  }

  /// The keys of all origins.
  public static List<String> origins() {
    return Stream.concat(
            Stream.of(Question.Origin.values()).map(Question.Origin::key),
            Stream.of(WRITTEN, ASKED))
        .toList();
  }
}
