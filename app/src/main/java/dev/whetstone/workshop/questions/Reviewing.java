package dev.whetstone.workshop.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The review of written questions. An accepted one stands in the question log, under the id it was
/// written with; what was dropped or put off stands in `reviews.jsonl`. So each decision is the
/// write of one file, and a session that ends anywhere has lost nothing.
public final class Reviewing {
  /// A decision that leaves a question out of the log. Its name in lower case stands in files.
  public enum Refusal {
    DROPPED,
    /// To be shown again, after the others.
    SKIPPED
  }

  /// A question to decide about.
  ///
  /// @param skipped whether it was put off before
  public record Item(WrittenQuestion question, Passage passage, boolean skipped) {}

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

  /// Those that no decision was made about, spread over the documents; then those that were put
  /// off.
  public List<Item> waiting() {
    Map<String, Refusal> refused = refused(workspace);
    return waiting(workspace, split).stream()
        .map(question -> item(question, refused))
        .filter(Objects::nonNull)
        .toList();
  }

  /// Whether nobody has decided about it since it was drawn. One that was put off before still
  /// waits.
  public boolean waits(Item item) {
    String id = item.question().id();
    @Nullable Refusal refusal = refused(workspace).get(id);
    return (refusal == null || (item.skipped() && refusal == Refusal.SKIPPED))
        && QuestionLog.read(workspace).stream().noneMatch(known -> known.id().equals(id));
  }

  static List<WrittenQuestion> waiting(Workspace workspace, WrittenSplit split) {
    Map<String, Refusal> refused = refused(workspace);
    var accepted =
        QuestionLog.read(workspace).stream().map(Question::id).collect(Collectors.toSet());
    var open = new ArrayList<WrittenQuestion>();
    var putOff = new ArrayList<WrittenQuestion>();
    for (WrittenQuestion question : split.review()) {
      Refusal refusal = refused.get(question.id());
      if (!accepted.contains(question.id()) && refusal != Refusal.DROPPED) {
        (refusal == null ? open : putOff).add(question);
      }
    }
    open.addAll(putOff);
    return open;
  }

  private @Nullable Item item(WrittenQuestion question, Map<String, Refusal> refused) {
    @Nullable Passage passage = byId.get(question.source().passage());
    return passage == null
        ? null
        : new Item(question, passage, refused.get(question.id()) == Refusal.SKIPPED);
  }

  /// A question that may be reviewed, whatever was decided about it; null for another id.
  public @Nullable Item item(String id) {
    return split.review().stream()
        .filter(question -> question.id().equals(id))
        .findFirst()
        .map(question -> item(question, refused(workspace)))
        .orElse(null);
  }

  /// Puts a question into the log, to prove.
  ///
  /// @param text in the reviewer's words, or as it was written
  /// @throws Failure.BadInput if there are none
  public void accept(Item item, String text) {
    QuestionLog.put(
        workspace,
        new Question(
            item.question().id(),
            Typing.words(text),
            List.of(AnswerPhrase.of(item.passage(), passages)),
            Origin.REVIEWED));
  }

  /// Keeps a question out of the log.
  public void refuse(Item item, Refusal refusal) {
    var all = new LinkedHashMap<>(refused(workspace));
    all.put(item.question().id(), refusal);
    var lines = new StringBuilder();
    all.forEach((id, one) -> lines.append(Json.line(new Line(id, key(one)))).append('\n'));
    WholeFile.write(workspace.reviews(), lines.toString());
    QuestionLog.remove(workspace, item.question().id()); // where it was accepted before
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
              + " is damaged. Delete it: what was dropped or skipped is then shown again",
          e);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + workspace.reviews() + ": " + e.getMessage(), e);
    }
    return refused;
  }
}
