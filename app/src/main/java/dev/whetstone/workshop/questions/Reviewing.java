package dev.whetstone.workshop.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The review of written questions, and of those that a server was asked. An accepted one stands in
/// the question log, under the id it was written or kept with; what was dropped or put off stands
/// in `reviews.jsonl`. So each decision is the write of one file, and a session that ends anywhere
/// has lost nothing.
public final class Reviewing {
  /// A decision that leaves a question out of the log. Its name in lower case stands in files.
  public enum Refusal {
    DROPPED,
    /// To be shown again, after the others.
    SKIPPED,
    /// Not to be kept when it is written again. A server that is asked it keeps it again.
    FORGOTTEN
  }

  /// A line of `reviews.jsonl`.
  private record Line(String id, String decision) {}

  private final Workspace workspace;
  private final List<Passage> passages;
  private final WrittenSplit split;
  private final Map<String, Passage> byId = new HashMap<>();

  /// @param passages of all documents
  public Reviewing(Workspace workspace, List<Passage> passages) {
    this.workspace = workspace;
    this.passages = passages;
    this.split = WrittenSplit.of(workspace, passages);
    passages.forEach(passage -> byId.put(passage.id(), passage));
  }

  /// Those that no decision was made about: what a server was asked first, then what was written,
  /// spread over the documents. Last those that were put off.
  public List<ReviewItem> waiting() {
    Map<String, Refusal> refused = refused(workspace);
    var all = new ArrayList<ReviewItem>(AskedReview.waiting(workspace, refused, byId));
    waiting(workspace, split).stream()
        .map(question -> written(question, refused))
        .filter(Objects::nonNull)
        .forEach(all::add);
    all.sort(Comparator.comparing(ReviewItem::skipped)); // stable
    return all;
  }

  /// Whether nobody has decided about it since it was drawn. One that was put off before still
  /// waits.
  public boolean waits(ReviewItem item) {
    @Nullable Refusal refusal = refused(workspace).get(item.id());
    boolean open =
        switch (refusal) {
          case null -> true;
          case SKIPPED -> item.skipped();
          case DROPPED -> false;
          case FORGOTTEN -> item instanceof ReviewItem.Asked;
        };
    return open
        && QuestionLog.read(workspace).stream().noneMatch(known -> known.id().equals(item.id()));
  }

  static List<WrittenQuestion> waiting(Workspace workspace, WrittenSplit split) {
    Map<String, Refusal> refused = refused(workspace);
    var accepted =
        QuestionLog.read(workspace).stream().map(Question::id).collect(Collectors.toSet());
    var open = new ArrayList<WrittenQuestion>();
    var putOff = new ArrayList<WrittenQuestion>();
    for (WrittenQuestion question : split.review()) {
      Refusal refusal = refused.get(question.id());
      if (!accepted.contains(question.id()) && (refusal == null || refusal == Refusal.SKIPPED)) {
        (refusal == null ? open : putOff).add(question);
      }
    }
    open.addAll(putOff);
    return open;
  }

  private ReviewItem.@Nullable Written written(
      WrittenQuestion question, Map<String, Refusal> refused) {
    @Nullable Passage passage = byId.get(question.source().passage());
    return passage == null
        ? null
        : new ReviewItem.Written(question, passage, refused.get(question.id()) == Refusal.SKIPPED);
  }

  /// A question that may be reviewed, whatever was decided about it; null for another id.
  public @Nullable ReviewItem item(String id) {
    Map<String, Refusal> refused = refused(workspace);
    for (WrittenQuestion question : split.review()) {
      if (question.id().equals(id)) {
        return written(question, refused);
      }
    }
    for (AskedQuestion asked : AskedReview.all(workspace)) {
      if (asked.id().equals(id)) {
        boolean skipped = refused.get(id) == Refusal.SKIPPED;
        return AskedReview.item(asked, asked.times(), byId, skipped);
      }
    }
    return null;
  }

  /// Passages that hold all of these words, or where none does, the most of them; those of most
  /// words first.
  ///
  /// @param most how many at most
  public List<Passage> holding(String words, int most) {
    String[] sought = Question.words(words).split(" ", -1);
    record Counted(Passage passage, long words) {}
    return passages.stream()
        .map(
            passage -> {
              String text = " " + Question.words(passage.embedded()) + " ";
              return new Counted(
                  passage, Stream.of(sought).distinct().filter(text::contains).count());
            })
        .filter(counted -> counted.words() > 0)
        .sorted(Comparator.comparingLong(Counted::words).reversed()) // stable
        .limit(most)
        .map(Counted::passage)
        .toList();
  }

  /// Puts a question into the log, to prove.
  ///
  /// @param text in the reviewer's words, or as it was written
  /// @param answers the passages that answer it; none where the documents hold no answer: then it
  ///   teaches when to decline
  /// @throws Failure.BadInput if there are no words
  public void accept(ReviewItem item, String text, List<Passage> answers) {
    QuestionLog.put(
        workspace,
        new Question(
            item.id(),
            Typing.words(text),
            answers.stream().map(passage -> AnswerPhrase.of(passage, passages)).toList(),
            Origin.REVIEWED));
  }

  /// Keeps a question out of the log.
  public void refuse(ReviewItem item, Refusal refusal) {
    refuse(workspace, Set.of(item.id()), refusal);
    QuestionLog.remove(workspace, item.id()); // where it was accepted before
  }

  static void refuse(Workspace workspace, Collection<String> ids, Refusal refusal) {
    var all = new LinkedHashMap<>(refused(workspace));
    ids.forEach(id -> all.put(id, refusal));
    var lines = new StringBuilder();
    all.forEach((id, one) -> lines.append(Json.line(new Line(id, key(one)))).append('\n'));
    WholeFile.write(workspace.reviews(), lines.toString());
  }

  /// Ids of the written questions that are not to come back.
  static Set<String> forgotten(Workspace workspace) {
    return refused(workspace).entrySet().stream()
        .filter(decision -> decision.getValue() == Refusal.FORGOTTEN)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static String key(Refusal refusal) {
    return refusal.name().toLowerCase(java.util.Locale.ROOT);
  }

  /// By question id, in the order of the decisions.
  static Map<String, Refusal> refused(Workspace workspace) {
    var refused = new LinkedHashMap<String, Refusal>();
    if (!Files.exists(workspace.reviews())) {
      return refused;
    }
    try {
      for (String row : Files.readAllLines(workspace.reviews())) {
        Line line = Json.MAPPER.readValue(row, Line.class);
        for (Refusal one : Refusal.values()) {
          if (key(one).equals(line.decision())) {
            refused.put(line.id(), one);
          }
        }
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new Failure.CorruptArtifact(
          workspace.reviews()
              + " is damaged. Delete it: what was dropped or skipped is then shown again, and what"
              + " was forgotten may be written again",
          e);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + workspace.reviews() + ": " + e.getMessage(), e);
    }
    return refused;
  }
}
